import { mountEditor } from './scripts/editor.js';
import { mountFacts } from './scripts/facts.js';
import { mountReaders } from './scripts/readers.js';
import { mountSpecimen } from './scripts/specimen.js';

for (const block of document.querySelectorAll('[data-module="ow-editor"]')) mountEditor(block);
for (const block of document.querySelectorAll('[data-module="ow-specimen"]')) mountSpecimen(block);
for (const block of document.querySelectorAll('[data-module="ow-readers"]')) mountReaders(block);
for (const form of document.querySelectorAll('form.ow-fact-form')) mountFacts(form);
