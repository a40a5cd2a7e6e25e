import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import './styles/diagram.css';
import { mountDiagrams } from './scripts/diagram.js';

mountDiagrams();
