// Keeps what is typed on <form data-module="ow-keeps" data-keeps="address"> while somebody types: some seconds after the
// last letter, and when the page goes away. The line with the class ow-kept says when, or that it does not work.
import { passes } from './sending.js';

const PAUSE = 4000;

function written(form) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (typeof value === 'string') fields.append(name, value);
  return fields;
}

async function send(form, fields) {
  const headers = { Accept: 'application/json', 'X-Person': document.body.dataset.person ?? '' };
  const once = () => fetch(form.dataset.keeps, { method: 'POST', body: fields, headers, keepalive: true });
  const answer = await once();
  if (answer.status !== 400) return answer;
  const { csrf } = await answer.clone().json().catch(() => ({}));
  if (!csrf) return answer;
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = csrf;
  fields.set('csrf_token', csrf);
  return once();
}

function mount(form) {
  const line = form.querySelector('.ow-kept');
  const tell = (text) => { if (line) line.textContent = text; };
  let timer = 0;
  let dirty = false;
  let leaving = false;

  async function keep() {
    clearTimeout(timer);
    if (!dirty || leaving) return;
    dirty = false;
    try {
      const answer = await send(form, written(form));
      const { message } = await answer.json();
      tell(message);
      if (answer.ok) form.elements._drafted.value = 'yes';
      else if (passes(answer.status)) later();
    } catch {
      tell(line?.dataset.failed ?? '');
      later();
    }
  }

  function later() {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  }

  // Fields elsewhere on the page may belong to the form.
  const typed = ({ target }) => { if (target.form === form) later(); };
  document.addEventListener('input', typed);
  document.addEventListener('change', typed);
  form.addEventListener('submit', () => { leaving = true; clearTimeout(timer); });
  document.addEventListener('visibilitychange', () => { if (document.visibilityState === 'hidden') keep(); });
  window.addEventListener('pageshow', () => { leaving = false; });
}

export function mountKeeping() {
  document.querySelectorAll('[data-module="ow-keeps"]').forEach(mount);
}
