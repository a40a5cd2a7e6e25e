import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-codes.css';
import 'bpmn-js-token-simulation/assets/css/bpmn-js-token-simulation.css';
import './styles/studio.css';
import { mountDrawing } from './studio/drawing.js';

document.querySelectorAll('[data-module="ow-drawing"]').forEach(mountDrawing);
