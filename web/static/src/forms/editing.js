// What may be done to a form, each one step to undo: fields and pages added, moved, copied, taken away and changed, with
// their words. Built on form-js, whose fields are views of ours (model.js).
import { changedKind, given, HOLDERS, isPage, keyName, keyOf, kindOf, made, textOf } from './model.js';

const DRAWN_AS = { textarea: 'textarea', number: 'number', select: 'radio', radio: 'radio', checkbox: 'checkbox', checklist: 'checklist', text: 'text', group: 'group', dynamiclist: 'dynamiclist' };
const SETTINGS = [
  ['min', 'validate'], ['max', 'validate'], ['minLength', 'validate'], ['maxLength', 'validate'], ['pattern', 'validate'],
  ['min', 'properties'], ['max', 'properties'], ['level', 'properties'], ['min_items', 'properties'],
  ['max_items', 'properties'], ['values', ''], ['decimalDigits', ''], ['accept', ''], ['multiple', ''],
];
const EXPRESSIONS = [['conditional', 'hide'], ['properties', 'computed']];
const WORDS = /"[^"]*"|[A-Za-z_][\w.]*/g; // texts in quotes, and names
export const PAGE = 'page';

export class Editing {
  constructor(editor, { kinds, texts, language }) {
    Object.assign(this, { editor, kinds, texts, language, number: 0 });
    const stack = editor.get('commandStack');
    stack.register('owso.change', { preExecute: ({ run }) => run(), execute: () => [] });
    stack.register('owso.words', {
      execute: (context) => {
        context.before = Object.fromEntries(Object.keys(context.words).map((name) => [name, texts.now[name]]));
        Object.assign(texts.now, context.words);
        return [];
      },
      revert: ({ before }) => {
        Object.assign(texts.now, before);
        return [];
      },
    });
    this.guide();
  }

  get schema() {
    return this.editor._getState().schema;
  }

  get text() {
    return textOf(this.form, this.schema);
  }

  step(run) {
    this.editor.get('commandStack').execute('owso.change', { run });
  }

  // How form-js shows what the file says of a field.
  look(raw, holds) {
    const label = this.label(raw);
    const type = HOLDERS.includes(raw?.type) && !holds ? 'text' : DRAWN_AS[raw?.type] || 'textfield';
    const view = { type, id: `F${(this.number += 1)}`, label, raw };
    if (type === 'text') view.text = label;
    if (type === 'group') view.showOutline = true;
    else if (type === 'dynamiclist') Object.assign(view, { path: view.id, showOutline: true, isRepeating: false });
    else if (type !== 'text') view.key = view.id;
    if (raw?.validate?.required === true) view.validate = { required: true };
    if (kindOf(raw, this.kinds)?.options) view.values = this.choices(raw);
    return view;
  }

  label(raw) {
    const key = keyOf(raw, this.kinds);
    if (!isPage(raw) && !kindOf(raw, this.kinds)) return String(raw?.type ?? '?');
    return this.texts.said(placeOf(raw, this.kinds), this.language) || written(raw) || key;
  }

  choices(raw) {
    const key = keyOf(raw, this.kinds);
    return (Array.isArray(raw.values) ? raw.values : []).map((one, index) => {
      const value = String(one?.value ?? '');
      return { value: `${value}-${index}`, label: this.texts.said(`fields/${key}/options/${value}`, this.language) || value };
    });
  }

  all(from = this.schema) {
    return from.components.flatMap((one) => [one, ...(one.components ? this.all(one) : [])]);
  }

  holder(field) {
    return this.editor.get('formFieldRegistry').get(field._parent);
  }

  index(field) {
    return this.holder(field).components.indexOf(field);
  }

  pageOf(field) {
    let page = field;
    while (page && page._parent && page._parent !== this.schema.id) page = this.holder(page);
    return page && page._parent ? page : undefined;
  }

  find(key) {
    return this.all().find((one) => keyOf(one.raw, this.kinds) === key);
  }

