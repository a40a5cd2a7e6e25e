// Photos of a telephone are made smaller before they are sent: a page is readable with some two thousand pixels, and many
// lines are slow. Whatever cannot be made smaller goes as it is; the server looks at everything in any case.

const LONGEST_SIDE = 2400;
const QUALITY = 0.85;
const SMALL_ENOUGH = 700_000;

async function smaller(file) {
  if (!file.type.startsWith('image/') || file.size <= SMALL_ENOUGH) return file;
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const paper = document.createElement('canvas');
  paper.width = Math.round(picture.width * scale);
  paper.height = Math.round(picture.height * scale);
  paper.getContext('2d').drawImage(picture, 0, 0, paper.width, paper.height);
  picture.close();
  const made = await new Promise((take) => { paper.toBlob(take, 'image/jpeg', QUALITY); });
  if (!made || made.size >= file.size) return file;
  return new File([made], `${file.name.replace(/\.[^.]*$/, '') || 'photo'}.jpg`, { type: 'image/jpeg' });
}

async function shrink(field) {
  const chosen = new DataTransfer();
  for (const file of field.files) chosen.items.add(await smaller(file).catch(() => file));
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
