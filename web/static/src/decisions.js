import 'dmn-js-shared/assets/css/dmn-js-shared.css';
import 'dmn-js-decision-table/assets/css/dmn-js-decision-table.css';
import './styles/studio.css';
import './styles/decisions.css';
import { mountDecision } from './decisions/mount.js';

document.querySelectorAll('[data-module="ow-decision"]').forEach(mountDecision);
