// The panel beside the form: what the chosen field asks in both languages, and its settings; where nothing is chosen, the
// title of the form.
import { completing } from '../studio/completing.js';
import { button, choice, field, line, node, text } from '../studio/fields.js';
import { say } from '../studio/words.js';
import { labelName, PAGE, placeOf } from './editing.js';
import { given, isPage, keyOf, kindOf, settingOf } from './model.js';
import { LANGUAGES } from './texts.js';

const PAUSE = 700;
const KEY = /^[a-z][a-z0-9_]{0,59}$/;
const NAMES = { km: 'ភាសាខ្មែរ', en: 'English' };
const DIGITS = /[០-៩]/g;

export class Panel {
  constructor(editing, where, { names, choices, problems }) {
    Object.assign(this, { editing, where, names, choices, problems });
    const later = () => { setTimeout(() => this.show()); };
    editing.editor.on('selection.changed', () => { this.takeNow(); later(); });
    editing.editor.on('commandStack.changed', later);
    where.addEventListener('input', ({ target, isComposing }) => {
      this.typing = true;
      clearTimeout(this.timer);
      if (target.lang && !isComposing) this.timer = setTimeout(() => { this.typing = false; target.takeNow(); }, PAUSE);
    });
    where.addEventListener('change', () => { this.typing = false; });
    this.show();
  }

  get chosen() {
    const found = this.editing.editor.get('selection').get();
    return found && found !== this.editing.schema ? found : undefined;
  }

  takeNow() {
    if (this.where.contains(document.activeElement)) document.activeElement.takeNow?.();
  }

  show() {
    const active = this.where.contains(document.activeElement) ? document.activeElement : null;
    const focused = active ? active.name : this.kept;
    this.kept = '';
    const { chosen, typing } = this; // a field that goes while somebody types tells a change, which ends the typing
    const at = chosen === this.shown ? this.where.scrollTop : 0;
    const typed = (active?.lang || active?.offered) && chosen === this.shown ? active : null;
    const offered = typed?.offered?.() ?? -1;
    const { selectionStart, selectionEnd } = typed || {};
    this.shown = chosen;
    this.where.replaceChildren(this.picker(chosen), ...(chosen ? this.fieldsOf(chosen) : this.formItself()));
    this.where.scrollTop = at;
    const control = focused && this.where.querySelector(`[name="${CSS.escape(focused)}"]`);
    if (!control) return;
    control.focus({ preventScroll: at > 0 });
    if (!typed || !(typing || control.value === typed.value.trim())) return;
    this.typing = typing;
    control.value = typed.value; // words are taken in the middle of typing
    control.setSelectionRange(selectionStart, selectionEnd);
    if (offered >= 0) control.offer?.(offered);
  }

  picker(chosen) {
    const rows = this.editing.schema.components.flatMap((page) => [this.row(page, ''), ...this.editing.all({ components: page.components || [] }).map((one) => this.row(one, '– '))]);
    return field(say('Field or page'), choice(rows, chosen?.id || '', (id) => this.choose(id), { empty: say('The form itself') }), null, 'chosen');
  }

  row(one, before) {
    return { key: one.id, label: `${before}${one.label}` };
  }

  choose(id) {
    this.kept = 'chosen';
    this.editing.editor.get('selection').set(this.editing.editor.get('formFieldRegistry').get(id) || null);
  }

  formItself() {
    return [
      node('p', { class: 'ow-panel__empty' }, say('Choose a field or a page to see and change its settings.')),
      ...this.words('title', say('Title of the form'), 'title'),
    ];
  }

  fieldsOf(chosen) {
    const { raw } = chosen;
    const known = isPage(raw) || kindOf(raw, this.editing.kinds);
    this.tells = node('div', {});
    this.tell();
    return [
      this.tells,
      ...(known ? isPage(raw) ? this.page(chosen) : this.question(chosen) : [node('p', { class: 'ow-panel__empty' }, say('Forms here have no field of this kind. It is kept as it is until you remove it.'))]),
      this.doing(chosen, known),
    ];
  }

