// Saves a while after the last change, and at once with Ctrl+S. Whoever saves later than somebody else chooses which is
// the newest; the other is kept.
import { passes, send } from '../scripts/sending.js';
import { button, node } from './fields.js';
import { download } from './pictures.js';
import { say } from './words.js';

const PAUSE = 1500;
const AGAIN = 10_000;
const OF_DRAWING = {
  title: 'Somebody else saved this drawing',
  told: '{by} saved this drawing as number {save} while you drew. Both are kept: whichever you choose, the other stays among the saves or is downloaded.',
};

export class Saving {
  constructor({ file, path, csrf, save, write, read, onProblems, status, title = OF_DRAWING.title, told = OF_DRAWING.told }) {
    Object.assign(this, { file, path, csrf, save, write, read, onProblems, status, title, told });
    this.isOpen = false;
    window.addEventListener('beforeunload', (event) => {
      if (this.isOpen) event.preventDefault();
    });
  }

  changed() {
    this.isOpen = true;
    this.status.textContent = say('Not saved yet.');
    this.later(PAUSE);
  }

  later(pause) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), pause);
  }

  async now() {
    clearTimeout(this.timer);
    if (this.isSaving || this.isAsking) return this.later(PAUSE);
    this.isSaving = true;
    this.isOpen = false;
    this.status.textContent = say('Saving…');
    try {
      const text = await this.write();
      const answer = await send(this.file, 'PUT', this.sent(text), this.csrf);
      await this.answered(answer, text);
    } catch {
      this.isOpen = true;
      this.status.textContent = say('The server does not answer. It is tried again; leave this page open.');
      this.later(AGAIN);
    } finally {
      this.isSaving = false;
    }
    return undefined;
  }

  sent(text) {
    return { save: this.save, text };
  }

  async answered(answer, text) {
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) {
      this.save = said.save;
      if (!this.isOpen) this.status.textContent = say('Saved as number {save}.', { save: said.save });
      this.onProblems(said.problems);
    } else if (answer.status === 409 && said.save) {
      this.isOpen = true;
      this.ask(said, text);
    } else {
      this.isOpen = true;
      this.status.textContent = say('Not saved: {reason}', { reason: said.message || answer.status });
      if (passes(answer.status)) this.later(AGAIN);
    }
  }

  ask(theirs, mine) {
    this.isAsking = true;
    this.status.textContent = say('Not saved yet.');
    const close = (act) => () => {
      dialog.close();
      dialog.remove();
      this.isAsking = false;
      this.save = theirs.save;
      act();
    };
    const dialog = node('dialog', { class: 'ow-dialog', 'aria-labelledby': 'ow-overtaken' },
      node('h2', { id: 'ow-overtaken', class: 'govuk-heading-m' }, say(this.title)),
      node('p', { class: 'govuk-body' }, say(this.told, theirs)),
      button(say('Save mine as the newest'), close(() => this.now())),
      theirs.text === null ? null : button(say('Download mine and show theirs'), close(async () => {
        download(new Blob([mine], { type: 'application/xml' }), this.path.split('/').pop());
        await this.read(theirs.text);
        this.isOpen = false;
        this.status.textContent = say('Saved as number {save}.', theirs);
      })));
    dialog.addEventListener('cancel', (event) => event.preventDefault());
    document.body.append(dialog);
    dialog.showModal();
  }
}
