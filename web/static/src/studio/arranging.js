// Puts the elements of a drawing in order: columns by how far they are from the beginning, rows by their lane, open
// sub-processes around what lies in them. One step to undo.
import { isExpanded } from 'bpmn-js/lib/util/DiUtil';
import { getDi, is } from 'bpmn-js/lib/util/ModelUtil';
import { getMid } from 'diagram-js/lib/layout/LayoutUtil';

const [COLUMN, ROW, SIDE, AROUND] = [180, 120, 70, 30];

// How many steps each is from the beginning, on the longest way that does not come back.
export function columns(ids, flows) {
  const ahead = new Map(ids.map((id) => [id, []]));
  for (const [from, to] of flows) ahead.get(from)?.push(to);
  const seen = new Set();
  const order = [];
  const visit = (id) => {
    if (seen.has(id) || !ahead.has(id)) return;
    seen.add(id);
    ahead.get(id).forEach(visit);
    order.unshift(id);
  };
  const reached = new Set(flows.map(([, to]) => to));
  [...ids].reverse().filter((id) => !reached.has(id)).forEach(visit);
  ids.forEach(visit);
  const at = new Map(order.map((id, index) => [id, index]));
  const column = new Map(ids.map((id) => [id, 0]));
  for (const id of order) {
    for (const next of ahead.get(id)) {
      if (at.get(next) > at.get(id)) column.set(next, Math.max(column.get(next), column.get(id) + 1));
    }
  }
  return column;
}

const isOpen = (element) => is(element, 'bpmn:SubProcess') && isExpanded(element) && nodesIn(element).length > 0;
const nodesIn = (element) => element.children.filter((one) => is(one, 'bpmn:FlowNode') && one.type !== 'label' && !one.host);
const leavesIn = (element) => nodesIn(element).flatMap((one) => (isOpen(one) ? leavesIn(one) : [one]));
const flowsOf = (connections) => (connections || []).filter((one) => is(one, 'bpmn:SequenceFlow'));

function ends(element) {
  if (element.host) return ends(element.host);
  return isOpen(element) ? nodesIn(element).filter((one) => !flowsOf(one.outgoing).length).flatMap(ends) : [element];
}

function begins(element) {
  return isOpen(element) ? nodesIn(element).filter((one) => !flowsOf(one.incoming).length).flatMap(begins) : [element];
}

// Where everything goes: new bounds by element.
export function plan(registry) {
  const all = registry.filter((one) => is(one, 'bpmn:FlowNode') && one.type !== 'label' && !one.host);
  const leaves = all.filter((one) => !isOpen(one)).sort((one, other) => one.y - other.y || one.x - other.x);
  const flows = registry.filter((one) => is(one, 'bpmn:SequenceFlow') && one.source && one.target)
    .flatMap((one) => ends(one.source).flatMap((from) => begins(one.target).map((to) => [from.id, to.id])));
  const column = columns(leaves.map((one) => one.id), flows);
  for (const one of all.filter((each) => isOpen(each) && each.businessObject.triggeredByEvent)) {
    const behind = 1 + Math.max(...column.values()); // what an event begins stands behind all that flows lead to
    for (const leaf of leavesIn(one)) column.set(leaf.id, column.get(leaf.id) + behind);
  }
  const pool = registry.filter((one) => is(one, 'bpmn:Participant'))[0];
  const lanes = registry.filter((one) => is(one, 'bpmn:Lane') && !one.children.some((each) => is(each, 'bpmn:Lane')))
    .sort((one, other) => one.y - other.y);
  const bands = lanes.length ? lanes : [pool || { x: 100, y: 80, height: Infinity }];
  return { ...placed(leaves, column, bands, pool), all, pool, lanes };
}

function placed(leaves, column, bands, pool) {
  const bandOf = (one) => bands.find((band) => getMid(one).y < band.y + band.height) || bands[bands.length - 1];
  const cells = new Map();
  for (const one of leaves) {
    const key = `${bands.indexOf(bandOf(one))}|${column.get(one.id)}`;
    cells.set(key, [...(cells.get(key) || []), one]);
  }
  const bounds = new Map();
  const left = (pool ? pool.x + 30 : 100) + SIDE;
  let y = pool ? pool.y : 80;
  bands.forEach((band, index) => {
    const mine = [...cells].filter(([key]) => key.startsWith(`${index}|`));
    const height = Math.max(1, ...mine.map(([, stack]) => stack.length)) * ROW + 2 * AROUND;
    if (band.id) bounds.set(band, { x: band.x, y, height });
    for (const [key, stack] of mine) {
      const x = left + COLUMN * Number(key.split('|')[1]) + 50;
      stack.forEach((one, row) => {
        const middle = y + height / 2 + (row - (stack.length - 1) / 2) * ROW;
        bounds.set(one, { x: Math.round(x - one.width / 2), y: Math.round(middle - one.height / 2), width: one.width, height: one.height });
      });
    }
    y += height;
  });
  const right = left + COLUMN * (1 + Math.max(0, ...column.values())) + SIDE;
  return { bounds, right, bottom: y };
}

