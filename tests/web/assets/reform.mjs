// Reads [{file, seed}] from standard input and writes {file: {text, wanted}}: each form as its editor saves it after
// random edits that follow from the seed (none for 0), and what it should mean then.
import { readFileSync } from 'node:fs';
import { changedKind, given, kindOf, made, opened, textOf } from '../../../web/static/src/forms/model.js';

const { kinds, asked } = JSON.parse(readFileSync(0, 'utf8'));
const SETTINGS = [['required', 'validate'], ['min', 'validate'], ['maxLength', 'validate'], ['personal', 'properties'], ['hide', 'conditional'], ['readonly', ''], ['values', '']];
const VALUES = [true, 3, 'ក "a" \\ {b}', undefined, [{ value: 'one', label: 'One' }, { value: 'two' }], '', { deep: [1, { er: null }] }];

// Numbers that follow from the seed (mulberry32, public domain).
function chance(seed) {
  let state = seed;
  return (most) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % most;
  };
}

const holders = (field) => [field, ...field.components.filter((one) => one.holds).flatMap(holders)];

function edit(schema, next, number) {
  const places = holders(schema);
  const holder = places[next(places.length)];
  const list = holder.components;
  const at = next(list.length || 1);
  const what = next(6);
  if (what === 0 || !list.length) list.splice(at, 0, { raw: made(kinds[next(kinds.length)], `new_${number}`) });
  else if (what === 1) list.splice(at, 1);
  else if (what === 2) {
    const [taken] = list.splice(at, 1);
    const targets = holders(schema);
    const target = targets[next(targets.length)].components;
    target.splice(next(target.length + 1), 0, taken);
  } else if (what === 3) list.splice(at, 0, { raw: { type: 'group', id: `page_${number}` }, holds: true, components: [] });
  else if (what === 4) {
    const [from, to] = [kindOf(list[at].raw, kinds), kinds[next(kinds.length)]];
    if (from && !from.repeats && !to.repeats) list[at].raw = changedKind(list[at].raw, from, to, SETTINGS);
  } else list[at].raw = given(list[at].raw, ...[SETTINGS[next(SETTINGS.length)]].flatMap(([name, where]) => [where, name]), VALUES[next(VALUES.length)]);
}

const meant = (field) => (field.components ? { ...field.raw, components: field.components.map(meant) } : field.raw);
const written = {};
for (const { file, seed } of asked) {
  const form = opened(readFileSync(file, 'utf8'), (raw, holds) => ({ raw, holds }));
  const next = chance(seed);
  for (let number = 0; seed && number < 12; number += 1) edit(form.schema, next, number);
  const text = textOf(form, form.schema);
  written[file] = { text, wanted: JSON.stringify(meant(form.schema)) };
}
process.stdout.write(JSON.stringify(written));