  // Where the words stand of what the form holds now.
  places() {
    const found = new Set(['title']);
    for (const { raw } of this.all()) {
      if (!keyOf(raw, this.kinds)) continue;
      const place = placeOf(raw, this.kinds);
      found.add(place);
      if (isPage(raw)) continue;
      const field = place.slice(0, -'/label'.length);
      found.add(`${field}/hint`);
      for (const one of Array.isArray(raw.values) ? raw.values : []) found.add(`${field}/options/${one?.value}`);
    }
    return found;
  }

  freeKey(stem) {
    const taken = new Set(this.all().map((one) => keyOf(one.raw, this.kinds)));
    let number = 1;
    while (taken.has(`${stem}_${number}`)) number += 1;
    return `${stem}_${number}`;
  }

  // Whether a field may lie there: pages at the top, everything else in a page, groups of questions not in one another.
  allows(raw, holder) {
    if (!holder || (holder !== this.schema && !holder.holds)) return false;
    if (holder === this.schema) return isPage(raw);
    if (isPage(raw)) return false;
    return isPage(holder.raw) ? true : !HOLDERS.includes(raw?.type);
  }

  // Adds a field or page of a kind (a row of field_kinds, or PAGE) in a holder; behind what is chosen when none is said.
  add(kind, holder, index) {
    const raw = kind === PAGE ? { type: 'group', id: this.freeKey('page') } : made(kind, this.freeKey(kind.key));
    const place = holder ? { holder, index } : this.behind(raw);
    if (!place) {
      this.step(() => {
        const page = this.put({ type: 'group', id: this.freeKey('page') }, this.schema, this.schema.components.length, []);
        this.put(raw, page, 0, kind.repeats ? [] : undefined);
      });
    } else if (this.allows(raw, place.holder)) {
      this.step(() => this.put(raw, place.holder, place.index, kind === PAGE || kind.repeats ? [] : undefined));
    }
  }

  behind(raw) {
    let [holder, field] = [this.editor.get('selection').get(), undefined];
    if (!holder || holder === this.schema) {
      if (isPage(raw)) return { holder: this.schema, index: this.schema.components.length };
      holder = this.schema.components.at(-1);
    }
    while (holder && !(holder.components && this.allows(raw, holder))) {
      field = holder;
      holder = holder._parent ? this.holder(holder) : undefined;
    }
    return holder && { holder, index: field ? holder.components.indexOf(field) + 1 : holder.components.length };
  }

  put(raw, holder, index, components) {
    const layout = { row: this.editor.get('formLayouter').nextRowId(), columns: null };
    const attributes = { ...this.look(raw, Boolean(components)), layout, _parent: holder.id, ...(components ? { holds: true, components: [] } : {}) };
    return this.editor.get('modeling').addFormField(attributes, holder, index);
  }

  remove(field) {
    this.editor.get('modeling').removeFormField(field, this.holder(field), this.index(field));
  }

  // The same once more behind it, with its words under a key of its own.
  copy(field) {
    this.step(() => this.copyInto(field, this.holder(field), this.index(field) + 1));
  }

  copyInto(field, holder, index) {
    const { raw } = field;
    const key = keyOf(raw, this.kinds);
    const name = keyName(raw, this.kinds);
    const copied = key ? { ...raw, [name]: this.freeKey(key.replace(/_\d+$/, '')) } : raw;
    this.words(this.moves(raw, copied));
    const done = this.put(copied, holder, index, field.holds ? [] : undefined);
    (field.holds ? field.components : []).forEach((one, at) => this.copyInto(one, done, at));
  }

  moves(before, after) {
    const [from, to] = [before, after].map((raw) => placeOf(raw, this.kinds).replace(/\/label$/, ''));
    return this.texts.moved(from, to);
  }

  words(words) {
    if (Object.keys(words).length) this.editor.get('commandStack').execute('owso.words', { words });
  }

  // Gives a field another content and words, and shows them.
  change(field, raw, words = {}) {
    this.step(() => {
      this.words(words);
      const { label, text, values, validate } = this.look(raw, field.holds);
      this.editor.get('modeling').editFormField(field, { raw, label, text, values, validate });
    });
  }

  say(words) {
    this.step(() => this.words(words));
  }

  // Words of somebody else, shown where they belong.
  take(words) {
    this.step(() => {
      this.words(words);
      for (const field of this.all()) {
        const { label, text, values } = this.look(field.raw, field.holds);
        if (label !== field.label) this.editor.get('modeling').editFormField(field, { label, text, values });
      }
    });
  }

