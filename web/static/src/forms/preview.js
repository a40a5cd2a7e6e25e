// The page beside the editor as people see it: the server draws what is in the editor now, and says what is wrong with it.
import { send } from '../scripts/sending.js';
import { button, choice, node } from '../studio/fields.js';
import { say } from '../studio/words.js';

const PAUSE = 400;

export class Preview {
  constructor(where, { address, csrf, language, typed, onProblems, onPage }) {
    Object.assign(this, { where, address, csrf, language, typed, onProblems, onPage, page: '', asked: 0 });
    this.tools = node('div', { class: 'ow-panel__tools' });
    this.frame = node('iframe', { class: 'ow-preview__page', sandbox: 'allow-same-origin', title: say('The page as people see it'), tabindex: '0' });
    where.append(this.tools, this.frame);
    this.fill([]);
  }

  fill(pages) {
    const languages = [['km', 'ភាសាខ្មែរ'], ['en', 'English']].map(([key, words]) => button(words, () => {
      this.language = key;
      this.now();
    }, { lang: key, 'aria-pressed': String(this.language === key) }));
    const select = choice(pages, this.page, (key) => this.onPage(key), { empty: null });
    select.name = 'preview-page';
    select.setAttribute('aria-label', say('Page'));
    const held = this.tools.contains(document.activeElement) ? document.activeElement.lang || document.activeElement.name : '';
    this.tools.replaceChildren(select, ...languages);
    if (held) this.tools.querySelector(`[lang="${held}"], [name="${held}"]`)?.focus();
  }

  show(page) {
    if (page === this.page) return;
    this.page = page;
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.now(), PAUSE);
  }

  async now() {
    clearTimeout(this.timer);
    const number = (this.asked += 1);
    try {
      const typed = { ...this.typed(), page: this.page, language: this.language };
      const answer = await send(this.address, 'POST', typed, this.csrf);
      if (!answer.ok || number !== this.asked) return;
      const said = await answer.json();
      if (number !== this.asked) return;
      this.page = said.page;
      this.fill(said.pages);
      this.draw(said.html);
      this.onProblems(said.problems);
    } catch {
      // the server does not answer; saving says so and goes on trying
    }
  }

  draw(html) {
    const at = this.drawn === this.page ? this.frame.contentWindow?.scrollY : 0;
    this.drawn = this.page;
    this.frame.addEventListener('load', () => this.frame.contentWindow.scrollTo(0, at || 0), { once: true });
    this.frame.srcdoc = html;
  }
}
