// What a telephone keeps of reports: in IndexedDB, each under the account that wrote it and the key of its task. A report is
// { person, task, reference, title, url, sending, state, message, at, fields: [[name, text, label, words]], photos: [[name, Blob, file name]] };
// its state is typed (somebody is still writing), ready (to be sent) or refused (it cannot be sent any more).

const BASE = 'ow-visits';
const REPORTS = 'reports';
export const PAGES = 'ow-visits-';

export const person = () => document.body.dataset.person ?? '';

let opened;

function base() {
  opened ??= new Promise((take, fail) => {
    const asked = indexedDB.open(BASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(REPORTS, { keyPath: ['person', 'task'] });
    asked.onsuccess = () => take(asked.result);
    asked.onerror = () => fail(asked.error);
  });
  return opened;
}

async function within(mode, work) {
  const store = (await base()).transaction(REPORTS, mode).objectStore(REPORTS);
  const asked = work(store);
  return new Promise((take, fail) => {
    asked.transaction.oncomplete = () => take(asked.result);
    asked.transaction.onerror = () => fail(asked.transaction.error);
    asked.transaction.onabort = () => fail(asked.transaction.error);
  });
}

export const keep = (report) => within('readwrite', (store) => store.put(report));
export const kept = (task) => within('readonly', (store) => store.get([person(), task]));
export const drop = (task) => within('readwrite', (store) => store.delete([person(), task]));
export const all = () => within('readonly', (store) => store.getAll());
export const mine = async () => (await all()).filter((one) => one.person === person());

// Pages of visits that a worker kept are shown without asking who is there: those of anybody else go.
export async function forgetPages(whose = '') {
  if (!('caches' in window)) return;
  for (const name of await caches.keys()) if (name.startsWith(PAGES) && name !== PAGES + whose) await caches.delete(name);
  if (!whose) await caches.delete('ow-drawn');
}

// Whether this browser keeps anything at all; asking for a base that is not there would make it.
export async function keepsAnything() {
  if (!('indexedDB' in window)) return false;
  if (!indexedDB.databases) return true;
  return (await indexedDB.databases()).some((one) => one.name === BASE);
}
