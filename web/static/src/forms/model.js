// A form between its text and form-js. form-js is shown only what it draws: a kind, words, choices. All that the file says
// of a field goes along whole as `raw`, so nothing of it is lost, changed or carried out by form-js.
import { Held, placed, written } from './text.js';

export const NO_PAGES = 'components';
export const HOLDERS = ['group', 'dynamiclist'];
const OF_THE_ACCOUNT = ['name_km', 'name_latin', 'id_number'];
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isHolder = (value) => isObject(value) && HOLDERS.includes(value.type) && Array.isArray(value.components);

// Which kind a field is (a row of field_kinds, as the server reads it); undefined for what is none of ours.
export function kindOf(raw, kinds) {
  const own = raw?.properties;
  const account = raw?.type === 'textfield' && OF_THE_ACCOUNT.includes(own?.prefill) ? own.prefill : undefined;
  const said = { kind: own?.kind ?? account, subtype: raw?.subtype, validationType: raw?.validate?.validationType };
  for (const place of ['kind', 'subtype', 'validationType']) {
    const found = kinds.find((one) => one.mark[0] === place && one.mark[1] === said[place] && one.written.includes(raw?.type));
    if (found) return found;
  }
  return kinds.find((one) => !one.mark[0] && one.written.includes(raw?.type));
}

export const isPage = (raw) => raw?.type === 'group';
export const keyName = (raw, kinds) => (isPage(raw) ? 'id' : kindOf(raw, kinds)?.keyed_by || 'key');
export const keyOf = (raw, kinds) => String(raw?.[keyName(raw, kinds)] ?? '');

// A new field of a kind, as packages write them.
export function made(kind, key) {
  const raw = { type: kind.written[0] };
  if (raw.type === 'datetime') raw.subtype = kind.mark[0] === 'subtype' ? kind.mark[1] : 'date';
  raw[kind.keyed_by] = key;
  if (kind.mark[0] === 'validationType') raw.validate = { validationType: kind.mark[1] };
  if (kind.mark[0] === 'kind') raw.properties = { kind: kind.mark[1] };
  if (kind.options) raw.values = [{ value: 'choice_1' }, { value: 'choice_2' }];
  return raw;
}

// The same field as another kind: what means nothing for that goes.
export function changedKind(raw, from, to, settings) {
  const next = { ...raw, type: to.written.includes(raw.type) ? raw.type : to.written[0] };
  const fresh = made(to, raw[from.keyed_by]);
  for (const name of ['subtype', 'key', 'path', 'id']) delete next[name];
  Object.assign(next, fresh, { type: next.type });
  for (const place of ['validate', 'properties']) {
    const kept = { ...(isObject(raw[place]) ? raw[place] : {}) };
    for (const [name, where] of settings) if (where === place && !to.takes.includes(name)) delete kept[name];
    delete kept.validationType;
    if (place === 'properties') delete kept.kind;
    put(next, place, { ...kept, ...(fresh[place] || {}) });
  }
  for (const [name, where] of settings) if (!where && !to.takes.includes(name)) delete next[name];
  if (to.options && from.options) next.values = raw.values;
  return next;
}

// A member of an object that goes when it holds nothing.
function put(raw, name, value) {
  if (Object.keys(value).length) raw[name] = value;
  else delete raw[name];
}

// The field with a setting given (undefined: taken away) in `validate`, `properties`, `conditional` or itself.
export function given(raw, where, name, value) {
  const next = { ...raw };
  if (!where) {
    if (value === undefined) delete next[name];
    else next[name] = value;
    return next;
  }
  const held = { ...(isObject(raw[where]) ? raw[where] : {}) };
  if (value === undefined) delete held[name];
  else held[name] = value;
  put(next, where, held);
  return next;
}

export const settingOf = (raw, where, name) => (where ? (isObject(raw[where]) ? raw[where][name] : undefined) : raw[name]);

// The form in a text: what form-js is given, and the places from which everything came.
export function opened(text, look) {
  const root = placed(text);
  const nodes = [];
  const { components, ...raw } = isObject(root.value) ? root.value : {};
  if (!Array.isArray(components)) throw new Error(NO_PAGES);
  const held = root.members.findLast((one) => one.name === 'components').node;
  const schema = { type: 'default', id: 'Form', raw, components: held.items.map((node) => viewOfNode(node, nodes, look)) };
  return { root, nodes, schema };
}

function viewOfNode(node, nodes, look) {
  const source = nodes.push(node) - 1;
  if (!isHolder(node.value)) return { ...look(node.value, false), source };
  const { components: _, ...raw } = node.value;
  const inside = node.members.findLast((one) => one.name === 'components').node;
  return { ...look(raw, true), source, holds: true, components: inside.items.map((one) => viewOfNode(one, nodes, look)) };
}

// The text of the form as form-js holds it now.
export function textOf({ root, nodes }, schema) {
  return written(root, { ...schema.raw, components: schema.components.map((one) => heldOf(one, nodes)) });
}

function heldOf(field, nodes) {
  const node = field.source === undefined ? null : nodes[field.source];
  if (!field.holds) return new Held(field.raw, node);
  return new Held({ ...field.raw, components: field.components.map((one) => heldOf(one, nodes)) }, node);
}
