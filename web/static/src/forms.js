import '@bpmn-io/form-js-viewer/dist/assets/form-js-base.css';
import '../../../node_modules/@bpmn-io/form-js-editor/dist/assets/form-js-editor-base.css';
import '../../../node_modules/@bpmn-io/form-js-editor/dist/assets/draggle.css';
import './styles/studio.css';
import { mountForm } from './forms/editor.js';

document.querySelectorAll('[data-module="ow-form"]').forEach(mountForm);