  // Says anew what is wrong with the chosen field, while somebody may be typing below it.
  tell() {
    const found = this.chosen ? this.problems.of(this.chosen) : [];
    this.tells?.replaceChildren(...(found.length ? [node('ul', { class: 'ow-problems' }, ...found.map((one) => node('li', { class: `ow-problem ow-problem--${one.level}` }, one.message)))] : []));
  }

  page(chosen) {
    const { raw } = chosen;
    return [...this.words(placeOf(raw, this.editing.kinds), say('Title of the page'), 'label', chosen), this.key(chosen), this.condition(chosen)];
  }

  question(chosen) {
    const { raw } = chosen;
    const kind = kindOf(raw, this.editing.kinds);
    const place = `fields/${keyOf(raw, this.editing.kinds)}`;
    const label = kind.asks ? say('Question') : say('What people read');
    return [
      ...this.words(`${place}/label`, label, 'label', chosen),
      ...this.words(`${place}/hint`, say('Hint below it'), 'hint', chosen, true),
      this.kind(chosen, kind),
      this.key(chosen, kind),
      ...(kind.asks && !kind.repeats ? [this.box(chosen, 'validate', 'required', say('Must be answered'), true)] : []),
      ...(kind.options ? [this.values(chosen, place)] : []),
      ...kind.takes.filter((name) => name !== 'values' && name !== 'components').map((name) => this.setting(chosen, kind, name)),
      ...(kind.asks ? this.data(chosen, kind) : []),
      this.condition(chosen),
    ];
  }

  // The words of a place, Khmer and English side by side; the author's label in the file follows the English ones.
  words(place, label, name, chosen, isLong = false) {
    const { texts } = this.editing;
    const controls = LANGUAGES.map((language) => {
      const take = (value) => {
        if (value.trim() === texts.of(place, language)) return undefined;
        const words = { [texts.name(place, language)]: value.trim() };
        if (!chosen) return this.editing.say(words);
        return this.editing.change(chosen, language === 'en' && name === 'label' ? this.authored(chosen.raw, texts.of(place, 'en'), value.trim()) : chosen.raw, words);
      };
      const control = (isLong ? text : line)(texts.of(place, language), take, { lang: language, spellcheck: 'true', ...(isLong ? { rows: '2' } : {}) });
      return field(`${label} (${NAMES[language]})`, control, null, `${name}-${language}`);
    });
    return [node('div', { class: 'ow-panel__pair' }, ...controls)];
  }

  authored(raw, before, now) {
    const name = labelName(raw);
    if (raw[name] !== undefined && raw[name] !== before) return raw;
    if (name in raw || !now) return given(raw, '', name, now || undefined);
    const first = ['type', 'subtype', 'key', 'path', 'id'];
    const kept = Object.entries(raw);
    return Object.fromEntries([...kept.filter(([one]) => first.includes(one)), [name, now], ...kept.filter(([one]) => !first.includes(one))]);
  }

  key(chosen, kind) {
    const now = keyOf(chosen.raw, this.editing.kinds);
    const take = (value) => {
      if (KEY.test(value) && value !== now && !this.editing.find(value)) this.editing.rename(chosen, value);
      else this.show();
    };
    if (kind?.uploads) return field(say('Document'), choice(this.names.documents, now, (value) => value && this.editing.rename(chosen, value)), say('A document of service.yaml.'), 'key');
    const hint = say('Small Latin letters, digits and _. Conditions, variables and texts name it so.');
    return field(say('Key of the field'), line(now, take, { maxlength: '60' }), hint, 'key');
  }

  kind(chosen, kind) {
    const rows = this.editing.kinds.filter((one) => one.repeats === kind.repeats && one.asks === kind.asks);
    const select = choice(rows, kind.key, (key) => this.editing.turn(chosen, rows.find((one) => one.key === key)), { empty: null });
    return field(say('Kind'), select, null, 'kind');
  }

  give(chosen, where, name, value) {
    this.editing.change(chosen, given(chosen.raw, where, name, value));
  }

  box(chosen, where, name, label, value, hint = null) {
    const box = node('input', { type: 'checkbox', class: 'ow-field__box', onchange: () => this.give(chosen, where, name, box.checked ? value : undefined) });
    box.checked = settingOf(chosen.raw, where, name) === value;
    const block = field(label, box, hint, name);
    block.classList.add('ow-field--box');
    return block;
  }

