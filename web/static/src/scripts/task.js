// The keys of a task: claimed, filled in and completed without a mouse.

import { mountKeys } from './keys.js';

const ASKED = 'input:not([type=hidden]), select, textarea';

export function mountTask() {
  const work = document.getElementById('work');
  if (!work) return;
  const press = (button) => button?.click();

  function complete(next) {
    const form = document.getElementById('work-form');
    press(form?.querySelector(next ? 'button[name=next]' : 'button:not([name]):not([formaction])'));
  }

  function toForm() {
    const first = document.getElementById('work-form')?.querySelector(ASKED);
    if (first) first.focus();
    else work.querySelector('a, button')?.focus();
  }

  mountKeys(
    {
      c: () => press(document.querySelector('form[action$="/claim"] button')),
      g: () => press(document.querySelector('form[action$="/release"] button')),
      f: toForm,
      i: () => document.querySelector('.govuk-back-link')?.click(),
    },
    { 'Control+Enter': () => complete(false), 'Control+Shift+Enter': () => complete(true) },
  );
}