function Arranging(commandStack, elementRegistry, layouter, connectionDocking) {
  function put(element, bounds) {
    const delta = { x: bounds.x - element.x, y: bounds.y - element.y };
    Object.assign(element, bounds);
    Object.assign(getDi(element).bounds, bounds);
    return delta;
  }

  function move(element, bounds, changed) {
    const delta = put(element, bounds);
    changed.push(element);
    for (const label of element.labels || []) {
      const there = { x: label.x + delta.x, y: label.y + delta.y, width: label.width, height: label.height };
      Object.assign(label, there);
      if (getDi(label).label?.bounds) Object.assign(getDi(label).label.bounds, there);
      changed.push(label);
    }
  }

  function around(element, bounds) {
    const inside = nodesIn(element).map((one) => bounds.get(one) || around(one, bounds));
    const [x, y] = [Math.min(...inside.map((one) => one.x)) - AROUND, Math.min(...inside.map((one) => one.y)) - AROUND - 10];
    const width = Math.max(...inside.map((one) => one.x + one.width)) + AROUND - x;
    const height = Math.max(...inside.map((one) => one.y + one.height)) + AROUND - y;
    bounds.set(element, { x, y, width, height });
    return bounds.get(element);
  }

  // An event on a border stays where it was on it; on the border of an open sub-process as high as what it leads to.
  function onBorder(event, host, before, bounds) {
    const share = { x: (event.x + event.width / 2 - before.x) / before.width, y: (event.y + event.height / 2 - before.y) / before.height };
    const target = event.outgoing[0]?.target;
    let middle = { x: host.x + share.x * host.width, y: host.y + share.y * host.height };
    if (isOpen(event.host) && target && bounds.get(target) && share.x > 0.9) {
      const wanted = bounds.get(target).y + bounds.get(target).height / 2;
      middle = { x: host.x + host.width, y: Math.min(host.y + host.height - 20, Math.max(host.y + 20, wanted)) };
    }
    return { x: Math.round(middle.x - event.width / 2), y: Math.round(middle.y - event.height / 2), width: event.width, height: event.height };
  }

  function moves() {
    const { bounds, all, pool, lanes, right, bottom } = plan(elementRegistry);
    for (const one of all) if (isOpen(one) && !bounds.has(one)) around(one, bounds);
    for (const event of elementRegistry.filter((one) => one.host && one.type !== 'label')) {
      if (bounds.has(event.host)) bounds.set(event, onBorder(event, bounds.get(event.host), event.host, bounds));
    }
    if (pool) bounds.set(pool, { x: pool.x, y: pool.y, width: right - pool.x, height: bottom - pool.y });
    for (const lane of lanes) Object.assign(bounds.get(lane), { width: right - lane.x });
    for (const lane of elementRegistry.filter((one) => is(one, 'bpmn:Lane') && !lanes.includes(one))) {
      const inside = lanes.filter((one) => one.parent === lane).map((one) => bounds.get(one));
      if (!inside.length) continue;
      const y = Math.min(...inside.map((one) => one.y));
      bounds.set(lane, { x: lane.x, y, width: right - lane.x, height: Math.max(...inside.map((one) => one.y + one.height)) - y });
    }
    return bounds;
  }

  const kept = () => elementRegistry.getAll().map((one) => ({
    one, waypoints: one.waypoints?.map(({ x, y }) => ({ x, y })),
    bounds: one.waypoints ? null : { x: one.x, y: one.y, width: one.width, height: one.height },
  }));

  function route(connection, points) {
    connection.waypoints = points;
    getDi(connection).waypoint.forEach((point) => { point.$parent = undefined; });
    getDi(connection).waypoint = points.map(({ x, y }) =>
      Object.assign(getDi(connection).$model.create('dc:Point', { x, y }), { $parent: getDi(connection) }));
  }

  function routed(connection, changed) {
    const hints = { waypoints: [], connectionStart: getMid(connection.source), connectionEnd: getMid(connection.target) };
    route(connection, layouter.layoutConnection(connection, hints));
    route(connection, connectionDocking.getCroppedWaypoints(connection).map(({ x, y }) => ({ x, y })));
    changed.push(connection);
    const [first, second] = connection.waypoints;
    for (const label of connection.labels || []) {
      const there = { x: (first.x + second.x) / 2 - label.width / 2, y: (first.y + second.y) / 2 - label.height - 2, width: label.width, height: label.height };
      Object.assign(label, there);
      if (getDi(label).label?.bounds) Object.assign(getDi(label).label.bounds, there);
      changed.push(label);
    }
  }

  commandStack.register('ow.arrange', {
    execute(context) {
      context.before = kept();
      const changed = [];
      for (const [one, bounds] of moves()) move(one, bounds, changed);
      for (const one of elementRegistry.filter((each) => is(each, 'bpmn:SequenceFlow') && each.waypoints)) routed(one, changed);
      return changed;
    },
    revert({ before }) {
      for (const { one, waypoints, bounds } of before) {
        if (waypoints) route(one, waypoints);
        else if (bounds.width !== undefined) {
          Object.assign(one, bounds);
          const held = one.type === 'label' ? getDi(one).label?.bounds : getDi(one)?.bounds;
          if (held) Object.assign(held, bounds);
        }
      }
      return before.map(({ one }) => one).filter((one) => one.parent);
    },
  });
  this.arrange = () => commandStack.execute('ow.arrange', {});
}
Arranging.$inject = ['commandStack', 'elementRegistry', 'layouter', 'connectionDocking'];

export default { __init__: ['arranging'], arranging: ['type', Arranging] };
