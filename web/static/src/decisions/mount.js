// The editor of a file with decisions: <div class="ow-decision" data-module="ow-decision" data-…> of
// analyst/drafts/decision.html. What is wrong with it and what it gives is told by the server, below the table.
import { button, choice, field, node, text } from '../studio/fields.js';
import { Saving } from '../studio/saving.js';
import { say, setWords } from '../studio/words.js';
import { TableEditor } from './editor.js';
import { begun, NotKnown, readFile } from './file.js';
import { Panel } from './panel.js';
import { Telling } from './telling.js';

const KEPT_OF_FEES = ['line', 'quantity', 'citation'];

class Editor {
  constructor(block) {
    const given = block.dataset;
    Object.assign(this, { block, given, outputs: JSON.parse(given.outputs), policies: JSON.parse(given.policies), own: given.decision });
    this.tools = node('div', { class: 'ow-tools', role: 'toolbar', 'aria-label': say('Tools') });
    this.status = node('span', { class: 'ow-status', role: 'status' });
    this.canvas = node('div', { class: 'ow-table-desk', tabindex: '0', role: 'group', 'aria-label': say('Decision') });
    this.side = node('section', { class: 'ow-panel', 'aria-label': say('Columns') });
    const below = document.querySelector('.ow-decision-below');
    block.replaceChildren(node('div', { class: 'ow-bar' }, this.tools, this.status),
      node('div', { class: 'ow-desk ow-desk--table' }, node('div', {}, this.canvas, below), this.side));
    this.telling = new Telling(this, given);
  }

