// The extensions of an element as the engine reads them: properties in any editor's list, the operation, the decision.
// No descriptor of any namespace is given to bpmn.io, so that it keeps every extension as it is written, also those that
// nobody here knows; what is changed is replaced whole, so that each change is one step to undo.
const SPIFF = 'http://spiffworkflow.org/bpmn/schema/1.0/core';
const LISTS = [
  SPIFF,
  'http://camunda.org/schema/1.0/bpmn',
  'http://operaton.org/schema/1.0/bpmn',
  'http://camunda.org/schema/zeebe/1.0',
];
const PARAMETER = 'parameter.';

const uriOf = (part) => part.$descriptor?.ns?.uri;
const nameOf = (part) => part.$type.split(':').pop();
const children = (part) => part?.$children || [];

function held(owner) {
  return owner.extensionElements?.values || [];
}

function lists(owner) {
  return LISTS.flatMap((uri) => held(owner).filter((part) => uriOf(part) === uri && nameOf(part) === 'properties'));
}

function ours(owner, name) {
  return held(owner).find((part) => uriOf(part) === SPIFF && nameOf(part) === name);
}

function isRead(list, entry) {
  return uriOf(list) === SPIFF || (!(entry.name || '').includes(':') && (entry.value || '').trim() !== '');
}

export function settingsOf(owner) {
  const found = {};
  for (const list of lists(owner)) {
    for (const entry of children(list)) if (isRead(list, entry)) found[entry.name || ''] = entry.value || '';
  }
  return found;
}

export function operationOf(owner) {
  const drawn = ours(owner, 'serviceTaskOperator');
  if (drawn) {
    const rows = children(drawn).filter((part) => nameOf(part) === 'parameters').flatMap(children);
    return {
      operator: drawn.id || '',
      parameters: Object.fromEntries(rows.map((row) => [row.id || '', row.value || ''])),
      result: drawn.resultVariable || '',
    };
  }
  const settings = settingsOf(owner);
  const named = Object.entries(settings).filter(([name]) => name.startsWith(PARAMETER));
  return {
    operator: settings.operator || '',
    parameters: Object.fromEntries(named.map(([name, value]) => [name.slice(PARAMETER.length), value])),
    result: settings.result || '',
  };
}

export function decisionOf(owner) {
  return (ours(owner, 'calledDecisionId')?.$body || settingsOf(owner).decision || '').trim();
}

// A copy of an extension that belongs to nobody yet.
export function copied(moddle, part) {
  if (typeof part === 'string' || !part.$descriptor?.isGeneric) return part;
  const { $children: inside, $type: type, ...attributes } = part;
  const made = moddle.createAny(type, uriOf(part), attributes);
  if (inside) made.$children = inside.map((each) => Object.assign(copied(moddle, each), { $parent: made }));
  return made;
}

export class Extensions {
  constructor(modeling, moddle) {
    this.modeling = modeling;
    this.moddle = moddle;
  }

  setSetting(element, name, value) {
    this.setSettings(element, { [name]: value });
  }

  // Writes each where it stands, else into the first list there is, else into a list of ours; an empty value removes it.
  setSettings(element, values) {
    this.replace(element, (parts) => {
      for (const [name, value] of Object.entries(values)) this.put(parts, name, value);
      return parts;
    });
  }

  put(parts, name, value) {
    const all = LISTS.flatMap((uri) => parts.filter((part) => uriOf(part) === uri && nameOf(part) === 'properties'));
    const holders = all.filter((list) => children(list).some((entry) => entry.name === name));
    if (value === '') {
      for (const list of holders) list.$children = children(list).filter((entry) => entry.name !== name);
      for (const list of holders) if (!list.$children.length) parts.splice(parts.indexOf(list), 1);
      return;
    }
    for (const list of holders) {
      for (const entry of children(list)) if (entry.name === name) entry.value = value;
    }
    if (holders.length) return;
    const list = all[0] || this.make('properties');
    if (!all[0]) parts.push(list);
    const prefix = list.$type.split(':')[0];
    const entry = this.moddle.createAny(`${prefix}:property`, uriOf(list), { name, value });
    entry.$parent = list;
    list.$children = [...children(list), entry];
  }

  setOperation(element, { operator, parameters, result }) {
    const now = operationOf(element.businessObject);
    const isOurs = ours(element.businessObject, 'serviceTaskOperator') || !now.operator;
    if (!isOurs) {
      const gone = Object.fromEntries(Object.keys(now.parameters).map((name) => [PARAMETER + name, '']));
      const rows = Object.fromEntries(Object.entries(parameters).map(([name, value]) => [PARAMETER + name, value]));
      this.setSettings(element, { ...gone, operator, result, ...rows });
      return;
    }
    this.replace(element, (parts) => {
      const old = parts.findIndex((part) => uriOf(part) === SPIFF && nameOf(part) === 'serviceTaskOperator');
      const made = operator ? [this.operator(operator, parameters, result, parts[old])] : [];
      return old < 0 ? [...made, ...parts] : [...parts.slice(0, old), ...made, ...parts.slice(old + 1)];
    });
  }

  operator(operator, parameters, result, old) {
    const types = Object.fromEntries(
      children(old).filter((part) => nameOf(part) === 'parameters').flatMap(children).map((row) => [row.id, row.type]),
    );
    const made = this.make('serviceTaskOperator', result ? { id: operator, resultVariable: result } : { id: operator });
    const rows = Object.entries(parameters).filter(([, value]) => value !== '');
    if (rows.length) {
      const list = this.make('parameters');
      list.$children = rows.map(([id, value]) =>
        Object.assign(this.make('parameter', { id, type: types[id] || 'str', value }), { $parent: list }));
      made.$children = [Object.assign(list, { $parent: made })];
    }
    return made;
  }

  setDecision(element, decision) {
    if (!ours(element.businessObject, 'calledDecisionId') && settingsOf(element.businessObject).decision) {
      this.setSetting(element, 'decision', decision);
      return;
    }
    this.replace(element, (parts) => {
      const others = parts.filter((part) => uriOf(part) !== SPIFF || nameOf(part) !== 'calledDecisionId');
      return decision ? [this.make('calledDecisionId', { $body: decision }), ...others] : others;
    });
  }

  make(name, attributes = {}) {
    return this.moddle.createAny(`spiffworkflow:${name}`, SPIFF, attributes);
  }

  replace(element, change) {
    const owner = element.businessObject;
    const parts = change(held(owner).map((part) => copied(this.moddle, part)));
    const extensionElements = parts.length ? this.moddle.create('bpmn:ExtensionElements', { values: parts }) : undefined;
    if (extensionElements) {
      extensionElements.$parent = owner;
      for (const part of parts) part.$parent = extensionElements;
    }
    this.modeling.updateModdleProperties(element, owner, { extensionElements });
  }
}

// Copying and changing an element takes its extensions along, also those that nobody here knows.
function CopiesExtensions(eventBus, moddle) {
  eventBus.on('moddleCopy.canCopyProperty', 1500, ({ property }) =>
    property?.$descriptor?.isGeneric ? copied(moddle, property) : undefined);
}
CopiesExtensions.$inject = ['eventBus', 'moddle'];

export default { __init__: ['copiesExtensions'], copiesExtensions: ['type', CopiesExtensions] };
