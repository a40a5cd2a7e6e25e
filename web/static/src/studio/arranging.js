// Puts the elements of a drawing in order: columns by how far they are from the beginning, rows by their lane. One step
// to undo.
import { is } from 'bpmn-js/lib/util/ModelUtil';

const [COLUMN, ROW, MARGIN] = [170, 120, 60];

const isPlaced = (element) =>
  is(element, 'bpmn:FlowNode') && element.type !== 'label' && !element.host && !is(element.parent, 'bpmn:SubProcess');
const mid = (shape) => ({ x: shape.x + shape.width / 2, y: shape.y + shape.height / 2 });

// How many steps each is from the beginning, on the longest way that does not come back.
export function columns(ids, flows) {
  const ahead = new Map(ids.map((id) => [id, []]));
  for (const [from, to] of flows) ahead.get(from)?.push(to);
  const column = new Map();
  const open = new Set();
  const order = [];
  const visit = (id) => {
    if (column.has(id)) return;
    column.set(id, 0);
    open.add(id);
    for (const next of ahead.get(id) || []) if (ahead.has(next) && !open.has(next)) visit(next);
    open.delete(id);
    order.unshift(id);
  };
  const reached = new Set(flows.map(([, to]) => to));
  ids.filter((id) => !reached.has(id)).forEach(visit);
  ids.forEach(visit);
  const at = new Map(order.map((id, index) => [id, index]));
  for (const id of order) {
    for (const next of ahead.get(id)) {
      if (at.get(next) > at.get(id)) column.set(next, Math.max(column.get(next), column.get(id) + 1));
    }
  }
  return column;
}

function Arranging(commandStack, elementRegistry, modeling) {
  const lanesOf = () => elementRegistry.filter((one) => is(one, 'bpmn:Lane') && !one.children.some((each) => is(each, 'bpmn:Lane')))
    .sort((one, other) => one.y - other.y);

  function laneOf(node, lanes) {
    return lanes.find((lane) => (lane.businessObject.flowNodeRef || []).includes(node.businessObject));
  }

  function place(nodes, lanes) {
    const flows = elementRegistry.filter((one) => is(one, 'bpmn:SequenceFlow') && one.source && one.target)
      .map((one) => [(one.source.host || one.source).id, one.target.id]);
    const column = columns(nodes.map((one) => one.id), flows);
    const cells = new Map();
    for (const one of nodes.sort((a, b) => a.y - b.y)) {
      const cell = `${laneOf(one, lanes)?.id || ''}|${column.get(one.id)}`;
      cells.set(cell, [...(cells.get(cell) || []), one]);
    }
    return { column, cells };
  }

  function stacked(cells, lane) {
    const sizes = [...cells].filter(([cell]) => cell.startsWith(`${lane?.id || ''}|`)).map(([, nodes]) => nodes.length);
    return Math.max(1, ...sizes);
  }

  function arrange() {
    const nodes = elementRegistry.filter(isPlaced);
    if (!nodes.length) return;
    const lanes = lanesOf();
    const { column, cells } = place(nodes, lanes);
    const pool = elementRegistry.filter((one) => is(one, 'bpmn:Participant'))[0];
    const left = pool ? pool.x + 30 + MARGIN : Math.min(...nodes.map((one) => one.x));
    const width = 30 + 2 * MARGIN + COLUMN * (1 + Math.max(...column.values()));
    if (pool && pool.width < width) modeling.resizeShape(pool, { x: pool.x, y: pool.y, width, height: pool.height });
    for (const lane of lanes) {
      const height = stacked(cells, lane) * ROW + 20;
      if (lane.height < height) modeling.resizeLane(lane, { x: lane.x, y: lane.y, width: lane.width, height });
    }
    const top = Math.min(...nodes.map((one) => one.y));
    const moved = new Map();
    for (const [cell, inside] of cells) {
      const lane = lanes.find((one) => cell.startsWith(`${one.id}|`));
      const band = lane || { y: top, height: stacked(cells, null) * ROW };
      inside.forEach((one, index) => {
        const target = {
          x: left + COLUMN * column.get(one.id) + 50,
          y: band.y + band.height / 2 + (index - (inside.length - 1) / 2) * ROW,
        };
        moved.set(one, { x: Math.round(target.x - mid(one).x), y: Math.round(target.y - mid(one).y) });
      });
    }
    for (const [one, delta] of moved) if (delta.x || delta.y) modeling.moveElements([one], delta);
    for (const one of elementRegistry.filter((each) => is(each, 'bpmn:SequenceFlow') && each.waypoints)) {
      modeling.layoutConnection(one, { waypoints: [], connectionStart: mid(one.source), connectionEnd: mid(one.target) });
    }
  }

  commandStack.register('ow.arrange', { preExecute: arrange });
  this.arrange = () => commandStack.execute('ow.arrange', {});
}
Arranging.$inject = ['commandStack', 'elementRegistry', 'modeling'];

export default { __init__: ['arranging'], arranging: ['type', Arranging] };
