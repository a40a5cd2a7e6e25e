// The page of what this telephone keeps: each report of the account that is signed in, with what can be done about it.
import { all, drop, person } from './kept.js';
import { sendReport } from './reports.js';

function element(name, className, text = '') {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function button(text, kind, act) {
  const made = element('button', `govuk-button ${kind}`, text);
  made.type = 'button';
  made.addEventListener('click', act);
  return made;
}

function answers(report, words) {
  const list = element('dl', 'govuk-summary-list');
  const add = (label, value) => {
    const row = element('div', 'govuk-summary-list__row');
    row.append(element('dt', 'govuk-summary-list__key', label), value);
    list.append(row);
  };
  // The parts of a day, and the choices of one question, are one answer.
  const said = new Map();
  for (const [, text, label, inWords] of report.fields) if (label && text) said.set(label, [...(said.get(label) ?? []), inWords]);
  for (const [label, texts] of said) add(label, element('dd', 'govuk-summary-list__value ow-as-typed', texts.join(' ')));
  for (const [, photo, fileName] of report.photos) {
    const link = element('a', 'govuk-link', fileName);
    link.href = URL.createObjectURL(photo);
    link.download = fileName;
    const value = element('dd', 'govuk-summary-list__value');
    value.append(link);
    add(words.photo, value);
  }
  return list;
}

export async function mountKeptPage(block) {
  const words = block.dataset;
  const place = block.querySelector('.ow-visits-kept');
  const line = block.querySelector('.ow-kept');

  function shown(report) {
    const part = element('section', 'ow-visits__one');
    part.append(element('h2', 'govuk-heading-m', `${report.title} ${report.reference}`));
    part.append(element('p', 'govuk-body', [words[report.state], report.message].filter(Boolean).join(': ')));
    part.append(answers(report, words));
    const row = element('div', 'govuk-button-group');
    if (report.state === 'ready') row.append(button(words.send, '', () => deliver(report)));
    const link = element('a', 'govuk-link', words.open);
    link.href = words.visit.replace('KEY', encodeURIComponent(report.task));
    row.append(link);
    row.append(button(words.drop, 'govuk-button--warning', async () => {
      if (!window.confirm(words.sure)) return;
      await drop(report.task);
      draw();
    }));
    part.append(row);
    return part;
  }

  async function deliver(report) {
    const { became, message } = await sendReport(report);
    await draw();
    line.textContent = message || { sent: words.sent, 'signed-out': words.signedOut }[became] || words.waits;
    return became;
  }

  async function draw() {
    const found = await all();
    const mine = found.filter((one) => one.person === person());
    place.replaceChildren(...mine.map(shown));
    if (!mine.length) place.append(element('p', 'govuk-body ow-missing', words.none));
    if (found.length > mine.length) place.append(element('p', 'govuk-body', words.others));
    return mine;
  }

  async function deliverAll() {
    for (const report of await draw()) if (report.state === 'ready' && (await deliver(report)) === 'waits') return;
  }

  window.addEventListener('online', deliverAll);
  await deliverAll();
  block.dataset.mounted = 'yes';
}
