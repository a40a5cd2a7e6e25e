// The panel beside the drawing: what the chosen element is called, what it does, and its settings, as pickers.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { completing } from './completing.js';
import { conditionOf, declared, express, linkOf, refer, referencesOf, setTimer, timerOf, TIMES } from './events.js';
import { decisionOf, Extensions, operationOf, settingsOf } from './extensions.js';
import { button, choice, field, kept, line, node, suggested, suggestions, text } from './fields.js';
import { worksIn } from './lanes.js';
import { repairs } from './repair.js';
import { say } from './words.js';

const UNCONDITIONAL = ['bpmn:Event', 'bpmn:ParallelGateway', 'bpmn:EventBasedGateway'];
const APPENDED = {
  'bpmn:UserTask': 'User task', 'bpmn:ServiceTask': 'Service task', 'bpmn:ExclusiveGateway': 'Exclusive gateway',
  'bpmn:EndEvent': 'End event',
};
const waits = (owner) => ['bpmn:UserTask', 'bpmn:ManualTask', 'bpmn:Task'].includes(owner.$type);

export class Panel {
  constructor(modeler, where, { names, settings, files, path }) {
    Object.assign(this, { modeler, where, names, settings, files, path });
    this.extensions = new Extensions(modeler.get('modeling'), modeler.get('moddle'));
    const later = () => { setTimeout(() => this.show()); }; // whoever gives something back keeps the event from others
    modeler.on('selection.changed', () => { this.takeNow(); later(); });
    modeler.on('commandStack.changed', later);
    this.show();
  }

  takeNow() {
    if (this.where.contains(document.activeElement)) document.activeElement.takeNow?.();
  }

  show() {
    const back = kept(this.where);
    const [element, more] = this.modeler.get('selection').get();
    this.where.replaceChildren(this.elementPicker(element));
    if (element && !more) this.where.append(...this.fieldsOf(element));
    else this.where.append(node('p', { class: 'ow-panel__empty' }, say('Choose an element to see and change its settings.')), ...repairs(this));
    back();
  }

  elementPicker(chosen) {
    const registry = this.modeler.get('elementRegistry');
    const rows = registry.filter((one) => one.type !== 'label' && one.parent)
      .map((one) => ({ key: one.id, label: `${one.businessObject.name || one.id} (${one.type.slice(5)})` }))
      .sort((one, other) => one.label.localeCompare(other.label));
    const select = choice(rows, chosen ? (chosen.labelTarget || chosen).id : '', (id) => this.choose(id));
    return field(say('Element'), select, null, 'chosen');
  }

  choose(id) {
    const element = this.modeler.get('elementRegistry').get(id);
    this.modeler.get('selection').select(element || []);
    if (element) this.modeler.get('canvas').scrollToElement(element, 80);
  }

  fieldsOf(chosen) {
    const element = chosen.labelTarget || chosen;
    const owner = element.businessObject;
    return [
      ...this.general(element, owner),
      ...this.work(element, owner),
      ...this.events(element, owner),
      ...this.flow(element, owner),
      ...this.rows(element, owner),
      ...this.appending(element, owner),
    ];
  }

  general(element, owner) {
    const modeling = this.modeler.get('modeling');
    if (is(owner, 'bpmn:Lane')) return this.lane(element, owner);
    const words = this.names.elements.find((one) => one.key === owner.id)?.label;
    const hint = waits(owner)
      ? words ? say('On pages it is called: {words}', { words }) : say('texts.yaml has no name for it yet (elements: {key}).', { key: owner.id })
      : null;
    const named = line(owner.name || '', (name) => modeling.updateLabel(element, name));
    const id = line(owner.id, (value) => {
      if (/^[A-Za-z_][\w.-]*$/.test(value) && !this.modeler.get('moddle').ids.assigned(value)) {
        modeling.updateProperties(element, { id: value });
      } else id.value = owner.id;
    });
    return [field(say('Name'), named, hint, 'name'), field(say('Identifier'), id, null, 'id'), ...(waits(owner) ? worksIn(this.modeler, element) : [])];
  }

