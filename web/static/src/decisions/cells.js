// The cells of rules: text as it is written, and the number of the rule with what is told of it.
import ContentEditable from 'dmn-js-shared/lib/components/ContentEditable';
import { is } from 'dmn-js-shared/lib/util/ModelUtil';
import { Component, createComponentVNode, createVNode } from 'inferno';
import { Cell } from 'table-js/lib/components';
import { say } from '../studio/words.js';

const ELEMENT = 1;
const COMPONENT = 2;
const MOST_GAPS = 5;

export const titleOf = (clause) => clause.label || clause.inputExpression?.text || clause.name || '';

class RuleCell extends Component {
  componentWillMount() {
    this.modeling = this.context.injector.get('modeling');
    this.redraw = () => this.forceUpdate();
    this.context.changeSupport.onElementsChanged(this.props.cell.id, this.redraw);
  }

  componentWillUnmount() {
    this.context.changeSupport.offElementsChanged(this.props.cell.id, this.redraw);
  }

  render() {
    const { cell, row, col, rowIndex, colIndex } = this.props;
    const isInput = is(cell, 'dmn:UnaryTests');
    return createComponentVNode(COMPONENT, Cell, {
      className: isInput ? 'input-cell' : 'output-cell', elementId: cell.id, coords: `${rowIndex}:${colIndex}`,
      'data-row-id': row.id, 'data-col-id': col.id,
      children: createVNode(ELEMENT, 'div', 'cell-editor', [createComponentVNode(COMPONENT, ContentEditable, {
        label: say('Cell of rule {number}, {column}', { number: rowIndex + 1, column: titleOf(col.businessObject) }),
        ctrlForNewline: true, placeholder: isInput ? '-' : '', value: cell.businessObject.text,
        onInput: (text) => this.modeling.editCell(cell.businessObject, text),
      })], 0),
    });
  }
}

class NumberCell extends Component {
  componentWillMount() {
    this.marks = this.context.injector.get('marks');
    this.redraw = () => this.forceUpdate();
    this.marks.watch(this.redraw);
  }

  componentWillUnmount() {
    this.marks.leave(this.redraw);
  }

  render() {
    const { row, rowIndex } = this.props;
    const found = this.marks.of(rowIndex + 1);
    const name = ['rule-index', found.level && `ow-rule--${found.level}`, found.isHit && 'ow-rule--hit'].filter(Boolean).join(' ');
    const sign = found.isHit ? ' ✓' : '';
    return createVNode(ELEMENT, 'td', name, `${rowIndex + 1}${sign}${found.level ? ' !' : ''}`, 0, {
      'data-element-id': row.id, 'data-row-id': row.id, title: found.words || undefined,
    });
  }
}

// Below the rules, the cases that none of them answers, as the rules that they lack.
class Gaps extends Component {
  componentWillMount() {
    this.marks = this.context.injector.get('marks');
    this.sheet = this.context.injector.get('sheet');
    this.redraw = () => this.forceUpdate();
    this.marks.watch(this.redraw);
  }

  componentWillUnmount() {
    this.marks.leave(this.redraw);
  }

  render() {
    const { cols } = this.sheet.getRoot();
    const rows = this.marks.gaps.slice(0, MOST_GAPS).map((cells) => createVNode(ELEMENT, 'tr', 'ow-gap', [
      createVNode(ELEMENT, 'td', 'rule-index', '?', 0, { title: say('No rule answers this.') }),
      ...cols.map((col, at) => createVNode(ELEMENT, 'td', at < cells.length ? 'input-cell' : 'output-cell', cells[at] || '', 0)),
      createVNode(ELEMENT, 'td', 'annotation', '', 0),
    ], 0));
    return createVNode(ELEMENT, 'tfoot', null, rows, 0);
  }
}

// What is told of rules by their number: how bad it is, in which words, and whether the values tried lead there.
export class Marks {
  constructor() {
    Object.assign(this, { marks: [], hits: [], gaps: [], watching: new Set() });
  }

  show(marks, hits, gaps) {
    Object.assign(this, { marks, hits, gaps });
    this.watching.forEach((redraw) => redraw());
  }

  of(number) {
    const found = this.marks.filter((one) => one.rule === number);
    const level = ['error', 'warning', 'note'].find((one) => found.some((mark) => mark.level === one));
    return { level, words: found.map((one) => one.message).join('\n'), isHit: this.hits.includes(number) };
  }

  watch(redraw) { this.watching.add(redraw); }

  leave(redraw) { this.watching.delete(redraw); }
}

function Cells(components) {
  components.onGetComponent('cell', 2000, ({ cellType }) => (cellType === 'rule' ? RuleCell : undefined));
  components.onGetComponent('table.foot', () => Gaps);
  components.onGetComponent('cell', 2000, ({ cellType }) => (cellType === 'before-rule-cells' ? NumberCell : undefined));
}
Cells.$inject = ['components'];

export default { __init__: ['cells'], cells: ['type', Cells], marks: ['type', Marks] };
