import { start } from './scripts/fields.js';
import { mountInbox } from './scripts/inbox.js';
import { mountSignatures } from './scripts/signature.js';

start();
mountInbox();
mountSignatures();
