// Reads [{file, edits}] from standard input and writes {file: XML}: each file of decisions as the editor of tables saves
// it after these edits; null for a file that it leaves to the editor of texts. An edit writes a cell ({id, text}), or
// removes, moves or copies a rule of the first table ({remove}, {move, to}, {copy}: places counted from 0).
import { readFileSync } from 'node:fs';
import { NotKnown, readFile } from '../../../web/static/src/decisions/file.js';

function change({ moddle, decisions }, { remove, move, to, copy }) {
  const table = decisions[0].decisionLogic;
  const rules = table.get('rule');
  if (remove !== undefined) rules.splice(remove, 1);
  else if (move !== undefined) rules.splice(to, 0, ...rules.splice(move, 1));
  else {
    const made = moddle.create('dmn:DecisionRule', { id: `${rules[copy].id}_again`, description: rules[copy].description });
    for (const [kind, type] of [['inputEntry', 'dmn:UnaryTests'], ['outputEntry', 'dmn:LiteralExpression']]) {
      made.set(kind, rules[copy].get(kind).map(({ id, text }) => moddle.create(type, { id: `${id}_again`, text })));
    }
    rules.splice(copy + 1, 0, made);
  }
}

const written = {};
for (const { file, edits } of JSON.parse(readFileSync(0, 'utf8'))) {
  try {
    const read = await readFile(readFileSync(file, 'utf8'));
    const cells = new Map();
    for (const { decisionLogic } of read.decisions) {
      for (const rule of decisionLogic?.rule || []) {
        for (const cell of [...(rule.inputEntry || []), ...(rule.outputEntry || [])]) cells.set(cell.id, cell);
      }
    }
    for (const edit of edits) {
      if (edit.id) cells.get(edit.id).text = edit.text;
      else change(read, edit);
    }
    written[file] = await read.write();
  } catch (problem) {
    if (!(problem instanceof NotKnown)) throw problem;
    written[file] = null;
  }
}
process.stdout.write(JSON.stringify(written));
