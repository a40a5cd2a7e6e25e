// Asks the server what is wrong with the table and what it gives for the values that are tried, and shows its answer.
import { send } from '../scripts/sending.js';

const PAUSE = 400;

export class Telling {
  constructor(editor, given) {
    Object.assign(this, { editor, address: given.typed, csrf: given.csrf, offered: JSON.parse(given.offered), given: JSON.parse(given.given), asked: 0 });
    this.told = document.querySelector('[data-told]');
    this.trial = document.querySelector('[data-trial]');
    this.fields = {};
    this.trial.addEventListener('submit', (event) => {
      event.preventDefault();
      this.fields = Object.fromEntries(new FormData(event.target));
      this.now(true);
    });
    this.told.addEventListener('click', ({ target }) => {
      const place = target.closest('[data-gap], [data-rule]');
      if (place?.dataset.gap) editor.addRuleFor(JSON.parse(place.dataset.gap));
      else if (place) editor.showRule(Number(place.dataset.rule));
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now(isAsked = false) {
    clearTimeout(this.timer);
    const number = (this.asked += 1);
    try {
      const fields = { ...this.fields, _decision: this.editor.own };
      const text = await this.editor.file.write();
      const answer = await send(this.address, 'POST', { text, fields }, this.csrf);
      if (answer.ok && number === this.asked) this.show(await answer.json(), isAsked);
    } catch { /* The next change asks again. */ }
  }

  show({ told, trial, offered, given, gaps, marks, hits }, isAsked) {
    Object.assign(this.given, given);
    this.offered.splice(0, this.offered.length, ...offered);
    this.told.replaceChildren(...parsed(told));
    for (const act of this.told.querySelectorAll('button[hidden]')) act.hidden = !this.editor.table;
    if (isAsked || !this.trial.contains(document.activeElement)) this.trial.replaceChildren(...parsed(trial));
    this.editor.table?.get('marks').show(marks, hits, gaps);
  }
}

// Pieces of a page that the server drew; scripts in such pieces never run.
const parsed = (html) => new DOMParser().parseFromString(html, 'text/html').body.childNodes;