  setting(chosen, kind, name) {
    if (name === 'multiple') return this.box(chosen, '', name, say('Several files'), true);
    if (name === 'level') return this.choice(chosen, 'properties', name, say('How deep'), this.choices.level);
    const labels = {
      min: say('At least'), max: say('At most'), minLength: say('Signs, at least'), maxLength: say('Signs, at most'),
      pattern: say('Pattern'), decimalDigits: say('Digits behind the point'), accept: say('Types of files'),
      min_items: say('Rows, at least'), max_items: say('Rows, at most'),
    };
    const hints = {
      pattern: say('Such as [0-9]{9}.'), accept: say('Such as pdf,jpg,png.'),
      min: kind.reads_as === 'day' ? say('Such as today, 2026-01-31 or 18 years ago.') : null,
      max: kind.reads_as === 'day' ? say('Such as today, 2026-01-31 or 2 years.') : null,
    };
    const where = this.whereOf(chosen.raw, kind, name);
    const isText = ['pattern', 'accept'].includes(name) || ['day', 'time'].includes(kind.reads_as);
    const now = settingOf(chosen.raw, where, name);
    const take = (value) => this.give(chosen, where, name, value === '' ? undefined : isText ? value : number(value));
    return field(labels[name] || name, line(now === undefined ? '' : String(now), take), hints[name], name);
  }

  whereOf(raw, kind, name) {
    if (['decimalDigits', 'accept'].includes(name)) return '';
    if (['min_items', 'max_items'].includes(name)) return 'properties';
    if (['min', 'max'].includes(name)) return settingOf(raw, 'properties', name) !== undefined || ['day', 'time'].includes(kind.reads_as) ? 'properties' : 'validate';
    return 'validate';
  }

  choice(chosen, where, name, label, rows, hint = null) {
    const select = choice(rows, settingOf(chosen.raw, where, name) ?? '', (value) => this.give(chosen, where, name, value || undefined));
    return field(label, select, hint, name);
  }

  values(chosen, place) {
    const { texts } = this.editing;
    const values = Array.isArray(chosen.raw.values) ? chosen.raw.values : [];
    const put = (next, words = {}) => this.editing.change(chosen, given(chosen.raw, '', 'values', next), words);
    const rows = values.map((one, index) => {
      const value = String(one?.value ?? '');
      const at = `${place}/options/${value}`;
      const rename = (next) => {
        if (!KEY.test(next) || values.some((other) => other?.value === next)) return this.show();
        return put(values.with(index, { ...one, value: next }), texts.moved(at, `${place}/options/${next}`));
      };
      const say_ = (language) => (words) => {
        const label = language === 'en' && (one?.label === undefined || one.label === texts.of(at, 'en')) ? { ...one, label: words.trim() } : one;
        put(values.with(index, label), { [texts.name(at, language)]: words.trim() });
      };
      const parts = [
        field(say('Value'), line(value, rename, { maxlength: '60' }), null, `value-${index}`),
        ...LANGUAGES.map((language) => field(NAMES[language], line(texts.of(at, language), say_(language), { lang: language }), null, `option-${index}-${language}`)),
      ];
      const step = (by) => put(values.with(index, values[index + by]).with(index + by, one));
      return node('div', { class: 'ow-choice', role: 'group', 'aria-label': say('Choice {number}', { number: index + 1 }) }, ...parts, node('div', { class: 'ow-panel__tools' },
        this.act(say('Up'), `value-up-${index}`, () => index && step(-1)),
        this.act(say('Down'), `value-down-${index}`, () => index + 1 < values.length && step(1)),
        this.act(say('Remove'), `value-remove-${index}`, () => put(values.toSpliced(index, 1)))));
    });
    const free = () => {
      let count = values.length + 1;
      while (values.some((one) => one?.value === `choice_${count}`)) count += 1;
      return `choice_${count}`;
    };
    return node('fieldset', { class: 'ow-choices' }, node('legend', {}, say('Choices')), ...rows, this.act(say('Add a choice'), 'value-add', () => put([...values, { value: free() }])));
  }

