import { start } from './scripts/fields.js';
import { mountInbox } from './scripts/inbox.js';
import { mountKeeping } from './scripts/keeping.js';
import { mountLeaving } from './scripts/leaving.js';
import { mountMenu } from './scripts/menu.js';
import { mountNarrow } from './scripts/narrow.js';
import { mountTask } from './scripts/task.js';

start();
mountInbox();
mountKeeping();
mountTask();
mountNarrow();
mountLeaving();
mountMenu();
