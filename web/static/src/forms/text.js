// JSON that is changed and not written anew: what nobody touched keeps its bytes, what is new is written like its
// neighbours. A text is read into places; whoever changes values says of each which place it came from.

// Where a value stands in the text: from, to, its value, and its members (objects) or items (arrays).
export function placed(text) {
  const value = JSON.parse(text.replace(/^\ufeff/, ''));
  const reading = { text, at: text.startsWith('\ufeff') ? 1 : 0 };
  const root = place(reading, value);
  return Object.assign(root, { text });
}

// A value with the place from which it came (null: it is new); wherever it is put, its bytes go along.
export class Held {
  constructor(value, node) {
    Object.assign(this, { value, node });
  }
}

// The text with this value (in which every part may be Held) in the place of what it held.
export function written(root, value) {
  const { text } = root;
  const done = emit(text, value, root, '', '');
  return text.slice(0, root.from) + done + text.slice(root.to);
}

function place(reading, value) {
  skip(reading);
  const from = reading.at;
  const node = { from, value };
  if (reading.text[from] === '{') node.members = members(reading, value);
  else if (reading.text[from] === '[') node.items = items(reading, value);
  else if (reading.text[from] === '"') string(reading);
  else while (reading.at < reading.text.length && !/[\s,\]}]/.test(reading.text[reading.at])) reading.at += 1;
  node.to = reading.at;
  return node;
}

function members(reading, value) {
  const found = [];
  reading.at += 1;
  while (!closes(reading, '}')) {
    const from = reading.at;
    string(reading);
    const name = JSON.parse(reading.text.slice(from, reading.at));
    skip(reading);
    reading.at += 1;
    found.push({ name, from, node: place(reading, value[name]) });
  }
  return found;
}

function items(reading, value) {
  const found = [];
  reading.at += 1;
  while (!closes(reading, ']')) found.push(place(reading, value[found.length]));
  return found;
}

// Goes on to the next part; whether there is none any more.
function closes(reading, sign) {
  skip(reading);
  if (reading.text[reading.at] === ',') {
    reading.at += 1;
    skip(reading);
  }
  if (reading.text[reading.at] !== sign) return false;
  reading.at += 1;
  return true;
}

function skip(reading) {
  while (/[ \t\r\n]/.test(reading.text[reading.at] || '')) reading.at += 1;
}

function string(reading) {
  reading.at += 1;
  while (reading.text[reading.at] !== '"') reading.at += reading.text[reading.at] === '\\' ? 2 : 1;
  reading.at += 1;
}

// Whether a value is what stands at a place, in the same order.
export function same(value, node) {
  if (value instanceof Held) return value.node === node && same(value.value, node);
  if (!node) return false;
  if (Array.isArray(value)) return Boolean(node.items) && node.items.length === value.length && value.every((one, index) => same(one, node.items[index]));
  if (value === null || typeof value !== 'object') return !node.items && !node.members && Object.is(value, node.value);
  if (!node.members) return false;
  const names = Object.keys(value);
  return names.length === node.members.length && node.members.every((one) => Object.hasOwn(value, one.name) && same(value[one.name], one.node));
}

const bare = (value) => (value instanceof Held ? value.value : value);

// How a value is written where the line begins with `indent`; `name` is that of the member which it is.
function emit(text, value, node, indent, name) {
  if (value instanceof Held) return emit(text, value.value, value.node, indent, name);
  if (node && same(value, node)) return moved(text, node.from, node.to, margin(text, node.from), indent);
  if (Array.isArray(value)) return list(text, value, node?.items ? node : null, indent, name);
  if (value !== null && typeof value === 'object') return object(text, value, node?.members ? node : null, indent);
  return JSON.stringify(value);
}

function list(text, value, node, indent, name) {
  const parts = value.map((one, index) => ({ value: one, node: one instanceof Held ? one.node : found(one, index, node) }));
  const write = (part, inner) => emit(text, bare(part.value), part.node, inner, '');
  return around(text, '[]', parts, node, node?.items || [], indent, name === 'components', write);
}

// From which place an item came that does not say so: one that is the same, else the one that stood there.
function found(value, index, node) {
  return node?.items.find((one) => same(value, one)) || node?.items[index];
}

function object(text, value, node, indent) {
  const last = new Map((node?.members || []).map((one) => [one.name, one]));
  const names = [...[...last.keys()].filter((one) => Object.hasOwn(value, one)), ...Object.keys(value).filter((one) => !last.has(one))];
  const parts = names.map((name) => ({ name, value: value[name], node: last.get(name) || null }));
  const write = (part, inner) => {
    const label = part.node ? text.slice(part.node.from, part.node.node.from) : `${JSON.stringify(part.name)}: `;
    return label + emit(text, part.value, part.node?.node || null, inner, part.name);
  };
  return around(text, '{}', parts, node, node?.members || [], indent, value.type === 'group', write);
}

// The parts between brackets: separated as they were, new ones as the first of their neighbours are.
function around(text, [open, close], parts, node, were, indent, isLong, write) {
  if (!parts.length) return open + close;
  const begins = were.length ? text.slice(node.from + 1, were[0].from) : '';
  const isSplit = were.length ? begins.includes('\n') : isLong;
  const own = node && were.length ? margin(text, node.from) : indent;
  const inner = !isSplit ? indent : were.length ? shifted(margin(text, were[0].from), own, indent) : `${indent}  `;
  const written = parts.map((part) => write(part, inner));
  const between = (before, after) => {
    const at = were.indexOf(before.node);
    if (at >= 0 && were[at + 1] === after.node) return moved(text, endOf(were[at]), were[at + 1].from, own, indent);
    return isSplit ? `,\n${inner}` : ', ';
  };
  const first = were.length && !isSplit ? begins : isSplit ? `\n${inner}` : '';
  const end = were.length && !isSplit ? text.slice(endOf(were.at(-1)), node.to - 1) : isSplit ? `\n${indent}` : '';
  return open + first + written.reduce((all, one, index) => all + between(parts[index - 1], parts[index]) + one) + end + close;
}

const endOf = (part) => (part.node || part).to;

// The blanks with which the line of a place begins.
function margin(text, at) {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf('\n', at - 1) + 1, at))[0];
}

function shifted(blanks, from, to) {
  return blanks.startsWith(from) ? to + blanks.slice(from.length) : blanks;
}

// A piece of the text whose further lines begin as deep below `to` as they did below `from`.
function moved(text, start, end, from, to) {
  const piece = text.slice(start, end);
  return from === to ? piece : piece.replace(/\n([ \t]*)/g, (_, blanks) => `\n${shifted(blanks, from, to)}`);
}
