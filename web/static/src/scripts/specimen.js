// A specimen of the result beside its template: drawn anew a moment after the last sign, one at a time. Without it a
// button of the form does the same.
import { send } from './sending.js';

const PAUSE = 600;

export function mountSpecimen(block) {
  const area = document.querySelector('#file_text');
  const form = area?.form;
  if (!form) return;
  const said = block.querySelector('[data-said]');
  const pages = block.querySelector('[data-pages]');
  let timer = 0;
  let drawing = false;
  let again = false;

  async function draw() {
    if (drawing) { again = true; return; }
    drawing = true;
    again = false;
    pages.setAttribute('aria-busy', 'true');
    try {
      const asked = { text: area.value, scenario: form.elements.scenario?.value ?? '' };
      const answer = await send(block.dataset.draw, 'POST', asked, form.elements.csrf_token.value);
      const drawn = await answer.json();
      said.textContent = drawn.message;
      // While something is wrong, what was drawn last stays to be compared with.
      if (drawn.pages?.length) pages.replaceChildren(...drawn.pages.map(page));
    } catch {
      said.textContent = block.dataset.lost;
    }
    pages.removeAttribute('aria-busy');
    drawing = false;
    if (again) draw();
  }

  function page(address, place) {
    const picture = document.createElement('img');
    picture.className = 'ow-specimen__page';
    picture.src = address;
    picture.alt = `${block.dataset.page} ${place + 1}`;
    return picture;
  }

  function later() {
    clearTimeout(timer);
    timer = setTimeout(draw, PAUSE);
  }

  area.addEventListener('input', later);
  form.elements.scenario?.addEventListener('change', draw);
}
