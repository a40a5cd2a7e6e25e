import { smaller } from './scripts/smaller.js';

// A page is readable with some two thousand pixels.
const LONGEST_SIDE = 2400;

async function shrink(field) {
  const chosen = new DataTransfer();
  for (const file of field.files) chosen.items.add(await smaller(file, LONGEST_SIDE).catch(() => file));
  field.files = chosen.files;
}

function mount(block) {
  const form = block.closest('form');
  const fields = [...block.querySelectorAll('input[type=file]')];
  form.addEventListener('submit', async (event) => {
    if (form.dataset.ready) return;
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = 'yes';
    block.querySelector('.ow-photos__busy').textContent = block.dataset.busy;
    for (const field of fields) await shrink(field).catch(() => {});
    form.dataset.ready = 'yes';
    form.submit();
  });
}

document.querySelectorAll('[data-module="ow-photos"]').forEach(mount);
