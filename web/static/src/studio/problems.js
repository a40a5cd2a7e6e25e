// What is wrong with the draft: marks on the elements of this drawing, and a list that leads to them.
import { button, node } from './fields.js';
import { say } from './words.js';

const LEVELS = { error: 'Error:', warning: 'Warning:', note: 'Note:' };

export class Problems {
  constructor(modeler, where, path, choose) {
    Object.assign(this, { modeler, where, path, choose, marked: [] });
  }

  show(problems) {
    this.clear();
    const here = problems.filter((one) => one.file === this.path);
    const elsewhere = problems.filter((one) => one.file !== this.path);
    for (const [id, found] of this.byElement(here)) this.mark(id, found);
    this.where.replaceChildren(
      node('h2', { class: 'govuk-heading-s' }, `${say('Problems')} (${problems.length})`),
      problems.length ? '' : node('p', { class: 'ow-panel__empty' }, say('Nothing is wrong in this draft.')),
      node('ul', { class: 'ow-problems' }, ...here.map((one) => this.line(one))),
    );
    if (elsewhere.length) {
      this.where.append(node('details', {}, node('summary', {}, say('In other files: {number}', { number: elsewhere.length })),
        node('ul', { class: 'ow-problems' }, ...elsewhere.map((one) => this.line(one)))));
    }
  }

  byElement(problems) {
    const found = new Map();
    for (const one of problems) {
      if (one.element && this.modeler.get('elementRegistry').get(one.element)) {
        found.set(one.element, [...(found.get(one.element) || []), one]);
      }
    }
    return found;
  }

  line(one) {
    const words = [node('b', {}, `${say(LEVELS[one.level] || LEVELS.note)} `), one.file === this.path ? '' : `${one.file}${one.line ? `:${one.line}` : ''}: `, one.message, one.remedy ? ` ${one.remedy}` : ''];
    const isHere = one.file === this.path && one.element && this.modeler.get('elementRegistry').get(one.element);
    const item = node('li', { class: `ow-problem ow-problem--${one.level}` });
    if (isHere) {
      const go = button('', () => this.choose(one.element), { class: 'ow-problem__go' });
      go.append(...words.filter(Boolean));
      item.append(go);
    } else item.append(...words.filter(Boolean));
    return item;
  }

  mark(id, found) {
    const level = found.some((one) => one.level === 'error') ? 'error' : found[0].level;
    const badge = node('span', { class: `ow-badge ow-badge--${level}`, title: found.map((one) => one.message).join('\n') }, String(found.length));
    this.modeler.get('canvas').addMarker(id, `ow-wrong-${level}`);
    this.modeler.get('overlays').add(id, 'ow-problem', { position: { top: -10, left: -10 }, html: badge });
    this.marked.push([id, `ow-wrong-${level}`]);
  }

  clear() {
    const known = this.modeler.get('elementRegistry');
    for (const [id, marker] of this.marked) if (known.get(id)) this.modeler.get('canvas').removeMarker(id, marker);
    this.marked = [];
    this.modeler.get('overlays').remove({ type: 'ow-problem' });
  }
}
