// The fields of the panel: a label, a control, a hint. What is typed is taken when the field is left, or with Enter.
import { say } from './words.js';

let made = 0;

export function node(name, attributes = {}, ...inside) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith('on')) element.addEventListener(key.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(key, value === true ? '' : value);
  }
  element.append(...inside.filter((one) => one !== undefined && one !== null));
  return element;
}

export function button(text, act, attributes = {}) {
  return node('button', { type: 'button', class: 'ow-tool', ...attributes, onclick: act }, text);
}

export function field(label, control, hint, name, more = null) {
  const id = `ow-field-${(made += 1)}`;
  control.id = id;
  if (name) control.name = name;
  const described = hint ? node('span', { id: `${id}-hint`, class: 'ow-field__hint' }, hint) : null;
  if (described) control.setAttribute('aria-describedby', described.id);
  return node('div', { class: 'ow-field' }, node('label', { for: id }, label), control, described, more);
}

export function choice(rows, value, take, { empty = say('(none)') } = {}) {
  const listed = empty === null ? [...rows] : [{ key: '', label: empty }, ...rows];
  if (value && !listed.some((row) => row.key === value)) {
    listed.push({ key: value, label: say('{name} (not known)', { name: value }) });
  }
  const select = node('select', { class: 'ow-field__control', onchange: () => take(select.value) });
  for (const row of listed) select.append(node('option', { value: row.key }, row.label || row.key));
  select.value = value;
  return select;
}

export function line(value, take, attributes = {}) {
  const input = node('input', { class: 'ow-field__control', type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
  return taking(input, value, take);
}

export function text(value, take, attributes = {}) {
  const area = node('textarea', { class: 'ow-field__control', rows: '6', spellcheck: 'false', ...attributes });
  return taking(area, value, take);
}

function taking(control, value, take) {
  control.value = value;
  let taken = value;
  const done = () => {
    if (control.value !== taken) take((taken = control.value));
  };
  control.addEventListener('change', done);
  control.takeNow = done;
  control.isTyped = () => control.value !== taken;
  return control;
}

// Gives back, once the fields were drawn anew, where somebody was and what they had typed and not left yet.
export function kept(where) {
  const control = where.contains(document.activeElement) ? document.activeElement : {};
  const { name, value, selectionStart, selectionEnd } = control;
  const typed = control.isTyped?.();
  const offered = control.offered?.() ?? -1;
  return () => {
    const next = name && where.querySelector(`[name="${CSS.escape(name)}"]`);
    if (!next) return;
    next.focus();
    if (typed) next.value = value;
    if (Number.isInteger(selectionStart)) next.setSelectionRange(selectionStart, selectionEnd);
    if (offered >= 0) next.offer?.(offered);
  };
}

export function suggestions(rows) {
  const list = node('datalist', { id: `ow-list-${(made += 1)}` });
  for (const row of rows) list.append(node('option', { value: row.key }, row.label || ''));
  return list;
}

// A line that takes any text and offers these rows.
export function suggested(rows, value, take) {
  const list = suggestions(rows);
  return { input: line(value, take, { list: list.id }), rows: list };
}
