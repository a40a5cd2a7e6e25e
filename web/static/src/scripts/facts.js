// Rows of facts are added, moved and taken away by the server; this takes only the key that changed from its answer, so
// that the page stays where it is and nothing is loaded anew.

export function mountFacts(form) {
  form.addEventListener('click', async (event) => {
    const button = event.target.closest('button[name="do"]');
    if (!button) return;
    event.preventDefault();
    const block = button.closest('[data-fact]');
    const sent = new URLSearchParams(new FormData(form));
    sent.set('do', button.value);
    block.setAttribute('aria-busy', 'true');
    try {
      const answer = await fetch(form.action, { method: 'POST', body: sent });
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
      const drawn = page.getElementById(block.id);
      if (!answer.ok || !drawn) throw new Error(answer.status);
      block.replaceWith(drawn);
      lead(drawn, button.value);
    } catch {
      // The way without this script says what is wrong.
      block.removeAttribute('aria-busy');
      const hidden = document.createElement('input');
      Object.assign(hidden, { type: 'hidden', name: 'do', value: button.value });
      form.append(hidden);
      form.submit();
    }
  });
}

// The next thing to do: the new row, the row that was moved, or the row in whose place another stands now.
function lead(block, act) {
  const rows = [...block.querySelectorAll('.ow-fact__row')];
  const [, at, what] = act.split(':');
  const place = at === 'add' ? rows.length - 1 : Number(at) + ({ up: -1, down: 1 }[what] ?? 0);
  const row = rows[Math.min(place, rows.length - 1)];
  (row?.querySelector('input, select') ?? block.querySelector('button'))?.focus();
}
