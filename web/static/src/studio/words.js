// What the editor says, in the reader's language; a sentence that is not there is said in English.
let known = {};

export function setWords(words) {
  known = words;
}

export function say(sentence, values = {}) {
  return (known[sentence] || sentence).replace(/{([^}]+)}/g, (place, name) => values[name] ?? place);
}

// The same for bpmn.io, as a module of it.
export default { translate: ['value', say] };
