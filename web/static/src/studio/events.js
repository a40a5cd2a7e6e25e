// What an event or a task waits for or throws: names of messages and signals, codes, times and conditions.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const NAMED = {
  'bpmn:MessageEventDefinition': { type: 'bpmn:Message', reference: 'messageRef', key: 'name', label: 'Message' },
  'bpmn:SignalEventDefinition': { type: 'bpmn:Signal', reference: 'signalRef', key: 'name', label: 'Signal' },
  'bpmn:ErrorEventDefinition': { type: 'bpmn:Error', reference: 'errorRef', key: 'errorCode', label: 'Error' },
  'bpmn:EscalationEventDefinition': {
    type: 'bpmn:Escalation', reference: 'escalationRef', key: 'escalationCode', label: 'Escalation',
  },
};
export const TIMES = { timeDate: 'A moment', timeDuration: 'A length', timeCycle: 'Again and again' };

// Each with the part that refers, and what kind of thing it refers to.
export function referencesOf(owner) {
  if (is(owner, 'bpmn:ReceiveTask') || (is(owner, 'bpmn:SendTask') && owner.messageRef)) {
    return [{ holder: owner, ...NAMED['bpmn:MessageEventDefinition'] }];
  }
  return (owner.eventDefinitions || [])
    .filter((definition) => NAMED[definition.$type])
    .map((definition) => ({ holder: definition, ...NAMED[definition.$type] }));
}

export function declared(definitions, { type, key }) {
  const found = (definitions.rootElements || []).filter((one) => one.$type === type).map((one) => one[key] || one.name);
  return [...new Set(found.filter(Boolean))].map((name) => ({ key: name }));
}

// Refers to what is declared under that name, or declares it.
export function refer(modeler, element, { holder, type, reference, key }, name) {
  const [modeling, factory] = [modeler.get('modeling'), modeler.get('bpmnFactory')];
  const definitions = modeler.getDefinitions();
  let target = name ? definitions.rootElements.find((one) => one.$type === type && (one[key] || one.name) === name) : undefined;
  if (name && !target) {
    target = factory.create(type, key === 'name' ? { name } : { name, [key]: name });
    target.$parent = definitions;
    modeling.updateModdleProperties(element, definitions, { rootElements: [...definitions.rootElements, target] });
  }
  modeling.updateModdleProperties(element, holder, { [reference]: target });
}

export const timerOf = (owner) => (owner.eventDefinitions || []).find((one) => is(one, 'bpmn:TimerEventDefinition'));
export const conditionOf = (owner) => (owner.eventDefinitions || []).find((one) => is(one, 'bpmn:ConditionalEventDefinition'));
export const linkOf = (owner) => (owner.eventDefinitions || []).find((one) => is(one, 'bpmn:LinkEventDefinition'));

// Writes an expression where one is held; what else stands at it (its language) is kept.
export function express(modeler, element, holder, property, body) {
  const modeling = modeler.get('modeling');
  const now = holder[property];
  if (now && body) {
    modeling.updateModdleProperties(element, now, { body });
    return;
  }
  const made = body ? modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body }) : undefined;
  if (made) made.$parent = holder;
  modeling.updateModdleProperties(element, holder, { [property]: made });
}

export function setTimer(modeler, element, timer, property, body) {
  const made = body ? modeler.get('bpmnFactory').create('bpmn:FormalExpression', { body }) : undefined;
  if (made) made.$parent = timer;
  const others = Object.fromEntries(Object.keys(TIMES).map((one) => [one, undefined]));
  modeler.get('modeling').updateModdleProperties(element, timer, { ...others, [property]: made });
}
