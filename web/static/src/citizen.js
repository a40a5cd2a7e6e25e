import { start } from './scripts/fields.js';
import { mountLeaving } from './scripts/leaving.js';

start();
mountLeaving();
