// A DMN file as a tree that is changed and written again. A part that is not known cannot be looked after, so a file with
// one is refused; what stands in other namespaces is kept as it is.
import { DmnModdle } from 'dmn-moddle';
import { Ids } from 'ids';
import { isReadWhole, patched } from './patching.js';

const OURS = 'https://www.omg.org/spec/DMN/20191111/MODEL/';
const OTHERS = /https?:\/\/www\.omg\.org\/spec\/DMN\/(?:20180521|20211108|20230324)\/MODEL\//;

export class NotKnown extends Error {}

export async function readFile(xml) {
  const moddle = new DmnModdle();
  moddle.ids = new Ids([32, 36, 1]);
  const other = OTHERS.exec(xml)?.[0];
  const original = other ? xml.replaceAll(other, OURS) : xml;
  const { rootElement, elementsById, warnings } = await moddle.fromXML(original, 'dmn:Definitions');
  if (warnings.length) throw new NotKnown(warnings[0].message);
  for (const [id, element] of Object.entries(elementsById)) moddle.ids.claim(id, element);
  const written = async () => (await moddle.toXML(rootElement, { format: true })).xml;
  const before = await written();
  if (!isReadWhole(original, before)) throw new NotKnown('it was read otherwise');
  return {
    moddle,
    definitions: rootElement,
    decisions: rootElement.get('drgElement').filter((one) => one.$type === 'dmn:Decision'),
    write: async () => {
      const text = patched(original, before, await written());
      return other ? text.replaceAll(OURS, other) : text;
    },
  };
}

// What a file begins with that holds nothing yet: a table with one rule, and for a fee with the results that it gives.
export function begun(path, outputs) {
  const name = path.split('/').pop().replace('.dmn', '');
  const results = outputs.length ? outputs : [name];
  const type = (result) => (['quantity', 'unit_amount'].includes(result) ? 'number' : 'string');
  return `<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="${OURS}" id="${name}_definitions" name="${name}" namespace="urn:one-window:decisions">
  <decision id="${name}" name="${name}">
    <decisionTable id="${name}_table" hitPolicy="UNIQUE">
${results.map((result) => `      <output id="out_${result}" name="${result}" typeRef="${type(result)}" />`).join('\n')}
      <rule id="rule_1">
${results.map((result) => `        <outputEntry id="rule_1_${result}"><text></text></outputEntry>`).join('\n')}
      </rule>
    </decisionTable>
  </decision>
</definitions>
`;
}
