// Who works: a task is put into another lane from the panel, for whoever uses no mouse or sees the lanes badly.
import { is } from 'bpmn-js/lib/util/ModelUtil';
import { choice, field } from './fields.js';
import { say } from './words.js';

const middle = (shape) => shape.y + shape.height / 2;
const holds = (outer, y) => outer.y < y && y < outer.y + outer.height;

// The lanes that have no others in them, in the pool of an element, as far as the sub-process around it reaches.
function lanesFor(modeler, element) {
  const around = element.parent;
  return modeler.get('elementRegistry')
    .filter((one) => is(one, 'bpmn:Lane') && !one.children.some((each) => is(each, 'bpmn:Lane')))
    .filter((lane) => poolOf(lane) === poolOf(element) && (!is(around, 'bpmn:SubProcess') || holds(around, middle(lane))))
    .sort((one, other) => one.y - other.y);
}

// The field that says in which lane an element lies, and puts it into another one; none where there are no lanes.
export function worksIn(modeler, element) {
  const lanes = lanesFor(modeler, element);
  if (!lanes.length) return [];
  const rows = lanes.map((lane) => ({ key: lane.id, label: lane.businessObject.name || lane.id }));
  const here = lanes.find((lane) => holds(lane, middle(element)));
  const put = (id) => {
    const lane = lanes.find((one) => one.id === id);
    if (lane) modeler.get('modeling').moveElements([element], { x: 0, y: Math.round(middle(lane) - middle(element)) });
  };
  return [field(say('Lane'), choice(rows, here?.id || '', put), null, 'works-in')];
}

function poolOf(shape) {
  let pool = shape;
  while (pool && !is(pool, 'bpmn:Participant')) pool = pool.parent;
  return pool;
}
