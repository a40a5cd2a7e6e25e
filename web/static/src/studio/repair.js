// What a drawing of another tool lacks before anybody finds its tasks: lanes that the ministry does not know, tasks
// without a type that say nothing of what is done in them, tasks without a form or a kind. Each with what can be chosen for it.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { settingsOf } from './extensions.js';
import { choice, field, node } from './fields.js';
import { say } from './words.js';

const TYPES = {
  'bpmn:UserTask': 'User task', 'bpmn:ServiceTask': 'Service task', 'bpmn:BusinessRuleTask': 'Business rule task',
  'bpmn:ScriptTask': 'Script task', 'bpmn:CallActivity': 'Call activity',
};
const saysNothing = (element) => {
  const settings = settingsOf(element.businessObject);
  return !settings.form && (settings.kind || 'form') === 'form';
};
const nameOf = (element) => element.businessObject.name || element.id;

export function lacking(registry, names) {
  const known = new Set(names.lanes.map((one) => one.name));
  const drawn = registry.filter((one) => one.type !== 'label');
  const isLeaf = (lane) => !lane.children.some((one) => is(one, 'bpmn:Lane'));
  return {
    lanes: drawn.filter((one) => is(one, 'bpmn:Lane') && isLeaf(one) && !known.has(one.businessObject.name)),
    types: drawn.filter((one) => one.type === 'bpmn:Task' && saysNothing(one)),
    tasks: drawn.filter((one) => (one.type === 'bpmn:UserTask' || one.type === 'bpmn:ManualTask') && saysNothing(one)),
  };
}

export function repairs(panel) {
  const { modeler, names, extensions } = panel;
  const { lanes, types, tasks } = lacking(modeler.get('elementRegistry'), names);
  if (!lanes.length && !types.length && !tasks.length) return [];
  const kinds = panel.settings.task.find((row) => row.name === 'kind').choices.filter((one) => one.key !== 'form');
  const answers = [
    ...names.forms.map((one) => ({ key: `form ${one.key}`, label: one.title ? `${one.title} (${one.key})` : one.key })),
    ...kinds.map((one) => ({ key: `kind ${one.key}`, label: one.label })),
  ];
  const typed = Object.entries(TYPES).map(([key, label]) => ({ key, label: say(label) }));
  const give = (element) => (chosen) => {
    const [name, value] = chosen.split(' ');
    if (value) extensions.setSetting(element, name, value);
  };
  return [
    node('h2', { class: 'govuk-heading-s' }, say('What is missing')),
    ...lanes.map((one) => field(say('Who works in “{name}”?', { name: nameOf(one) }), choice(panel.laneRows(), '', (name) => name && modeler.get('modeling').updateLabel(one, name)), null, `lane-${one.id}`)),
    ...types.map((one) => field(say('What is “{name}”?', { name: nameOf(one) }), choice(typed, '', (type) => type && modeler.get('bpmnReplace').replaceElement(one, { type })), null, `type-${one.id}`)),
    ...tasks.map((one) => field(say('What is done in “{name}”?', { name: nameOf(one) }), choice(answers, '', give(one)), null, `task-${one.id}`)),
  ];
}
