import { start } from './scripts/fields.js';
import { mountKeeping } from './scripts/keeping.js';
import { mountSignatures } from './scripts/signature.js';
import { mountTrays } from './scripts/tray.js';

start();
mountKeeping();
mountSignatures();
mountTrays();