  lane(element, owner) {
    const lane = this.names.lanes.find((one) => one.name === owner.name);
    const hint = lane ? say('Works here: {group}', { group: this.group(lane) }) : say('This lane is not in ministry.yaml, so nobody works in it.');
    const select = choice(this.laneRows(), owner.name || '', (name) => this.modeler.get('modeling').updateLabel(element, name));
    return [field(say('Lane'), select, hint, 'lane')];
  }

  laneRows() {
    return this.names.lanes.map((one) => ({ key: one.name, label: `${one.name} – ${this.group(one)}` }));
  }

  group(lane) {
    return [this.label('groups', lane.group), lane.level ? this.label('levels', lane.level) : ''].filter(Boolean).join(', ');
  }

  label(source, key) {
    return this.names[source].find((one) => one.key === key || one.key.endsWith(`.${key}`))?.label || key;
  }

  work(element, owner) {
    if (is(owner, 'bpmn:ServiceTask') || (is(owner, 'bpmn:SendTask') && !owner.messageRef)) return this.operation(element, owner);
    if (is(owner, 'bpmn:BusinessRuleTask')) return this.decision(element, owner);
    if (is(owner, 'bpmn:CallActivity')) return this.call(element, owner);
    if (!is(owner, 'bpmn:ScriptTask')) return [];
    const area = text(owner.script || '', (script) =>
      this.modeler.get('modeling').updateProperties(element, { script, scriptFormat: owner.scriptFormat || 'python' }));
    const block = field(say('Script'), area, null, 'script');
    block.append(completing(area, this.names));
    return [block];
  }

  operation(element, owner) {
    const now = operationOf(owner);
    const known = this.names.operations.find((one) => one.key === now.operator);
    const set = (changes) => this.extensions.setOperation(element, { ...now, ...changes });
    const rows = this.names.operations.map((one) => ({ key: one.key }));
    const parameters = [...new Set([...(known?.needs || []), ...(known?.may_have || []), ...Object.keys(now.parameters)])];
    const fields = [field(say('Operation'), choice(rows, now.operator, (operator) => set({ operator, parameters: {} })), null, 'operator')];
    for (const name of parameters) {
      const give = (value) => set({ parameters: { ...now.parameters, [name]: value } });
      fields.push(this.parameter(name, now.parameters[name] || '', give));
    }
    if (known?.others) {
      const add = line('', (name) => /^[a-z]\w*$/.test(name) && set({ parameters: { ...now.parameters, [name]: 'None' } }));
      fields.push(field(say('Add a parameter'), add, null, 'new-parameter'));
    }
    if (now.result || (known && !known.decides && !known.gives.length && !known.needs.includes('message'))) {
      fields.push(field(say('Variable for the answer'), line(now.result, (result) => set({ result })), null, 'result'));
    }
    return fields;
  }

