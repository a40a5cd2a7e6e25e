import { start } from './scripts/fields.js';
import { mountSignatures } from './scripts/signature.js';
import { mountTrays } from './scripts/tray.js';

start();
mountSignatures();
mountTrays();
