// Stands in for the libraries with which form-js does what a form of ours never asks of it: FEEL, templates, Markdown,
// calendars, and the editors of its own panel. The build puts it in their place (web/static/build.mjs).
const nothing = () => undefined;
const NO_TREE = { name: '', children: [] };

export default nothing;
export const parseExpression = nothing;
export const parseUnaryTests = nothing;
export const parseToSimpleTree = () => NO_TREE;
export const unaryTest = () => ({ value: false });
export const evaluate = (value) => ({ value });
const MARKS = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };

// Words of a note are words.
export const marked = { parse: (text) => text.replace(/[&<>]/g, (mark) => MARKS[mark]) };
export const DateTime = nothing;
export const createFocusTrap = nothing;
export const EditorView = nothing;
export const lineNumbers = nothing;
export const Annotation = { define: nothing };
export const jsonParseLinter = nothing;
export const FeelersEditor = nothing;
