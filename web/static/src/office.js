import { start } from './scripts/fields.js';
import { mountInbox } from './scripts/inbox.js';
import { mountKeeping } from './scripts/keeping.js';
import { mountLeaving } from './scripts/leaving.js';
import { mountNarrow } from './scripts/narrow.js';
import { mountSignatures } from './scripts/signature.js';
import { mountTrays } from './scripts/tray.js';

start();
mountInbox();
mountKeeping();
mountSignatures();
mountTrays();
mountNarrow();
mountLeaving();
