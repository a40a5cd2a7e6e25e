// Reads [{file, edits: [{id, name, value}]}] from standard input and writes {file: XML}: each drawing as the editor of
// the studio saves it after these settings were given.
import { readFileSync } from 'node:fs';
import { BpmnModdle } from 'bpmn-moddle';
import { Extensions } from '../../../web/static/src/studio/extensions.js';

const written = {};
for (const { file, edits } of JSON.parse(readFileSync(0, 'utf8'))) {
  const moddle = new BpmnModdle();
  const { rootElement, elementsById, warnings } = await moddle.fromXML(readFileSync(file, 'utf8'));
  if (warnings.length) throw new Error(`${file}: ${warnings[0].message}`);
  const modeling = { updateModdleProperties: (_, owner, changed) => Object.entries(changed).forEach(([key, value]) => owner.set(key, value)) };
  const extensions = new Extensions(modeling, moddle);
  for (const { id, name, value } of edits) extensions.setSetting({ businessObject: elementsById[id] }, name, value);
  written[file] = (await moddle.toXML(rootElement, { format: true })).xml;
}
process.stdout.write(JSON.stringify(written));
