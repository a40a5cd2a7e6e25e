import { start } from './scripts/fields.js';
import { mountSignatures } from './scripts/signature.js';

start();
mountSignatures();
