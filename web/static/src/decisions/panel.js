// The panel beside the table: the rule and the column of the chosen cell, and how such a cell is written.
import { button, choice, field, line, node } from '../studio/fields.js';
import { say } from '../studio/words.js';
import { titleOf } from './cells.js';

const TYPES = { number: 'number', text: 'string', boolean: 'boolean', date: 'date' };
const KINDS = { number: 'Number', string: 'Text', boolean: 'Yes or no', date: 'Day' };
const HELP_OF_FEES = { line: 'key', citation: 'key', quantity: 'amount', unit_amount: 'amount' };

export class Panel {
  constructor(table, where, { offered, given, outputs, help, redraw }) {
    Object.assign(this, { table, where, offered, given, outputs, help, redraw });
    this.column = null;
    table.on('selection.changed', ({ selection }) => {
      this.cell = selection?.row && selection?.col ? selection : null;
      this.row = selection?.row || (selection?.cells && selection.businessObject?.$type === 'dmn:DecisionRule' ? selection : null);
      this.column = selection?.col || this.column;
      this.draw();
    });
  }

  get root() { return this.table.get('sheet').getRoot(); }

  get isFee() { return this.outputs.length > 0; }

  chooseColumn(id) {
    this.column = this.root.cols.find((one) => one.id === id) || null;
    this.cell = null;
    this.draw();
  }

  draw() {
    const { rows, cols } = this.root;
    if (this.row && !rows.includes(this.row)) Object.assign(this, { row: null, cell: null });
    if (this.column && !cols.includes(this.column)) Object.assign(this, { column: null, cell: null });
    const parts = [this.columnChoice(cols)];
    if (this.row) parts.unshift(this.ruleTools(rows));
    if (this.column) parts.push(...this.columnFields(), this.columnTools(cols), this.literals());
    if (!this.row && !this.column) parts.push(node('p', { class: 'ow-panel__empty' }, say('Choose a cell to change its rule and its column.')));
    const had = this.where.contains(document.activeElement) ? placeOf(document.activeElement) : null;
    this.where.replaceChildren(...parts);
    if (had) [...this.where.querySelectorAll('button, input, select')].find((one) => placeOf(one) === had && !one.disabled)?.focus();
  }

  tools(part, title, ...buttons) {
    return node('div', { class: 'ow-panel__tools', role: 'group', 'aria-label': title, 'data-part': part }, node('h2', { class: 'govuk-heading-s ow-panel__title' }, title), ...buttons);
  }

  ruleTools(rows) {
    const [modeling, at, { row }] = [this.table.get('modeling'), rows.indexOf(this.row), this];
    const add = (index) => () => this.select(modeling.addRow({ type: 'dmn:DecisionRule' }, index));
    const move = (index) => () => { modeling.moveRow(row, index); this.select(row); };
    return this.tools('rule', say('Rule {number}', { number: at + 1 }),
      button(say('Above'), add(at)), button(say('Below'), add(at + 1)), button(say('Copy'), () => this.copy(row)),
      button(say('Move up'), move(at - 1), { disabled: at === 0 }), button(say('Move down'), move(at + 1), { disabled: at === rows.length - 1 }),
      button(say('Remove'), () => { modeling.removeRow(row); this.draw(); }));
  }

  columnTools(cols) {
    const [modeling, at, { column }] = [this.table.get('modeling'), cols.indexOf(this.column), this];
    const isInput = inputs(this.column);
    const fits = (other) => other && inputs(other) === isInput;
    const isFixed = !isInput && (this.isFee || cols.filter((one) => !inputs(one)).length === 1);
    const move = (index) => () => { modeling.moveCol(column, index); this.chooseColumn(column.id); };
    return this.tools('column', isInput ? say('Condition: {name}', { name: titleOf(column.businessObject) }) : say('Result: {name}', { name: titleOf(column.businessObject) }),
      button(say('Move left'), move(at - 1), { disabled: !fits(cols[at - 1]) }), button(say('Move right'), move(at + 1), { disabled: !fits(cols[at + 1]) }),
      button(say('Copy'), () => this.copy(column), { disabled: !isInput && this.isFee }),
      button(say('Remove'), () => { modeling.removeCol(column); this.draw(); }, { disabled: isFixed }));
  }

  columnChoice(cols) {
    const listed = cols.map((one) => ({
      key: one.id, label: say(inputs(one) ? 'Condition: {name}' : 'Result: {name}', { name: titleOf(one.businessObject) }),
    }));
    return field(say('Column'), choice(listed, this.column?.id || '', (id) => this.chooseColumn(id)), null, 'column');
  }

