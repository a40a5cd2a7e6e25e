// A long list of choices is narrowed by typing some letters of one; all that is hidden stays in the list.

const plain = (text) => text.normalize('NFC').toLowerCase();

function mount(block) {
  const items = [...block.querySelectorAll('.govuk-radios__item')];
  const box = block.querySelector('.ow-narrow__box');
  const field = box?.querySelector('input');
  if (!field) return;
  box.hidden = false;
  field.addEventListener('input', () => {
    const wanted = plain(field.value.trim());
    for (const item of items) item.hidden = !plain(item.textContent).includes(wanted);
  });
  field.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault(); // the first that is left is chosen, and nothing is sent yet
    const first = items.find((item) => !item.hidden)?.querySelector('input');
    if (first) { first.checked = true; first.focus(); }
  });
}

export function mountNarrow() {
  document.querySelectorAll('[data-module="ow-narrow"]').forEach(mount);
}
