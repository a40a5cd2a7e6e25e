// Shows the pages of visits without a connection. It works for addresses below its own (/office/visits/…) and for nothing else:
// a page is asked of the server, and only when nobody answers the copy is shown that the telephone kept for this account.

const PAGES = 'ow-visits-';
const DRAWN = 'ow-drawn';
const LASTS = 3 * 24 * 60 * 60 * 1000;
const PATIENCE = 8000;
const KEPT_AT = 'X-Kept-At';
const KEPT_PAGE = '/office/visits/kept';

self.addEventListener('install', () => self.skipWaiting());
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()));

async function keepPage(person, page) {
  const answer = await fetch(page, { credentials: 'same-origin', redirect: 'error' });
  if (!answer.ok) throw new Error(`${page}: ${answer.status}`);
  const headers = new Headers(answer.headers);
  headers.set(KEPT_AT, String(Date.now()));
  const cache = await caches.open(PAGES + person);
  await cache.put(page, new Response(await answer.blob(), { status: 200, headers }));
}

async function keep({ person, pages, drawn }) {
  const wanted = pages.filter((one) => one.startsWith('/office/visits/'));
  if (!person || !wanted.length) return;
  const files = await caches.open(DRAWN);
  await Promise.all(drawn.map(async (one) => (await files.match(one)) ?? files.add(one)));
  for (const one of new Set([...wanted, KEPT_PAGE])) await keepPage(person, one);
}

self.addEventListener('message', (event) => {
  const say = (isKept) => event.ports[0]?.postMessage(isKept);
  event.waitUntil(keep(event.data).then(() => say(true), () => say(false)));
});

async function keptPage(address) {
  for (const name of await caches.keys()) {
    const found = name.startsWith(PAGES) ? await (await caches.open(name)).match(address) : undefined;
    if (found && Date.now() - Number(found.headers.get(KEPT_AT)) < LASTS) return found;
  }
  return undefined;
}

const pause = () => new Promise((take) => { setTimeout(take, PATIENCE); });

// A connection that is there and answers nothing is none: after some seconds the copy is shown, where there is one.
async function page(request) {
  const asked = fetch(request);
  const first = await Promise.race([asked.catch(() => null), pause()]);
  if (first) return first;
  const { pathname } = new URL(request.url);
  return (await keptPage(pathname)) ?? (first === null ? await keptPage(KEPT_PAGE) : undefined) ?? asked;
}

async function file(request) {
  const found = await caches.match(request.url, { cacheName: DRAWN });
  return found ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith('/static/')) event.respondWith(file(request));
});
