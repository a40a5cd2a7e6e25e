// Who works: a task is put into another lane from the panel, for whoever uses no mouse or sees the lanes badly.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const middle = (shape) => shape.y + shape.height / 2;
const holds = (outer, y) => outer.y < y && y < outer.y + outer.height;

// The lanes that have no others in them, in the pool of an element, as far as the sub-process around it reaches.
export function lanesFor(modeler, element) {
  const around = element.parent;
  return modeler.get('elementRegistry')
    .filter((one) => is(one, 'bpmn:Lane') && !one.children.some((each) => is(each, 'bpmn:Lane')))
    .filter((lane) => poolOf(lane) === poolOf(element) && (!is(around, 'bpmn:SubProcess') || holds(around, middle(lane))))
    .sort((one, other) => one.y - other.y);
}

export function laneOf(modeler, element) {
  return lanesFor(modeler, element).find((lane) => holds(lane, middle(element)));
}

export function putInto(modeler, element, lane) {
  modeler.get('modeling').moveElements([element], { x: 0, y: Math.round(middle(lane) - middle(element)) });
}

function poolOf(shape) {
  let pool = shape;
  while (pool && !is(pool, 'bpmn:Participant')) pool = pool.parent;
  return pool;
}