  async start() {
    const answer = await fetch(this.given.file, { headers: { Accept: 'application/json' } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    const shown = await answer.json();
    this.saving = new Saving({
      file: this.given.file, path: this.given.path, csrf: this.given.csrf, save: shown.save, status: this.status,
      read: (xml) => this.open(xml), write: () => this.file.write(), onProblems: () => {},
      title: 'Somebody else saved this table',
      told: '{by} saved this table as number {save} while you wrote. Both are kept: whichever you choose, the other stays among the saves or is downloaded.',
    });
    this.block.addEventListener('keydown', (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key === 's') {
        event.preventDefault();
        this.saving.now();
      }
    });
    await this.open(shown.text);
  }

  async open(xml) {
    this.file = await readFile(xml.trim() ? xml : begun(this.given.path, this.outputs));
    if (!this.file.decisions.length) throw new NotKnown(say('This file has no decision. Edit it as text.'));
    await this.show(this.file.decisions.find((one) => one.id === this.own) || this.file.decisions[0]);
  }

  async show(decision) {
    this.own = decision.id;
    this.table?.destroy();
    this.table = null;
    this.canvas.replaceChildren();
    this.side.replaceChildren();
    this.tools.replaceChildren();
    if (this.file.decisions.length > 1) this.tools.append(this.decisionChoice());
    if (decision.decisionLogic?.$type === 'dmn:DecisionTable') await this.showTable(decision);
    else this.showExpression(decision);
    this.side.hidden = !this.table;
    this.telling.now();
  }

  decisionChoice() {
    const rows = this.file.decisions.map((one) => ({ key: one.id, label: one.name || one.id }));
    const take = (id) => this.show(this.file.decisions.find((one) => one.id === id));
    return field(say('Decision'), choice(rows, this.own, take, { empty: null }), null, 'decision');
  }

  async showTable(decision) {
    const table = new TableEditor({ additionalModules: [{ moddle: ['value', this.file.moddle] }] });
    table.attachTo(this.canvas);
    await table.open(decision);
    this.table = table;
    this.panel = new Panel(table, this.side, { offered: this.telling.offered, given: this.telling.given, outputs: this.outputs, help: JSON.parse(this.given.help), redraw: () => this.redraw() });
    table.on('commandStack.changed', ({ trigger }) => {
      if (trigger === 'clear') return;
      if (trigger !== 'execute') this.redraw();
      this.changed();
    });
    this.canvas.addEventListener('click', (event) => {
      const head = event.target.closest('thead th[data-col-id]');
      if (head) this.panel.chooseColumn(head.dataset.colId);
    });
    this.fillTools(decision.decisionLogic);
    this.panel.draw();
  }

  fillTools(logic) {
    const act = (action) => () => this.table.get('editorActions').trigger(action);
    const add = (action) => () => this.panel.chooseColumn(this.table.get('editorActions').trigger(action).id);
    this.policy = choice(this.policies, policyOf(logic), (policy) => {
      const [name, aggregation] = policy.startsWith('COLLECT ') ? policy.split(' ') : [policy, undefined];
      this.table.get('modeling').editHitPolicy(name, aggregation);
    }, { empty: null });
    this.tools.append(
      button(say('Undo'), act('undo')), button(say('Redo'), act('redo')),
      button(say('Add a rule'), () => this.panel.select(this.table.get('modeling').addRow({ type: 'dmn:DecisionRule' }))),
      button(say('Add a condition'), add('addInput')), this.outputs.length ? '' : button(say('Add a result'), add('addOutput')),
      field(say('Which rules count'), this.policy, null, 'policy'),
    );
  }

  // The table draws a changed cell by itself; heads need to be asked for.
  redraw() {
    const root = this.table.get('sheet').getRoot();
    this.table.get('eventBus').fire('elements.changed', { elements: [root] });
    this.policy.value = policyOf(root.businessObject);
    this.panel.draw();
  }

  showExpression(decision) {
    const logic = decision.decisionLogic;
    this.canvas.append(node('p', { class: 'govuk-body' }, say('This decision is one expression, not a table.')));
    if (logic?.$type !== 'dmn:LiteralExpression') return;
    const take = (written) => {
      logic.text = written;
      this.changed();
    };
    this.canvas.append(field(say('Expression'), text(logic.text || '', take), null, 'expression'));
  }

  changed() {
    this.saving.changed();
    this.telling.later();
  }

  // A rule for cases that no other answers: what they are is known, what they cost is for the author to say.
  addRuleFor(cells) {
    const root = this.table.get('sheet').getRoot();
    const last = root.rows[root.rows.length - 1];
    const texts = root.cols.map((col, at) => {
      if (at < cells.length) return cells[at];
      return last && KEPT_OF_FEES.includes(col.businessObject.name) && this.outputs.length ? last.cells[at].businessObject.text : '';
    });
    this.table.get('commandStack').execute('rule.addWith', { texts, index: root.rows.length });
    const { rows, cols } = this.table.get('sheet').getRoot();
    const empty = texts.findIndex((one, at) => !one && at >= cells.length);
    this.table.get('selection').select(rows[rows.length - 1].cells[Math.max(0, Math.min(empty, cols.length - 1))]);
  }

  showRule(number) {
    const row = this.table?.get('sheet').getRoot().rows[number - 1];
    if (!row) return;
    this.table.get('selection').select(row.cells[0]);
    this.canvas.querySelector(`[data-row-id="${CSS.escape(row.id)}"]`)?.scrollIntoView({ block: 'center' });
  }
}

const policyOf = (logic) => [logic.hitPolicy || 'UNIQUE', logic.aggregation].filter(Boolean).join(' ');

export async function mountDecision(block) {
  setWords(JSON.parse(block.dataset.words));
  const text = node('p', { class: 'govuk-body' });
  const editor = new Editor(block);
  try {
    await editor.start();
    block.editor = editor;
    block.dataset.ready = 'yes';
  } catch (problem) {
    block.dataset.ready = 'no';
    text.textContent = problem instanceof NotKnown
      ? say('This file has parts that the table editor does not know. Edit it as text, so that nothing is lost.')
      : say('The table could not be shown: {reason}', { reason: problem.message });
    block.after(document.querySelector('.ow-decision-below'));
    block.replaceChildren(text);
  }
}
