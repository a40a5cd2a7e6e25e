// What is wrong with the draft: marks on the fields of this form, and a list that leads to them.
import { button, node } from '../studio/fields.js';
import { say } from '../studio/words.js';

const LEVELS = { error: 'Error:', warning: 'Warning:', note: 'Note:' };

export class Problems {
  constructor(editing, where, canvas, path, choose) {
    Object.assign(this, { editing, where, canvas, path, choose, found: [] });
  }

  show(problems) {
    this.found = problems;
    const here = problems.filter((one) => one.file === this.path);
    const elsewhere = problems.filter((one) => one.file !== this.path);
    this.where.replaceChildren(
      node('h2', { class: 'govuk-heading-s' }, `${say('Problems')} (${problems.length})`),
      problems.length ? '' : node('p', { class: 'ow-panel__empty' }, say('Nothing is wrong in this draft.')),
      node('ul', { class: 'ow-problems' }, ...here.map((one) => this.line(one))),
    );
    if (elsewhere.length) {
      this.where.append(node('details', {}, node('summary', {}, say('In other files: {number}', { number: elsewhere.length })),
        node('ul', { class: 'ow-problems' }, ...elsewhere.map((one) => this.line(one)))));
    }
    this.mark();
  }

  of(field) {
    return this.found.filter((one) => one.file === this.path && one.element && this.editing.find(one.element) === field);
  }

  line(one) {
    const words = [node('b', {}, `${say(LEVELS[one.level] || LEVELS.note)} `), one.file === this.path ? '' : `${one.file}${one.line ? `:${one.line}` : ''}: `, one.message];
    const field = one.file === this.path && one.element && this.editing.find(one.element);
    const item = node('li', { class: `ow-problem ow-problem--${one.level}` });
    if (field) {
      const go = button('', () => this.choose(field), { class: 'ow-problem__go' });
      go.append(...words.filter(Boolean));
      item.append(go);
    } else item.append(...words.filter(Boolean));
    return item;
  }

  // form-js draws its fields anew as it likes; what it does not know of, it leaves.
  mark() {
    for (const element of this.canvas.querySelectorAll('.fjs-element[data-id]')) {
      const field = this.editing.editor.get('formFieldRegistry').get(element.dataset.id);
      const found = field ? this.of(field) : [];
      const level = found.some((one) => one.level === 'error') ? 'error' : found[0]?.level;
      if (level) Object.assign(element.dataset, { wrong: level, problems: String(found.length) });
      else for (const name of ['wrong', 'problems']) delete element.dataset[name];
    }
  }
}
