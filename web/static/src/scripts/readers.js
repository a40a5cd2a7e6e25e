// Says now and then that a draft is open here, and shows who else has it open. A page that nobody looks at says nothing,
// so that its reader is gone for the others after a minute.
import { send } from './sending.js';

const PAUSE = 20_000;

export function mountReaders(block) {
  const { here, file, csrf } = block.dataset;
  const list = block.querySelector('ul');
  let timer = 0;

  async function beat() {
    clearTimeout(timer);
    if (document.hidden) return;
    try {
      const answer = await send(here, 'POST', { file }, csrf);
      if (answer.ok) show((await answer.json()).others);
    } catch { /* It is asked again. */ }
    timer = setTimeout(beat, PAUSE);
  }

  // Only what is new is drawn, so that a screen reader does not say the same again.
  function show(others) {
    const words = others.map((one) => one.words);
    if (words.join('\n') === [...list.children].map((line) => line.textContent).join('\n')) return;
    list.replaceChildren(...others.map((one) => {
      const line = document.createElement('li');
      line.className = `ow-readers__one${one.is_here ? ' ow-readers__one--here' : ''}`;
      line.textContent = one.words;
      return line;
    }));
  }

  document.addEventListener('visibilitychange', beat);
  beat();
}
