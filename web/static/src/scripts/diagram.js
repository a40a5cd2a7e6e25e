// Draws <div class="ow-diagram" data-module="ow-diagram" data-xml="address of the BPMN file"
//   data-passed="ids of elements" data-now="ids" data-problem="ids" data-counts='{"id": 3}'>; nothing can be changed.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';

const MARKERS = ['passed', 'now', 'problem'];

function mark(viewer, block) {
  const canvas = viewer.get('canvas');
  const known = viewer.get('elementRegistry');
  for (const marker of MARKERS) {
    for (const id of (block.dataset[marker] || '').split(/\s+/).filter((word) => known.get(word))) {
      canvas.addMarker(id, `ow-${marker}`);
    }
  }
  const overlays = viewer.get('overlays');
  for (const [id, count] of Object.entries(JSON.parse(block.dataset.counts || '{}'))) {
    if (!known.get(id)) continue;
    const badge = document.createElement('span');
    badge.className = 'ow-count';
    badge.textContent = String(count);
    overlays.add(id, { position: { top: -12, right: 12 }, html: badge });
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
