// Draws <div class="ow-diagram" data-module="ow-diagram" data-xml="address of the BPMN file"
//   data-passed="ids of elements" data-now="ids" data-problem="ids" data-untried="ids" data-excused="ids",
//   data-counts='{"id": 3}' (a number or a few words), data-heat='{"id": 2}' (degrees from 1 to 3),
//   data-weights='{"id": 2}' (of flows, from 0 for one that was never taken to 3),
//   data-links='{"id": "address"}' (where the count of an element leads), data-flows='{"id": 12}' (how often a flow was
//   taken)>;
//   nothing can be changed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const MARKERS = ['passed', 'now', 'problem', 'untried', 'excused'];

function mark(viewer, block) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  for (const marker of MARKERS) {
    for (const id of (block.dataset[marker] || '').split(/\s+/).filter((word) => known.get(word))) {
      canvas.addMarker(id, `ow-${marker}`);
    }
  }
  for (const [id, degree] of Object.entries(JSON.parse(block.dataset.heat || '{}'))) {
    if (known.get(id) && degree) canvas.addMarker(id, `ow-heat-${degree}`);
  }
  for (const [id, degree] of Object.entries(JSON.parse(block.dataset.weights || '{}'))) {
    if (known.get(id)) canvas.addMarker(id, `ow-flow-${degree}`);
  }
  const overlays = viewer.get('overlays');
  for (const [id, count] of Object.entries(JSON.parse(block.dataset.flows || '{}'))) {
    const flow = known.get(id);
    if (!flow?.waypoints) continue;
    const [from, to] = flow.waypoints;
    const left = Math.min(...flow.waypoints.map((point) => point.x));
    const top = Math.min(...flow.waypoints.map((point) => point.y));
    const badge = document.createElement('span');
    badge.className = 'ow-count';
    badge.textContent = String(count);
    overlays.add(id, { position: { left: (from.x + to.x) / 2 - left - 8, top: (from.y + to.y) / 2 - top - 10 }, html: badge });
  }
  const links = JSON.parse(block.dataset.links || '{}');
  for (const [id, count] of Object.entries(JSON.parse(block.dataset.counts || '{}'))) {
    if (!known.get(id)) continue;
    const badge = document.createElement(links[id] ? 'a' : 'span');
    if (links[id]) badge.href = links[id];
    badge.className = 'ow-count';
    badge.textContent = String(count);
    // A number stands at the corner, words lie along the lower edge.
    overlays.add(id, { position: Number.isInteger(count) ? { top: -12, right: 12 } : { bottom: 6, left: -4 }, html: badge });
  }
}

async function mount(block) {
  const viewer = new NavigatedViewer({ container: block });
  try {
    const answer = await fetch(block.dataset.xml);
    if (!answer.ok) throw new Error(`${answer.status} for ${block.dataset.xml}`);
    await viewer.importXML(await answer.text());
    viewer.get('canvas').zoom('fit-viewport', 'auto');
    mark(viewer, block);
    block.dataset.ready = 'yes';
  } catch (problem) {
    viewer.destroy();
    block.textContent = block.dataset.failed || String(problem.message);
  }
}

export function mountDiagrams() {
  document.querySelectorAll('[data-module="ow-diagram"]').forEach(mount);
}
