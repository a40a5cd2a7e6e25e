// A DMN file as a tree that is changed and written again. A part that is not known cannot be looked after, so a file with
// one is refused; what stands in other namespaces is kept as it is.
import { DmnModdle } from 'dmn-moddle';
import { Ids } from 'ids';
import { patched } from './patching.js';

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
