import { start } from './scripts/fields.js';

start();
