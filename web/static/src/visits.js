import { mountKeptPage } from './scripts/kept_page.js';
import { drop, keepsAnything, mine, person } from './scripts/kept.js';
import { mountVisit } from './scripts/visit.js';

// The worker keeps pages of visits, and what they are drawn with, for the account that is signed in; whether it could.
async function keepPages(address, pages) {
  if (!('serviceWorker' in navigator)) return false;
  const { active, installing, waiting } = await navigator.serviceWorker.register(address);
  const worker = active ?? waiting ?? installing;
  if (worker.state !== 'activated') {
    await new Promise((take) => { worker.addEventListener('statechange', () => { if (worker.state === 'activated') take(); }); });
  }
  const drawn = [...document.querySelectorAll('link[rel=stylesheet], link[rel=preload], script[src]')].map((one) => one.href || one.src);
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((take) => { port1.onmessage = ({ data }) => take(data); });
  worker.postMessage({ person: person(), pages, drawn }, [port2]);
  return answer;
}

async function mountPage(mount, block) {
  await mount(block);
  block.dataset.kept = await keepPages(block.dataset.worker, [window.location.pathname]) ? 'yes' : '';
}

// All visits of a day at once, in the morning, while there is a connection.
function mountDay(block) {
  const button = block.querySelector('button');
  const line = block.querySelector('[role=status]');
  block.hidden = !('serviceWorker' in navigator);
  button.addEventListener('click', async () => {
    line.textContent = block.dataset.busy;
    const isKept = await keepPages(block.dataset.worker, block.dataset.pages.split(' ')).catch(() => false);
    line.textContent = isKept ? block.dataset.done : block.dataset.failed;
  });
}

for (const block of document.querySelectorAll('[data-module="ow-visit"]')) mountPage(mountVisit, block).catch(() => {});
for (const block of document.querySelectorAll('[data-module="ow-visits-kept"]')) mountPage(mountKeptPage, block).catch(() => {});
for (const block of document.querySelectorAll('[data-module="ow-visits-day"]')) mountDay(block);
// A report that the server drew anew was sent by the browser itself: what the telephone kept of it has come in.
async function mountSent({ dataset }) {
  if (await keepsAnything()) await drop(dataset.key);
  dataset.dropped = 'yes';
}

for (const block of document.querySelectorAll('[data-module="ow-visit-sent"]')) mountSent(block).catch(() => {});
for (const line of document.querySelectorAll('[data-module="ow-kept-here"]')) {
  keepsAnything().then(async (some) => { line.hidden = !(some && (await mine()).length); }).catch(() => {});
}