  // Another key, with the words and wherever expressions of this form name it.
  rename(field, key) {
    const before = keyOf(field.raw, this.kinds);
    const raw = { ...field.raw, [keyName(field.raw, this.kinds)]: key };
    this.step(() => {
      this.change(field, raw, this.moves(field.raw, raw));
      if (before && !isPage(raw)) this.all().forEach((one) => this.renamed(one, before, key));
    });
  }

  renamed(field, before, key) {
    for (const [where, name] of EXPRESSIONS) {
      const source = field.raw?.[where]?.[name];
      if (typeof source !== 'string') continue;
      const done = source.replace(WORDS, (word) => (word.startsWith('"') ? word : word.split('.').map((one) => (one === before ? key : one)).join('.')));
      if (done !== source) this.change(field, given(field.raw, where, name, done));
    }
  }

  // As another kind, in the same place.
  turn(field, kind) {
    const raw = changedKind(field.raw, kindOf(field.raw, this.kinds), kind, SETTINGS);
    const [holder, index] = [this.holder(field), this.index(field)];
    this.step(() => {
      this.remove(field);
      const done = this.put(raw, holder, index, kind.repeats ? [] : undefined);
      done.source = field.source;
      this.editor.get('selection').set(done);
    });
  }

  // One place up or down; at the end of a page into the next one.
  move(field, by) {
    const holder = this.holder(field);
    const at = this.index(field) + by;
    if (at >= 0 && at < holder.components.length) return this.moveTo(field, holder, by > 0 ? at + 1 : at);
    const above = holder._parent && this.holder(holder);
    const beside = above && above.components[above.components.indexOf(holder) + by];
    if (beside?.components && this.allows(field.raw, beside)) this.moveTo(field, beside, by > 0 ? 0 : beside.components.length);
    return undefined;
  }

  moveTo(field, holder, index) {
    if (!this.allows(field.raw, holder)) return;
    const row = this.editor.get('formLayouter').getRowForField(field);
    this.editor.get('modeling').moveFormField(field, this.holder(field), holder, this.index(field), index, row, null);
  }

  // What is dragged lies where it may, one below the other, and new fields are of our kinds.
  guide() {
    const dragging = this.editor.get('dragging');
    const registry = this.editor.get('formFieldRegistry');
    const [isAllowed, moveField, rowDrop] = ['validateDrop', 'moveField', 'handleRowDrop'].map((name) => dragging[name].bind(dragging));
    let drake;
    this.editor.on('dragula.created', (made) => { drake = made; });
    const rawOf = (element) => {
      const { kind } = element.dataset;
      if (kind) return kind === PAGE ? { type: 'group' } : made(this.kinds.find((one) => one.key === kind), 'x');
      return registry.get(element.querySelector('.fjs-element')?.dataset.id)?.raw;
    };
    const holderAt = (target) => registry.get(target.closest('.fjs-children')?.dataset.id);
    dragging.validateDrop = (element, target) => (this.allows(rawOf(element), holderAt(target)) ? isAllowed(element, target) : 'not here');
    dragging.createNewField = (element, _, holder, index) => {
      const { kind } = element.dataset;
      this.add(kind === PAGE ? PAGE : this.kinds.find((one) => one.key === kind), holder, index);
    };
    dragging.moveField = (element, source, _, holder, index) => moveField(element, source, null, holder, index);
    dragging.handleRowDrop = (element, target, source, sibling) => {
      if (!this.allows(rawOf(element), holderAt(target))) return drake.cancel(true);
      return rowDrop(element, target, source, sibling);
    };
  }
}

export function placeOf(raw, kinds) {
  return isPage(raw) ? `pages/${keyOf(raw, kinds)}` : `fields/${keyOf(raw, kinds)}/label`;
}

// Under which name the file holds a label for its author.
export function labelName(raw) {
  if (raw.type === 'datetime') return raw.subtype === 'time' ? 'timeLabel' : 'dateLabel';
  return raw.type === 'text' ? 'text' : 'label';
}

function written(raw) {
  const label = raw?.[labelName(raw)];
  return typeof label === 'string' ? label : '';
}
