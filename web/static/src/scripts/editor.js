// The editor of a file of a draft: a text area that saves by itself, says what is wrong while one types, jumps to a line,
// and shows both texts when somebody else saved the same file meanwhile. Without it the page is a form that works.
import { passes, send } from './sending.js';

const PAUSE_TO_SAVE = 2500;
const PAUSE_TO_EXAMINE = 400;
const PAUSE_AFTER_FAILURE = 8000;

export function mountEditor(block) {
  const form = block.querySelector('form');
  const area = block.querySelector('#file_text');
  if (!form || !area || area.readOnly) return jump(area, block.dataset.line);
  const save = form.elements.save;
  const status = block.querySelector('[data-status]');
  const words = block.dataset;
  let kept = area.value;
  let saving = false;
  let overtaken = !block.querySelector('[data-overtaken]').hidden;
  let toSave = 0;
  let toExamine = 0;
  let asked = 0;

  const say = (text) => { status.textContent = text; };

  async function saveNow() {
    clearTimeout(toSave);
    if (saving || overtaken || area.value === kept) return;
    const text = area.value;
    saving = true;
    say(words.saving);
    try {
      const answer = await send(words.file, 'PUT', { save: Number(save.value), text }, form.elements.csrf_token.value);
      const said = await answer.json();
      if (answer.ok) {
        save.value = said.save;
        kept = text;
        say(words.saved);
        if (area.value === text) show(said);
      } else if (answer.status === 409 && 'by' in said) {
        showBoth(said);
      } else {
        say(said.message);
        if (passes(answer.status)) toSave = setTimeout(saveNow, PAUSE_AFTER_FAILURE);
      }
    } catch {
      say(words.lost);
      toSave = setTimeout(saveNow, PAUSE_AFTER_FAILURE);
    }
    saving = false;
    if (!overtaken && area.value !== text) later();
  }

  // Nothing of either is lost: the other's text stands beside one's own, and what is sent next is based on theirs.
  function showBoth(said) {
    overtaken = true;
    block.querySelector('[data-overtaken]').hidden = false;
    block.querySelector('[data-overtaken-words]').textContent = said.message;
    block.querySelector('[data-theirs]').hidden = false;
    block.querySelector('#their_text').value = said.text ?? '';
    save.value = said.save;
    say('');
  }

  async function examine() {
    const number = ++asked;
    try {
      const answer = await send(words.examine, 'POST', { path: words.path, text: area.value }, form.elements.csrf_token.value);
      if (answer.ok && number === asked) show(await answer.json());
    } catch { /* The next pause asks again. */ }
  }

  function show({ problems, counted }) {
    const list = document.querySelector('[data-problems-list]');
    document.querySelector('[data-problems-count]').textContent = counted;
    list.replaceChildren(...problems.map(item));
  }

  function item(problem) {
    const line = document.createElement('li');
    line.className = `ow-problems__item ow-problems__item--${problem.level}`;
    const link = document.createElement('a');
    link.className = 'govuk-link';
    const here = problem.file === words.path;
    link.href = here ? '#file_text' : `${words.files}${problem.file}${problem.line ? `?line=${problem.line}` : ''}`;
    link.textContent = problem.line ? `${problem.file}:${problem.line}` : problem.file;
    if (here) link.dataset.line = problem.line ?? '';
    const element = problem.name || problem.element;
    line.append(link, element ? ` (${element})` : '', document.createElement('br'), problem.message);
    return line;
  }

  function later() {
    clearTimeout(toSave);
    clearTimeout(toExamine);
    toSave = setTimeout(saveNow, PAUSE_TO_SAVE);
    toExamine = setTimeout(examine, PAUSE_TO_EXAMINE);
  }

  area.addEventListener('input', () => { say(words.unsaved); later(); });
  area.addEventListener('blur', saveNow);
  area.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') { event.preventDefault(); saveNow(); }
  });
  form.addEventListener('submit', () => { kept = area.value; });
  window.addEventListener('beforeunload', (event) => { if (area.value !== kept) event.preventDefault(); });
  document.querySelector('[data-problems]').addEventListener('click', (event) => {
    const link = event.target.closest('a');
    const here = link && (link.dataset.line ?? lineHere(link, words));
    if (here === undefined || here === null) return;
    event.preventDefault();
    jump(area, here);
  });
  jump(area, words.line);
}

// The line that a link of the page as it was drawn names, when that is in this file.
function lineHere(link, words) {
  const url = new URL(link.href);
  return url.pathname === new URL(words.file, location.href).pathname ? url.searchParams.get('line') ?? '' : undefined;
}

function jump(area, line) {
  if (!area || !line) { if (line === '') area?.focus(); return; }
  const lines = area.value.split('\n');
  const at = Math.min(Number(line), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + lines[at].length);
  area.scrollTop = Math.max(0, (area.scrollHeight / lines.length) * at - area.clientHeight / 3);
  area.scrollLeft = 0;
}
