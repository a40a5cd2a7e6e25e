// Completes names in expressions and scripts, and shows the values that a name can have: a list below the field, with
// the arrow keys and Enter, or with the mouse.
import { node } from './fields.js';
import { say } from './words.js';

const MOST = 8;
const TRUTHS = { true: 'True', false: 'False' };
let made = 0;

// What is being typed at the caret: the beginning of a name, or of a value behind a comparison with a name.
export function wanted(before, names) {
  const compared = /([A-Za-z_][\w.]*)\s*(?:==|!=|=)\s*(["']?)([\w-]*)$/.exec(before);
  const variable = compared && names.variables.find((one) => one.name === compared[1]);
  const values = variable?.question?.values || [];
  if (values.length) {
    return values.filter((one) => one.key.startsWith(compared[3])).map((one) => ({
      insert: (names.truths || TRUTHS)[one.key] || `"${one.key}"`, label: one.label || '',
      drop: compared[2].length + compared[3].length,
    }));
  }
  const word = /(?:^|[^\w."'])([A-Za-z_]\w*)$/.exec(before)?.[1];
  if (!word) return [];
  const fits = (name) => name.startsWith(word) && name !== word;
  const variables = names.variables.filter((one) => fits(one.name)).map((one) => ({
    insert: one.name, label: described(one), drop: word.length,
  }));
  const functions = names.functions.filter((one) => fits(one.name)).map((one) => ({
    insert: `${one.name}(`, label: '', drop: word.length,
  }));
  return [...variables, ...functions].slice(0, MOST);
}


function described(variable) {
  const values = (variable.question?.values || []).map((one) => one.key).join(', ');
  return [variable.question?.label, values].filter(Boolean).join(': ');
}

export function completing(control, names) {
  const id = `ow-complete-${(made += 1)}`;
  const list = node('ul', { id, class: 'ow-complete', role: 'listbox', 'aria-label': say('Names that fit'), hidden: true });
  const options = { role: 'combobox', 'aria-autocomplete': 'list', 'aria-controls': id, 'aria-expanded': 'false' };
  for (const [name, value] of Object.entries(options)) if (control.tagName === 'INPUT' || name.startsWith('aria-a')) control.setAttribute(name, value);
  let rows = [];
  let at = 0;

  function show() {
    const before = control.value.slice(0, control.selectionStart);
    rows = wanted(before, names);
    at = 0;
    list.replaceChildren(...rows.map((row, index) => node('li', {
      role: 'option', id: `${id}-${index}`, 'aria-selected': String(index === at),
      onmousedown: (event) => { event.preventDefault(); insert(row); },
    }, node('b', {}, row.insert), row.label ? ` ${row.label}` : null)));
    list.hidden = !rows.length;
    mark();
  }

  function mark() {
    [...list.children].forEach((item, index) => item.setAttribute('aria-selected', String(index === at)));
    if (control.tagName === 'INPUT') control.setAttribute('aria-expanded', String(!list.hidden));
    if (rows.length) control.setAttribute('aria-activedescendant', `${id}-${at}`);
    else control.removeAttribute('aria-activedescendant');
  }

  function insert(row) {
    const caret = control.selectionStart;
    control.setRangeText(row.insert, caret - row.drop, caret, 'end');
    hide();
  }

  // A field that is drawn anew while somebody types in it goes on with the list where the one before was.
  control.offered = () => (rows.length ? at : -1);
  control.offer = (index) => {
    show();
    at = Math.min(index, Math.max(rows.length - 1, 0));
    mark();
  };

  function hide() {
    rows = [];
    list.hidden = true;
    mark();
  }

  control.addEventListener('input', show);
  control.addEventListener('blur', hide);
  control.addEventListener('keydown', (event) => {
    if (!rows.length) return;
    if (event.key === 'ArrowDown') at = (at + 1) % rows.length;
    else if (event.key === 'ArrowUp') at = (at + rows.length - 1) % rows.length;
    else if (event.key === 'Enter' || event.key === 'Tab') insert(rows[at]);
    else if (event.key === 'Escape') hide();
    else return;
    event.preventDefault();
    mark();
  });
  return list;
}