  data(chosen, kind) {
    const { raw } = chosen;
    const own = (name, value, label, hint) => this.box(chosen, 'properties', name, label, value, hint);
    const computes = ['number', 'day', 'boolean'].includes(kind.reads_as);
    return [
      own('personal', 'true', say('Personal data'), null),
      own('told', 'true', say('The applicant may read what the officer writes'), null),
      ...(kind.options || raw.properties?.ground ? [own('ground', 'true', say('On these grounds an application is refused'), say('They are counted, and the message of the refusal can say them.'))] : []),
      ...(kind.options || raw.properties?.finding ? [own('finding', 'true', say('This says what was found'), say('Counted in reports, and on the page of the office.'))] : []),
      ...(kind.uploads || kind.repeats ? [] : [this.choice(chosen, 'properties', 'prefill', say('Taken over from the account'), this.choices.prefill)]),
      ...(raw.properties?.prefill || raw.readonly !== undefined ? [this.box(chosen, '', 'readonly', say('Shown only, not typed'), true)] : []),
      ...(computes ? [this.expression(chosen, 'properties', 'computed', say('Worked out from'), say('Nobody types it then. Such as length * width.'), this.names.answer_functions)] : []),
    ];
  }

  condition(chosen) {
    return this.expression(chosen, 'conditional', 'hide', say('Not asked when'), say('Such as kind = "other", with keys of earlier questions.'), []);
  }

  expression(chosen, where, name, label, hint, functions) {
    const control = line(String(settingOf(chosen.raw, where, name) ?? ''), (value) => this.give(chosen, where, name, value || undefined));
    const block = field(label, control, hint, name);
    block.append(completing(control, { variables: this.earlier(chosen), functions, truths: { true: 'true', false: 'false' } }));
    return block;
  }

  // Questions before this one, with the values that their answers can have.
  earlier(chosen) {
    const all = this.editing.all();
    return all.slice(0, all.indexOf(chosen)).flatMap(({ raw, label }) => {
      const kind = kindOf(raw, this.editing.kinds);
      if (!kind?.asks || isPage(raw)) return [];
      const values = kind.reads_as === 'boolean' ? ['true', 'false'] : (Array.isArray(raw.values) ? raw.values : []).map((one) => String(one?.value));
      return [{ name: keyOf(raw, this.editing.kinds), question: { label, values: values.map((key) => ({ key })) } }];
    });
  }

  doing(chosen, known) {
    const { editing } = this;
    const pages = editing.schema.components.filter((one) => one.components && one !== editing.holder(chosen) && editing.allows(chosen.raw, one));
    const goes = pages.length ? [field(say('Move to the page'), choice(pages.map((one) => this.row(one, '')), '', (id) => {
      const page = pages.find((one) => one.id === id);
      if (page) editing.moveTo(chosen, page, page.components.length);
    }), null, 'move-to')] : [];
    return node('div', {}, node('div', { class: 'ow-panel__tools' },
      this.act(say('Up'), 'up', () => editing.move(chosen, -1)),
      this.act(say('Down'), 'down', () => editing.move(chosen, 1)),
      known ? this.act(say('Copy'), 'copy', () => editing.copy(chosen)) : null,
      this.act(say('Remove'), 'remove', () => editing.remove(chosen))), ...goes);
  }

  // A button that keeps the focus when the panel is shown anew.
  act(label, name, run) {
    return button(label, () => { this.kept = name; run(); }, { name });
  }
}

// The fields to drag, or to add behind what is chosen.
export function palette(editing, where) {
  const entry = (key, label, add) => node('button', {
    type: 'button', class: 'ow-tool fjs-palette-field fjs-drag-copy fjs-no-drop', 'data-field-type': 'textfield', 'data-kind': key, onclick: add,
  }, label);
  where.append(node('div', { class: 'ow-palette fjs-palette-fields fjs-drag-container fjs-no-drop', role: 'toolbar', 'aria-label': say('Add a field') },
    entry(PAGE, say('Page'), () => editing.add(PAGE)),
    ...editing.kinds.map((kind) => entry(kind.key, kind.label, () => editing.add(kind)))));
}

function number(typed) {
  const digits = typed.replace(DIGITS, (one) => String(one.codePointAt(0) - 0x17e0)).trim();
  return /^-?\d+(\.\d+)?$/.test(digits) ? Number(digits) : typed;
}