  // Parameters that name something of the package are picked, and written in quotes; others are expressions.
  parameter(name, value, give) {
    const picked = { group: this.names.groups, connector: this.names.connectors.map((key) => ({ key })) }[name];
    const label = say('Parameter {name}', { name });
    const isText = value === '' || /^(["'])[^"']*\1$/.test(value);
    if (picked && isText) {
      return field(label, choice(picked, value.slice(1, -1), (key) => give(key && `"${key}"`)), null, `parameter-${name}`);
    }
    if (name === 'message' && isText) {
      const typed = suggested(this.names.messages, value.slice(1, -1), (key) => give(key && `"${key}"`));
      return field(label, typed.input, say('A new one gets its words on the page of all texts.'), 'parameter-message', typed.rows);
    }
    return this.expression(label, value, give, `parameter-${name}`, say('An expression; a text stands in quotes.'));
  }

  expression(label, value, take, name, hint = null) {
    const input = line(value, take);
    const block = field(label, input, hint, name);
    block.append(completing(input, this.names));
    return block;
  }

  decision(element, owner) {
    const now = decisionOf(owner);
    const rows = this.names.decisions.map((one) => ({ key: one.key, label: one.name }));
    const known = this.names.decisions.find((one) => one.key === now);
    const open = known ? node('a', { class: 'govuk-link', href: this.files.replace('/files/', '/decision/') + known.file }, say('Open the decision')) : null;
    return [field(say('Decision'), choice(rows, now, (key) => this.extensions.setDecision(element, key)), null, 'decision'), open].filter(Boolean);
  }

  call(element, owner) {
    const rows = this.names.shared.map((one) => ({ key: one.element, label: one.title || one.key }));
    const set = (calledElement) => this.modeler.get('modeling').updateProperties(element, { calledElement: calledElement || undefined });
    const known = this.names.shared.find((one) => one.element === owner.calledElement);
    const drawing = known?.is_held ? known.files.find((file) => file.endsWith('.bpmn')) : null;
    const open = drawing ? node('a', { class: 'govuk-link', href: this.files.replace('/files/', '/process/') + drawing }, say('Open the called process')) : null;
    return [field(say('Called process'), choice(rows, owner.calledElement || '', set), known?.summary, 'called'), open].filter(Boolean);
  }

  events(element, owner) {
    const fields = referencesOf(owner).map((one) => {
      const rows = suggestions(declared(this.modeler.getDefinitions(), one));
      const target = one.holder[one.reference];
      const input = line(target?.[one.key] || target?.name || '', (name) => refer(this.modeler, element, one, name), { list: rows.id });
      const block = field(say(one.label), input, null, one.reference);
      block.append(rows);
      return block;
    });
    const [timer, condition, link] = [timerOf(owner), conditionOf(owner), linkOf(owner)];
    if (timer) fields.push(...this.timer(element, timer));
    if (condition) {
      fields.push(this.expression(say('Condition'), condition.condition?.body || '', (body) => express(this.modeler, element, condition, 'condition', body), 'condition'));
    }
    if (link) {
      fields.push(field(say('Link'), line(link.name || '', (name) => this.modeler.get('modeling').updateModdleProperties(element, link, { name })), null, 'link'));
    }
    return fields;
  }

  timer(element, timer) {
    const now = Object.keys(TIMES).find((one) => timer[one]) || 'timeDuration';
    const body = timer[now]?.body || '';
    const rows = Object.entries(TIMES).map(([key, label]) => ({ key, label: say(label) }));
    const kinds = choice(rows, now, (kind) => setTimer(this.modeler, element, timer, kind, body || ' '), { empty: null });
    const take = (written) => (timer[now] && written ? express(this.modeler, element, timer, now, written) : setTimer(this.modeler, element, timer, now, written));
    return [field(say('Time'), kinds, null, 'time-kind'), this.expression(say(TIMES[now]), body.trim(), take, 'time')];
  }

  flow(element, owner) {
    if (!is(owner, 'bpmn:SequenceFlow') || UNCONDITIONAL.some((type) => is(owner.sourceRef, type))) return [];
    const modeling = this.modeler.get('modeling');
    const isDefault = owner.sourceRef.default === owner;
    const box = node('input', { type: 'checkbox', class: 'ow-field__box', onchange: () => {
      modeling.updateProperties(element.source, { default: box.checked ? owner : undefined });
    } });
    box.checked = isDefault;
    const otherwise = field(say('Otherwise this way (default)'), box, null, 'default');
    if (isDefault) return [otherwise];
    const take = (body) => express(this.modeler, element, owner, 'conditionExpression', body);
    return [this.expression(say('Condition'), owner.conditionExpression?.body || '', take, 'condition'), otherwise];
  }

  rows(element, owner) {
    if (!is(owner, 'bpmn:FlowNode')) return [];
    const now = settingsOf(owner);
    const sort = waits(owner) ? 'task' : is(owner, 'bpmn:CallActivity') ? 'call' : 'element';
    const kind = now.kind || 'form';
    const offered = this.settings[sort].filter((row) => now[row.name] !== undefined || this.belongs(row, owner, sort, kind));
    const fields = offered.map((row) => this.setting(element, row, now));
    const known = new Set(this.settings[sort].map((row) => row.name));
    const hidden = (name) => known.has(name) || ['operator', 'result', 'decision'].includes(name) || name.startsWith('parameter.');
    const others = Object.keys(now).filter((name) => !hidden(name));
    fields.push(...others.map((name) => this.other(element, name, now[name])));
    if (sort === 'call') {
      const add = line('', (name) => /^[a-z][\w.]*$/.test(name) && this.extensions.setSetting(element, name, '-'));
      fields.push(field(say('Add a setting'), add, 'check.due', 'new-setting'));
    }
    return fields;
  }

  belongs(row, owner, sort, kind) {
    if (sort === 'task') return !row.kinds.length || row.kinds.includes(kind);
    if (row.name === 'outcome') return is(owner, 'bpmn:EndEvent');
    if (row.name === 'correlation') return referencesOf(owner).some((one) => one.reference === 'messageRef');
    return !is(owner, 'bpmn:Gateway') || row.name === 'stage';
  }

  setting(element, row, now) {
    const take = (value) => this.extensions.setSetting(element, row.name, value);
    const value = now[row.name] || '';
    const name = `setting-${row.name}`;
    if (row.source === 'variables') return this.expression(row.label, value, take, name, row.hint);
    const rows = this.chosenFrom(row, element, now);
    if (rows) {
      const standard = { kind: 'form', corrections: 'no', completes: 'no', any_day: 'no', visit: 'no' }[row.name];
      const select = standard
        ? choice(rows, value || standard, (key) => take(key === standard && !now[row.name] ? '' : key), { empty: null })
        : choice(rows, value, take);
      return field(row.label, select, row.hint, name);
    }
    const list = row.source === 'tasks' ? suggestions(this.tasks()) : null;
    const block = field(row.label, line(value, take, { list: list?.id }), row.hint, name);
    if (list) block.append(list);
    return block;
  }

  chosenFrom(row, element, now) {
    if (row.choices.length) return row.choices;
    if (row.source === 'forms') return this.names.forms.map((one) => ({ key: one.key, label: one.title ? `${one.title} (${one.key})` : one.key }));
    if (row.source === 'sessions') return this.names.sessions.map((key) => ({ key }));
    if (row.source === 'questions') {
      const form = this.names.forms.find((one) => one.key === now.form);
      return form ? form.questions.filter((one) => one.values.length).map((one) => ({ key: one.key, label: `${one.label} (${one.key})` })) : [];
    }
    return ['stages', 'groups', 'fees'].includes(row.source) ? this.names[row.source] : null;
  }

  tasks() {
    return this.modeler.get('elementRegistry').filter((one) => waits(one.businessObject) && one.type !== 'label')
      .map((one) => ({ key: one.id, label: one.businessObject.name }));
  }

  other(element, name, value) {
    const block = field(say('Value of {name}', { name }), line(value, (written) => this.extensions.setSetting(element, name, written)), null, `other-${name}`);
    block.append(button(say('Remove'), () => this.extensions.setSetting(element, name, '')));
    return block;
  }

  // What the mouse finds in the pad beside an element, for the keyboard.
  appending(element, owner) {
    const tools = node('div', { class: 'ow-panel__tools' });
    if (is(owner, 'bpmn:FlowNode') && !is(owner, 'bpmn:EndEvent')) {
      for (const [type, label] of Object.entries(APPENDED)) {
        tools.append(button(`+ ${say(label)}`, () => {
          const made = this.modeler.get('elementFactory').createShape({ type });
          this.modeler.get('autoPlace').append(element, made);
        }));
      }
    }
    tools.append(button(say('Delete'), () => this.modeler.get('modeling').removeElements([element])));
    return [tools];
  }
}
