// Whoever signs out of a browser leaves nothing of visits in it: pages that were kept go, and reports after a question. Reports of
// another account stay for that account; pages of another one go as soon as somebody else is signed in.
import { drop, forgetPages, keepsAnything, mine, person } from './kept.js';

export function mountLeaving() {
  if (person()) forgetPages(person()).catch(() => {});
  for (const form of document.querySelectorAll('form[data-unsent]')) {
    form.addEventListener('submit', async (event) => {
      if (form.dataset.left) return;
      event.preventDefault();
      const reports = (await keepsAnything().catch(() => false)) ? await mine().catch(() => []) : [];
      if (reports.length && !window.confirm(form.dataset.unsent.replace('NUMBER', reports.length))) return;
      for (const one of reports) await drop(one.task).catch(() => {});
      await forgetPages().catch(() => {});
      form.dataset.left = 'yes';
      form.submit();
    });
  }
}
