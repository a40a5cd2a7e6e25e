import { mountEditor } from './scripts/editor.js';

for (const block of document.querySelectorAll('[data-module="ow-editor"]')) mountEditor(block);