  columnFields() {
    const clause = this.column.businessObject;
    const change = (changes) => { this.table.get('modeling').updateProperties(clause, changes); this.redraw(); };
    const typed = Object.entries(KINDS).map(([key, label]) => ({ key, label: say(label) }));
    const label = field(say('Words above the column'), line(clause.label || '', (text) => change({ label: text || undefined })), null, 'label');
    if (!inputs(this.column)) {
      const names = this.outputs.map((key) => ({ key }));
      const name = (take) => (this.isFee ? choice(names, clause.name || '', take, { empty: null }) : line(clause.name || '', take));
      return [
        field(say('Name of the result'), name((text) => change({ name: text })), null, 'name'), label,
        field(say('Kind of value'), choice(typed, clause.typeRef || '', (type) => change({ typeRef: type || undefined })), null, 'type'),
      ];
    }
    const expression = clause.inputExpression;
    const rows = this.offered.map((one) => ({ key: one.name, label: `${one.name}: ${one.label}` }));
    const take = (text) => change({ inputExpression: { text, typeRef: TYPES[this.known(text)?.kind] || expression.typeRef } });
    const looks = this.isFee ? choice(rows, expression.text || '', take) : line(expression.text || '', take, { list: this.list(rows) });
    return [
      field(say('What it looks at'), looks, this.known(expression.text)?.label, 'looks'), label,
      field(say('Kind of value'), choice(typed, expression.typeRef || '', (type) => change({ inputExpression: { typeRef: type || undefined } })), null, 'type'),
    ];
  }

  list(rows) {
    document.getElementById('ow-offered')?.remove();
    document.body.append(node('datalist', { id: 'ow-offered' }, ...rows.map((row) => node('option', { value: row.key }, row.label))));
    return 'ow-offered';
  }

  known(name) { return this.offered.find((one) => one.name === name); }

  // How a cell of the column is written: examples that can be taken, and the values that an answer may have.
  literals() {
    const clause = this.column.businessObject;
    const question = inputs(this.column) ? this.known(clause.inputExpression.text) : null;
    const rows = (this.help[this.kindOfHelp(clause, question)] || []).map(({ example, words }) => node('li', {}, this.insert(example, example), ` ${words}`));
    const values = this.valuesOf(clause, question).map(({ text, label, isAdded }) => node('li', {}, this.insert(text, text, isAdded), ` ${label}`));
    return node('div', { class: 'ow-literals' },
      values.length ? node('h3', { class: 'ow-literals__title' }, say('Values that are possible')) : null, values.length ? node('ul', {}, ...values) : null,
      node('h3', { class: 'ow-literals__title' }, say('How a cell is written')), node('ul', {}, ...rows));
  }

  // The choices of a question; the keys that a fee gives, and the numbers that it may count.
  valuesOf(clause, question) {
    if (inputs(this.column)) return (question?.values || []).map(({ key, label }) => ({ text: `"${key}"`, label, isAdded: true }));
    if (!this.isFee) return [];
    const counted = this.offered.filter((one) => one.kind === 'number').map(({ name, label }) => ({ text: name, label }));
    return this.given[clause.name]?.map(({ key, label }) => ({ text: `"${key}"`, label })) || counted;
  }

  kindOfHelp(clause, question) {
    if (!inputs(this.column)) return this.isFee ? HELP_OF_FEES[clause.name] || 'value' : 'value';
    const written = { string: 'text', boolean: 'boolean', date: 'date' }[clause.inputExpression.typeRef] || 'number';
    const kind = question?.kind || written;
    return kind === 'date' && !this.isFee ? 'quoted_date' : kind;
  }

  insert(text, label, isAdded = false) {
    return button(label, () => {
      const cell = this.cell.businessObject;
      const before = (cell.text || '').trim();
      const joined = isAdded && before.startsWith('"') && !before.includes(text) ? `${before}, ${text}` : text;
      this.table.get('modeling').editCell(cell, joined);
    }, { class: 'ow-tool ow-literals__take', disabled: !this.cell });
  }

  copy(element) {
    const copying = this.table.get('copyCutPaste');
    copying.copy(element);
    copying.pasteAfter(element);
    this.draw();
  }

  select(row) {
    this.table.get('selection').select(row.cells[0]);
  }
}

// What a control of the panel is for, so that whoever uses the keyboard stays there when it is drawn anew.
const placeOf = (one) => one.name || `${one.closest('[data-part]')?.dataset.part} ${one.textContent}`;
const inputs = (column) => column.businessObject.$type === 'dmn:InputClause';
