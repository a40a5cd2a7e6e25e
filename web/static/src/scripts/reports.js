// Sending a report that is kept: once at a time, under its own key, so that the server takes it once.
import { drop, keep } from './kept.js';
import { passes } from './sending.js';

// An answer of a proxy, or of somebody who wants a log-in of the network, is no answer of ours.
async function said(answer) {
  return answer.json().catch(() => null);
}

function token() {
  return document.querySelector('[name=csrf_token]')?.value ?? '';
}

function body(report) {
  const form = new FormData();
  for (const [name, text] of report.fields) form.append(name, text);
  for (const [name, photo, fileName] of report.photos) form.append(name, photo, fileName);
  form.set('_sending', report.sending);
  form.set('csrf_token', token());
  return form;
}

async function post(report) {
  const headers = { Accept: 'application/json', 'X-Person': report.person };
  const once = () => fetch(report.url, { method: 'POST', body: body(report), headers, redirect: 'error' });
  const answer = await once();
  if (answer.status !== 400) return answer;
  const { csrf } = (await answer.clone().json().catch(() => null)) ?? {};
  if (!csrf) return answer;
  for (const field of document.querySelectorAll('[name=csrf_token]')) field.value = csrf;
  return once();
}

async function outcome(report) {
  let answer;
  let told;
  try {
    answer = await post(report);
    told = await said(answer);
  } catch {
    return { became: 'waits' };
  }
  if (answer.status === 401) return { became: 'signed-out' };
  if (!told || passes(answer.status) || answer.status === 429) return { became: 'waits', message: told?.message };
  if (answer.ok) {
    await drop(report.task);
    return { became: 'sent', ...told };
  }
  if (answer.status === 422 || answer.status === 400 || answer.status === 413) {
    await keep({ ...report, state: 'typed', message: told.message });
    return { became: 'wrong', ...told };
  }
  await keep({ ...report, state: 'refused', message: told.message });
  return { became: 'refused', ...told };
}

// Two pages of one browser send one after the other; whoever is second finds nothing to send, or is told the same.
export function sendReport(report) {
  if (!navigator.locks) return outcome(report);
  return navigator.locks.request(`ow-visit-${report.person}-${report.task}`, () => outcome(report));
}
