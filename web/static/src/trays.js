// What a telephone sends into a draft shows up by itself. What was chosen for the files that were there already stays,
// and nothing is drawn anew while nothing came. Without this the button "Show what came" does the same.

const PAUSE = 4000;

function choices(block) {
  return new Map([...block.querySelectorAll('select')].map((list) => [list.name, list.value]));
}

async function look(block) {
  const answer = await fetch(block.dataset.address, { headers: { Accept: 'text/html' } });
  if (!answer.ok || answer.redirected) return false;
  const piece = document.createElement('template');
  piece.innerHTML = await answer.text();
  const names = [...piece.content.querySelectorAll('select')].map((list) => list.name);
  const before = choices(block);
  if (names.length === before.size && names.every((name) => before.has(name))) return true;
  const focused = document.activeElement?.id;
  block.replaceChildren(piece.content);
  for (const [name, value] of before) {
    const list = block.querySelector(`select[name="${CSS.escape(name)}"]`);
    if (list) list.value = value;
  }
  if (focused && block.querySelector(`#${CSS.escape(focused)}`)) document.getElementById(focused).focus();
  return true;
}

async function follow(block) {
  let goesOn = true;
  while (goesOn) {
    await new Promise((wake) => { setTimeout(wake, PAUSE); });
    if (!document.hidden) goesOn = await look(block).catch(() => true);
  }
}

document.querySelectorAll('[data-module="ow-tray"]').forEach(follow);
