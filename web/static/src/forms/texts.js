// The words of the form in both languages, as they are now and as they were saved last: only what was changed is sent.
export const LANGUAGES = ['km', 'en'];

export class Texts {
  constructor(form, saved) {
    this.base = `forms/${form}/`;
    this.saved = { ...saved };
    this.now = { ...saved };
  }

  name(place, language) {
    return `${this.base}${place}/${language}`;
  }

  of(place, language) {
    return this.now[this.name(place, language)] ?? '';
  }

  // In that language, else in the other one.
  said(place, language) {
    return this.of(place, language) || this.of(place, LANGUAGES.find((one) => one !== language));
  }

  // The words under another place, so that they go along with a field that gets another key.
  moved(from, to) {
    const found = {};
    for (const name of Object.keys(this.now)) {
      const before = `${this.base}${from}/`;
      if (name.startsWith(before)) found[`${this.base}${to}/${name.slice(before.length)}`] = this.now[name];
    }
    return found;
  }

  // What of these places was changed since it was saved, and what stood there.
  changed(places) {
    const [words, was] = [{}, {}];
    for (const place of places) {
      for (const language of LANGUAGES) {
        const name = this.name(place, language);
        const before = this.saved[name] ?? '';
        if ((this.now[name] ?? '') !== before) [words[name], was[name]] = [this.now[name], before];
      }
    }
    return { words, was };
  }

  // After a save: what was sent is there now, and words of what the form does not hold any more went with it.
  keep(words, before, places) {
    Object.assign(this.saved, words);
    for (const place of before) {
      if (!places.has(place)) for (const language of LANGUAGES) delete this.saved[this.name(place, language)];
    }
  }
}
