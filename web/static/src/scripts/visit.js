// The report of a visit: kept on the telephone as it is written, and sent when there is a connection.
import { keep, kept, person } from './kept.js';
import { sendReport } from './reports.js';
import { smaller } from './smaller.js';
import { addPosition } from './position.js';

const PAUSE = 800;
const AGAIN = 15_000;
const LONGEST_SIDE = 1600;
const OURS = ['csrf_token', '_sending'];

function labelOf(form, name) {
  const field = form.elements[name];
  const control = field instanceof RadioNodeList ? field[0] : field;
  if (!control || control.type === 'hidden') return '';
  const group = control.closest('fieldset')?.querySelector('legend');
  return (group ?? control.labels?.[0])?.textContent.trim() ?? '';
}

// What somebody reads of an answer: the words of a choice, else what was typed.
function wordsOf(form, name, value) {
  const choice = form.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]:checked`);
  const option = [...(form.querySelector(`select[name="${CSS.escape(name)}"]`)?.selectedOptions ?? [])][0];
  return (choice?.labels?.[0] ?? option)?.textContent.trim() ?? value;
}

function written(form) {
  const found = [];
  for (const [name, value] of new FormData(form)) {
    if (typeof value === 'string' && !OURS.includes(name)) found.push([name, value, labelOf(form, name), wordsOf(form, name, value)]);
  }
  return found;
}

function fill(form, fields) {
  const texts = new Map();
  for (const [name, text] of fields) texts.set(name, [...(texts.get(name) ?? []), text]);
  for (const control of form.elements) {
    if (!control.name || control.type === 'hidden' || control.type === 'file' || control.type === 'submit') continue;
    const held = texts.get(control.name) ?? [];
    if (control.type === 'radio' || control.type === 'checkbox') control.checked = held.includes(control.value);
    else control.value = held[0] ?? '';
  }
}

async function fillPhotos(form, photos) {
  for (const input of form.querySelectorAll('input[type=file]')) {
    const chosen = new DataTransfer();
    for (const [name, photo, fileName] of photos) if (name === input.name) chosen.items.add(new File([photo], fileName, { type: photo.type }));
    if (chosen.files.length) input.files = chosen.files;
  }
}

async function shrink(input) {
  const chosen = new DataTransfer();
  for (const file of input.files) chosen.items.add(await smaller(file, LONGEST_SIDE).catch(() => file));
  input.files = chosen.files;
}

function photosOf(form) {
  const inputs = [...form.querySelectorAll('input[type=file]')];
  return inputs.flatMap((input) => [...input.files].map((file) => [input.name, file, file.name]));
}

export async function mountVisit(block) {
  const form = block.querySelector('form');
  const line = form.querySelector('.ow-kept');
  const words = block.dataset;
  const tell = (text) => { line.textContent = text; };
  let timer = 0;
  let again = 0;
  let state = 'typed';
  let busy = Promise.resolve();

  const before = await kept(words.key).catch(() => undefined);
  if (before) {
    fill(form, before.fields);
    await fillPhotos(form, before.photos);
    if (before.state !== 'refused') form.elements._sending.value = before.sending; // what was refused is sent anew
    tell(before.message || words.isKept);
  }

  function report() {
    return {
      person: person(), task: words.key, reference: words.reference, title: words.title, url: form.action, state, at: Date.now(),
      sending: form.elements._sending.value, message: '', fields: written(form), photos: photosOf(form),
    };
  }

  async function write() {
    clearTimeout(timer);
    timer = 0;
    const one = report();
    if (state === 'sent') return one;
    try {
      await keep(one);
      if (state === 'typed') tell(words.isKept);
    } catch {
      tell(words.unkept);
    }
    return one;
  }

  function later() {
    if (state === 'sent') return;
    clearTimeout(timer);
    clearTimeout(again);
    state = 'typed';
    timer = setTimeout(write, PAUSE);
  }

  function wrong(errors) {
    const shown = document.getElementById('visit-wrong');
    const list = shown.querySelector('ul');
    list.replaceChildren(...errors.map(({ field, text }) => {
      const item = document.createElement('li');
      const link = document.createElement('a');
      link.textContent = text;
      link.href = `#${document.getElementById(field) ? field : `${field}-day`}`;
      item.append(link);
      return item;
    }));
    shown.hidden = false;
    shown.focus();
  }

  // What an answer has brought up is not on this page yet: the server draws it anew, with everything that was written.
  const isOnPage = ({ field }) => !field || Boolean(form.querySelector(`[name="${CSS.escape(field)}"], [name^="${CSS.escape(field)}-"]`));

  async function deliver() {
    clearTimeout(again);
    state = 'ready';
    const one = await write();
    tell(words.sending);
    const { became, message, href, errors } = await sendReport(one);
    if (became === 'sent') {
      state = 'sent'; // nothing of it is kept once more while the page goes
      window.location.assign(href ?? words.list);
      return;
    }
    if (became === 'wrong' && errors) {
      state = 'typed';
      tell(message);
      if (errors.every(isOnPage)) wrong(errors);
      else form.submit();
      return;
    }
    if (became === 'wrong') state = 'typed';
    if (became === 'refused') state = 'refused';
    tell(message || (became === 'signed-out' ? words.signedOut : words.waits));
    if (became === 'waits' || became === 'signed-out') again = setTimeout(go, AGAIN);
  }

  function go() {
    busy = busy.then(deliver, deliver);
  }

  form.addEventListener('input', later);
  form.addEventListener('change', async ({ target }) => {
    if (target.type === 'file') {
      busy = busy.then(() => shrink(target)).catch(() => {});
      await busy;
    }
    later();
  });
  form.addEventListener('submit', (event) => { event.preventDefault(); go(); });
  window.addEventListener('online', () => { if (state === 'ready') go(); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden' && timer) write(); });
  addPosition(form, words, later);
  form.dataset.mounted = 'yes';
  if (before?.state === 'ready') go();
  if (before && before.state !== 'ready') state = before.state;
}
