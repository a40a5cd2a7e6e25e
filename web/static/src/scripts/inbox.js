// The keys of the inbox.

import { mountKeys } from './keys.js';

export function mountInbox() {
  const form = document.querySelector('.ow-ticked');
  if (!form) return;
  const links = () => [...form.querySelectorAll('tbody .govuk-link')];
  const here = () => links().findIndex((link) => link.closest('tr').contains(document.activeElement));
  const box = (link) => link?.closest('tr').querySelector('[name=task]');
  const turn = (rel) => () => document.querySelector(`main .ow-pages [rel=${rel}]`)?.click();

  function move(by) {
    const all = links();
    const at = here();
    all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]?.focus();
  }

  function claim() {
    const mine = box(links()[here()]);
    if (!form.querySelector('[name=task]:checked')) {
      if (!mine) return;
      mine.checked = true;
    }
    form.requestSubmit(form.querySelector('[name=act][value=claim]'));
  }

  mountKeys({
    j: () => move(1),
    k: () => move(-1),
    x: () => box(links()[here()])?.click(),
    c: claim,
    n: turn('next'),
    p: turn('prev'),
    '/': () => document.getElementById('q')?.focus(),
  });
}
