// The editor of a drawing: <div class="ow-drawing" data-module="ow-drawing" data-…> of analyst/drafts/process.html.
import BpmnModeler from 'bpmn-js/lib/Modeler';
import simulating from 'bpmn-js-token-simulation';
import { layoutProcess } from 'bpmn-auto-layout';
import arranging from './arranging.js';
import copiesExtensions from './extensions.js';
import { button, node } from './fields.js';
import offering from './offered.js';
import { Panel } from './panel.js';
import { asPng, asSvg, download } from './pictures.js';
import { Problems } from './problems.js';
import { Saving } from './saving.js';
import words, { say, setWords } from './words.js';

async function fetched(address, kind) {
  const answer = await fetch(address, { headers: kind === 'json' ? { Accept: 'application/json' } : {} });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer[kind]();
}

function frame(block) {
  const tools = node('div', { class: 'ow-tools', role: 'toolbar', 'aria-label': say('Tools') });
  const status = node('span', { class: 'ow-status', role: 'status' });
  const canvas = node('div', { class: 'ow-canvas' });
  const panel = node('section', { class: 'ow-panel', 'aria-label': say('Settings of the element') });
  const problems = node('section', { class: 'ow-problem-list', 'aria-label': say('Problems') });
  block.replaceChildren(node('div', { class: 'ow-bar' }, tools, status), node('div', { class: 'ow-desk' }, canvas, panel), problems);
  return { tools, status, canvas, panel, problems };
}

function fillTools(tools, modeler, name) {
  const act = (action, options) => () => modeler.get('editorActions').trigger(action, options);
  const canvas = modeler.get('canvas');
  const keys = node('p', { class: 'ow-keys', hidden: true }, say(
    'Ctrl+Z undo, Ctrl+Y redo, Ctrl+C and Ctrl+V copy and paste, Ctrl+F search, Ctrl+A choose all, E rename, '
    + 'H move the view, L choose several, S make room, C connect, Del delete, arrow keys move, Ctrl with plus, '
    + 'minus and 0 zoom, T simulate.',
  ));
  const simulation = button(say('Simulate'), () => modeler.get('toggleMode').toggleMode(), { 'aria-pressed': 'false' });
  modeler.on('tokenSimulation.toggleMode', ({ active }) => simulation.setAttribute('aria-pressed', String(active)));
  const help = button(say('Keys'), () => {
    keys.hidden = !keys.hidden;
    help.setAttribute('aria-expanded', String(!keys.hidden));
  }, { 'aria-expanded': 'false' });
  tools.append(
    button(say('Undo'), act('undo')), button(say('Redo'), act('redo')),
    button(say('Zoom in'), act('stepZoom', { value: 1 })), button(say('Zoom out'), act('stepZoom', { value: -1 })),
    button(say('Show all'), () => fit(canvas)),
    button(say('Search'), act('find')),
    button(say('Arrange'), () => { modeler.get('arranging').arrange(); fit(canvas); }),
    simulation,
    button(say('Picture (SVG)'), async () => download(await asSvg(modeler), `${name}.svg`)),
    button(say('Picture (PNG)'), async () => download(await asPng(modeler), `${name}.png`)),
    help,
  );
  tools.after(keys);
}

const PALETTE = 130;
const FONTS = '"Kantumruy Pro", Arial, sans-serif';

// Shows all of the drawing, beside the palette and not below it.
export function fit(canvas) {
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const room = { width: outer.width - PALETTE - 20, height: outer.height - 20 };
  const scale = Math.min(1, room.width / inner.width, room.height / inner.height);
  const [width, height] = [outer.width / scale, outer.height / scale];
  const x = inner.x - PALETTE / scale;
  canvas.viewbox({ x, y: inner.y - (height - inner.height) / 2, width, height });
}

// Shows the drawing; one without a diagram gets one. Whether it did.
async function show(modeler, xml) {
  const hasDiagram = /<(?:\w+:)?BPMNPlane\b/.test(xml);
  await modeler.importXML(hasDiagram ? xml : await layoutProcess(xml));
  fit(modeler.get('canvas'));
  return !hasDiagram;
}

async function start(block) {
  const given = block.dataset;
  setWords(JSON.parse(given.words));
  const places = frame(block);
  const modeler = new BpmnModeler({
    container: places.canvas,
    textRenderer: { defaultStyle: { fontFamily: FONTS }, externalStyle: { fontFamily: FONTS } },
    additionalModules: [words, simulating, arranging, copiesExtensions, offering(JSON.parse(given.notOffered))],
  });
  const [shown, names, found] = await Promise.all([
    fetched(given.file, 'json'), fetched(given.names, 'json'), fetched(given.problems, 'json'),
  ]);
  const wasMade = await show(modeler, shown.text);
  const panel = new Panel(modeler, places.panel, {
    names, settings: JSON.parse(given.settings), files: given.files, path: given.path,
  });
  const problems = new Problems(modeler, places.problems, given.path, (id) => panel.choose(id));
  const saving = new Saving({
    file: given.file, path: given.path, csrf: given.csrf, save: shown.save, status: places.status,
    read: (xml) => show(modeler, xml), onProblems: (each) => problems.show(each),
    write: async () => { panel.takeNow(); return (await modeler.saveXML({ format: true })).xml; },
  });
  fillTools(places.tools, modeler, given.path.split('/').pop().replace('.bpmn', ''));
  modeler.on('commandStack.changed', ({ trigger }) => {
    if (trigger !== 'clear') saving.changed();
  });
  block.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      saving.now();
    }
  });
  problems.show(found.problems);
  if (wasMade) places.status.textContent = say('The file has no diagram; one was made. Look at it before you go on.');
  return modeler;
}

export async function mountDrawing(block) {
  try {
    block.modeler = await start(block);
    block.dataset.ready = 'yes';
  } catch (problem) {
    block.dataset.ready = 'no';
    block.replaceChildren(node('p', { class: 'govuk-body' }, say('The diagram could not be drawn: {reason}', { reason: problem.message })));
  }
}
