// Saves the form with its words in one step. Whoever saves later than somebody else sees both texts and chooses.
import { button, node, text } from '../studio/fields.js';
import { download } from '../studio/pictures.js';
import { Saving } from '../studio/saving.js';
import { say } from '../studio/words.js';

export class FormSaving extends Saving {
  sent(written) {
    this.places = this.editing.places();
    const { words, was } = this.editing.texts.changed(this.places);
    this.words = words;
    // A form that was not changed is not sent, so that it does not stand against somebody else's.
    return { save: this.save, text: written === this.text ? null : written, words, was };
  }

  async answered(answer, written) {
    const said = answer.status === 409 ? await answer.clone().json() : {};
    if (said.words) return this.askWords(said);
    const known = this.save;
    await super.answered(answer, written);
    if (!answer.ok) return undefined;
    this.editing.texts.keep(this.words, this.before, this.places);
    this.before = this.places;
    if (written === this.text) this.save = known; // the newest save may hold a form that was never seen here
    this.text = written;
    return undefined;
  }

  ask(theirs, mine) {
    this.dialog(theirs.message, '14', [[this.path, mine, theirs.text ?? '']], [
      [say('Save mine as the newest'), () => { this.save = theirs.save; this.now(); }],
      ...(theirs.text === null ? [] : [[say('Download mine and show theirs'), () => {
        download(new Blob([mine], { type: 'application/json' }), this.path.split('/').pop());
        this.isOpen = false;
        window.location.reload();
      }]]),
    ]);
  }

  askWords({ words, message }) {
    this.isOpen = true;
    const { texts } = this.editing;
    const settle = (mine) => () => {
      Object.assign(texts.saved, words);
      if (!mine) this.editing.take(words);
      this.now();
    };
    this.dialog(message, '2', Object.entries(words).map(([name, theirs]) => [name, texts.now[name] ?? '', theirs]), [
      [say('Save mine as the newest'), settle(true)], [say('Take theirs'), settle(false)],
    ]);
  }

  dialog(message, rows, texts, ways) {
    this.isAsking = true;
    this.status.textContent = say('Not saved yet.');
    const shown = (label, value, name) => {
      const area = text(value, () => {}, { rows, readonly: true });
      return node('label', { class: 'ow-field' }, `${label}: ${name}`, area);
    };
    const close = (act) => () => {
      dialog.close();
      dialog.remove();
      this.isAsking = false;
      act();
    };
    const dialog = node('dialog', { class: 'ow-dialog ow-dialog--wide', 'aria-labelledby': 'ow-overtaken' },
      node('h2', { id: 'ow-overtaken', class: 'govuk-heading-m' }, say('Somebody else changed the same')),
      node('p', { class: 'govuk-body' }, message),
      ...texts.map(([name, mine, theirs]) => node('div', { class: 'ow-panel__pair' }, shown(say('Mine'), mine, name), shown(say('Theirs'), theirs, name))),
      ...ways.map(([label, act]) => button(label, close(act))));
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  }
}
