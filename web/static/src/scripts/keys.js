// Keys of a page. Links and buttons do the same without them; nothing is taken from somebody who types, and whoever
// has other uses for single letters switches them off (WCAG 2.1.4). A letter is the key on which it stands, so that
// they work while the keyboard writes Khmer.

const TYPES = 'input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]';
const OFF = 'ow-keys-off';

function isOff() {
  try {
    return localStorage.getItem(OFF) === 'yes';
  } catch {
    return false;
  }
}

function switchOff(off) {
  try {
    if (off) localStorage.setItem(OFF, 'yes');
    else localStorage.removeItem(OFF);
  } catch {
    // A browser that keeps nothing has the keys on each page anew.
  }
}

function pressed(event) {
  if (/^[a-z/?]$/.test(event.key)) return event.key;
  if (event.code === 'Slash') return event.shiftKey ? '?' : '/';
  return !event.shiftKey && /^Key[A-Z]$/.test(event.code) ? event.code.slice(3).toLowerCase() : event.key;
}

// `does`: key → what it does; `typing`: those that work while somebody types, as “Control+Enter”.
export function mountKeys(does, typing = {}) {
  const sheet = document.getElementById('keys');
  if (!sheet) return;
  sheet.hidden = false;
  const box = sheet.querySelector('[type=checkbox]');
  if (box) {
    box.checked = !isOff();
    box.addEventListener('change', () => switchOff(!box.checked));
  }
  function help() {
    sheet.open = !sheet.open;
    if (sheet.open) sheet.querySelector('summary').focus();
  }

  document.addEventListener('keydown', (event) => {
    if (event.isComposing || event.altKey) return;
    const isChord = event.ctrlKey || event.metaKey;
    const chord = `Control+${event.shiftKey ? 'Shift+' : ''}${event.key}`;
    const act = isChord
      ? typing[chord]
      : event.target.closest(TYPES) || isOff() ? undefined : { '?': help, ...does }[pressed(event)];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
