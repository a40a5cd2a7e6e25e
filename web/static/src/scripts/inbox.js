// The keys of the inbox. Links and buttons do the same without them; nothing is taken from somebody who types.

const TYPES = 'input:not([type=checkbox]), select, textarea, [contenteditable]';

export function mountInbox() {
  const form = document.querySelector('.ow-ticked');
  const keys = document.getElementById('keys');
  if (!form || !keys) return;
  keys.hidden = false;
  const links = () => [...form.querySelectorAll('tbody .govuk-link')];
  const here = () => links().findIndex((link) => link.closest('tr').contains(document.activeElement));
  const box = (link) => link?.closest('tr').querySelector('[name=task]');

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

  const does = {
    j: () => move(1),
    k: () => move(-1),
    x: () => box(links()[here()])?.click(),
    c: claim,
    '/': () => document.getElementById('q')?.focus(),
    '?': () => { keys.open = !keys.open; if (keys.open) keys.querySelector('summary').focus(); },
  };

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.target.closest(TYPES)) return;
    const act = does[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
