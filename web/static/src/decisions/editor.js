// The table of dmn-js with the parts that are used here. Its editor of FEEL is not: cells are written in the language of
// packages, and what is wrong with them is told by the server.
import Viewer from 'dmn-js-decision-table/lib/Viewer';
import annotations from 'dmn-js-decision-table/lib/features/annotations/editor';
import cellSelection from 'dmn-js-decision-table/lib/features/cell-selection';
import copying from 'dmn-js-decision-table/lib/features/copy-cut-paste';
import head from 'dmn-js-decision-table/lib/features/decision-table-head';
import Rules from 'dmn-js-decision-table/lib/features/decision-rules/DecisionRules';
import actions from 'dmn-js-decision-table/lib/features/editor-actions';
import keyboard from 'dmn-js-decision-table/lib/features/keyboard';
import modeling from 'dmn-js-decision-table/lib/features/modeling';
import core from 'dmn-js-decision-table/lib/core';
import tableActions from 'table-js/lib/features/editor-actions';
import cells from './cells.js';
import words from '../studio/words.js';

const rules = { __init__: ['decisionRules'], decisionRules: ['type', Rules] };

// A rule with these texts in its cells, in one step to undo.
class AddRuleWith {
  constructor(modeling) {
    this.modeling = modeling;
  }

  preExecute(context) {
    context.row = this.modeling.addRow({ type: 'dmn:DecisionRule' }, context.index);
    context.texts.forEach((text, at) => {
      if (text && context.row.cells[at]) this.modeling.editCell(context.row.cells[at].businessObject, text);
    });
  }
}
AddRuleWith.$inject = ['modeling'];

function Adding(commandStack) {
  commandStack.registerHandler('rule.addWith', AddRuleWith);
}
Adding.$inject = ['commandStack'];

export class TableEditor extends Viewer {
  getModules() {
    return [
      core, head, rules, annotations, modeling, cellSelection, copying, actions, tableActions, keyboard, cells, words,
      { __init__: ['adding'], adding: ['type', Adding] },
    ];
  }
}
