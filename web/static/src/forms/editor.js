// The editor of a form: <div class="ow-drawing" data-module="ow-form" data-…> of analyst/drafts/form.html.
import { FormEditor } from '@bpmn-io/form-js-editor';
import { button, node } from '../studio/fields.js';
import { say, setWords } from '../studio/words.js';
import { Editing } from './editing.js';
import { keyOf, NO_PAGES, opened } from './model.js';
import { palette, Panel } from './panel.js';
import { Preview } from './preview.js';
import { Problems } from './problems.js';
import { FormSaving } from './saving.js';
import { Texts } from './texts.js';

// The panel is ours; form-js asks for one.
const WITHOUT_PANEL = { propertiesPanel: ['value', { attachTo() {} }] };

function frame(block) {
  const tools = node('div', { class: 'ow-tools', role: 'toolbar', 'aria-label': say('Tools') });
  const status = node('span', { class: 'ow-status', role: 'status' });
  const fields = node('div', {});
  const canvas = node('div', { class: 'ow-canvas ow-form', role: 'region', 'aria-label': say('The form'), tabindex: '0' });
  canvas.style.setProperty('--ow-empty', JSON.stringify(say('Drag a field here.')));
  const panel = node('section', { class: 'ow-panel', 'aria-label': say('Settings of the field') });
  const preview = node('section', { class: 'ow-preview', 'aria-label': say('As people see it') });
  const problems = node('section', { class: 'ow-problem-list', 'aria-label': say('Problems') });
  block.replaceChildren(node('div', { class: 'ow-bar' }, tools, status), fields, node('div', { class: 'ow-desk ow-desk--form' }, canvas, panel, preview), problems);
  return { tools, status, fields, canvas, panel, preview, problems };
}

async function start(block) {
  const given = block.dataset;
  setWords(JSON.parse(given.words));
  const text = given.text;
  const kinds = JSON.parse(given.kinds);
  const texts = new Texts(given.form, JSON.parse(given.texts));
  const places = frame(block);
  const names = await (await fetch(given.names, { headers: { Accept: 'application/json' } })).json();
  const editor = new FormEditor({ container: places.canvas, renderer: { compact: true }, palette: { parent: node('div') }, propertiesPanel: { parent: node('div') }, additionalModules: [WITHOUT_PANEL] });
  const editing = new Editing(editor, { kinds, texts, language: given.language });
  editing.form = opened(text, (raw, holds) => editing.look(raw, holds));
  await editor.importSchema(editing.form.schema);
  const choose = (field) => editor.get('selection').set(field);
  const problems = new Problems(editing, places.problems, places.canvas, given.path, choose);
  const panel = new Panel(editing, places.panel, { names, choices: JSON.parse(given.choices), problems });
  const tell = (each) => { problems.show(each); panel.tell(); };
  const saving = new FormSaving({
    file: given.save, path: given.path, csrf: given.csrf, save: Number(given.number), status: places.status,
    write: async () => { panel.takeNow(); return editing.text; }, onProblems: tell,
  });
  Object.assign(saving, { editing, text, before: editing.places() });
  const preview = new Preview(places.preview, {
    address: given.typed, csrf: given.csrf, language: given.language,
    typed: () => ({ text: editing.text, words: texts.changed(editing.places()).words }),
    onProblems: tell,
    onPage: (key) => choose(editing.find(key)),
  });
  palette(editing, places.fields);
  const act = (action) => () => editor.get('editorActions').trigger(action);
  places.tools.append(
    button(say('Undo'), act('undo')), button(say('Redo'), act('redo')),
    node('a', { class: 'govuk-link', href: given.file }, say('Text of the file')),
  );
  editor.on('commandStack.changed', ({ trigger }) => {
    if (trigger === 'clear') return;
    saving.changed();
    preview.later();
  });
  editor.on('selection.changed', ({ selection }) => {
    const page = selection && editing.pageOf(selection);
    if (page) preview.show(keyOf(page.raw, kinds));
  });
  editor.on('changed', () => requestAnimationFrame(() => problems.mark()));
  block.addEventListener('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === 's') {
      event.preventDefault();
      saving.now();
    }
  });
  places.canvas.addEventListener('keydown', (event) => {
    const chosen = editor.get('selection').get();
    if (event.key === 'Delete' && chosen && chosen !== editing.schema) editing.remove(chosen);
  });
  await preview.now();
  return editing;
}

export async function mountForm(block) {
  try {
    block.editing = await start(block);
    block.dataset.ready = 'yes';
  } catch (problem) {
    block.dataset.ready = 'no';
    block.replaceChildren(node('p', { class: 'govuk-body' }, say('The form cannot be shown as fields: {reason}', { reason: problem.message === NO_PAGES ? say('it has no list of pages.') : problem.message }), ' ', node('a', { class: 'govuk-link', href: block.dataset.file }, say('Correct it in its text.'))));
  }
}
