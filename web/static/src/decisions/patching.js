// Writes into a file only what was changed in it. Of three texts, the file itself, what was read of it as a writer writes
// it, and the same after the change, the first is given back with the differences between the other two: what nobody
// touched keeps its signs, its remarks and its line breaks.
const PARTS = /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<\?[\s\S]*?\?>|<\/?([\w:.-]+)((?:[^>"']|"[^"]*"|'[^']*')*?)(\/?)>/g;
const ATTRIBUTES = /\s+([\w:.-]+)\s*=\s*("[^"]*"|'[^']*')/g;

// The elements of a text: where each begins and ends, where its inside does, its attributes and children.
function treeOf(text) {
  const root = { children: [], text };
  const open = [root];
  for (const part of text.matchAll(PARTS)) {
    if (!part[1]) continue;
    const [whole, name, attributes, isEmpty] = part;
    const end = part.index + whole.length;
    if (whole.startsWith('</')) {
      const closed = open.pop();
      if (closed.name !== name) throw new Error(`<${closed.name}> ends as <${name}>`);
      Object.assign(closed, { inner: [closed.opened, part.index], end });
      continue;
    }
    const element = {
      name, text, start: part.index, opened: end, end, isEmpty: Boolean(isEmpty), inner: [end, end], children: [],
      attributes: Object.fromEntries([...attributes.matchAll(ATTRIBUTES)].map(([, key, value]) => [key, value])),
    };
    open[open.length - 1].children.push(element);
    if (!isEmpty) open.push(element);
  }
  if (open.length !== 1 || root.children.length !== 1) throw new Error('not one element');
  return root.children[0];
}

// Children by name and id, those without an id by their place among those of the same name.
function keyed(children) {
  const places = {};
  return new Map(children.map((child) => {
    const id = child.attributes.id;
    places[child.name] = (places[child.name] || 0) + 1;
    return [id ? `${child.name}#${id}` : `${child.name}:${places[child.name]}`, child];
  }));
}

const cut = ({ text }, [from, to]) => text.slice(from, to);
const whole = (element) => cut(element, [element.start, element.end]);

function tag(own, before, after) {
  const [was, is] = [before.attributes, after.attributes];
  const kept = cut(own, [own.start, own.opened]).replace(ATTRIBUTES, (all, name, value) => {
    if (was[name] === is[name]) return all;
    return is[name] === undefined ? '' : all.slice(0, -value.length) + is[name];
  });
  const more = Object.entries(is).filter(([name, value]) => was[name] !== value && !(name in own.attributes));
  return kept.replace(/\s*\/?>$/, (end) => more.map(([name, value]) => ` ${name}=${value}`).join('') + end);
}

// An element that is new, as far in as those beside it.
function added(element, indent) {
  const lines = whole(element).split('\n');
  const own = /^ */.exec(lines[lines.length - 1])[0];
  return lines.map((line, at) => (at && line.startsWith(own) ? indent + line.slice(own.length) : line)).join('\n');
}

function children(own, before, after) {
  const [mine, old, now] = [own, before, after].map((one) => keyed(one.children));
  const keys = [...mine.keys()];
  const gapOf = (at) => cut(own, [at ? own.children[at - 1].end : own.inner[0], own.children[at]?.start ?? own.inner[1]]);
  const last = gapOf(keys.length);
  const written = (key) => (old.has(key) ? merged(mine.get(key), old.get(key), now.get(key)) : null);
  if (keys.length === now.size && keys.every((key) => now.has(key)) && sameOrder(old, now)) {
    return keys.map((key, at) => gapOf(at) + written(key)).join('') + last;
  }
  const indent = /\n([ \t]*)[^\n]*$/.exec(gapOf(0) || '')?.[1] ?? `${/\n([ \t]*)$/.exec(last)?.[1] ?? ''}  `;
  const inside = [...now].map(([key, element]) => (
    old.has(key) ? gapOf(keys.indexOf(key)) + written(key) : `\n${indent}${added(element, indent)}`
  )).join('');
  return inside + (/\n[ \t]*$/.test(last) || !inside ? last : `\n${indent.slice(2)}`);
}

// Whether a text was read whole: every element of it, under its name, and no other.
export function isReadWhole(original, before) {
  const alike = (own, read) => {
    const [mine, old] = [keyed(own.children), keyed(read.children)];
    return mine.size === own.children.length && mine.size === old.size && own.name === read.name
      && [...mine].every(([key, child]) => old.has(key) && alike(child, old.get(key)));
  };
  try {
    return alike(treeOf(original), treeOf(before));
  } catch {
    return false;
  }
}

const sameOrder = (one, other) => [...one.keys()].join('\n') === [...other.keys()].join('\n');

function merged(own, before, after) {
  if (whole(before) === whole(after)) return whole(own);
  const opened = tag(own, before, after);
  const isLeaf = ![own, before, after].some((one) => one.children.length);
  const inside = isLeaf && cut(before, before.inner) === cut(after, after.inner) ? cut(own, own.inner)
    : isLeaf ? cut(after, after.inner) : children(own, before, after);
  if (own.isEmpty) return inside ? `${opened.replace(/\s*\/>$/, '>')}${inside}</${own.name}>` : opened;
  return opened + inside + cut(own, [own.inner[1], own.end]);
}

export function patched(original, before, after) {
  const own = treeOf(original);
  return original.slice(0, own.start) + merged(own, treeOf(before), treeOf(after)) + original.slice(own.end);
}
