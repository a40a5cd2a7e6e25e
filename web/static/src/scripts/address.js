// Fills each list as soon as the place above it is chosen. Without an address to ask, or when asking fails,
// the button "Show the next list" stays and does the same through the server.

async function refill(list, url, parent, choose, language) {
  list.replaceChildren(new Option(choose, ''));
  if (!parent) return;
  const answer = await fetch(`${url}?parent=${encodeURIComponent(parent)}`, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(`${answer.status} for ${url}`);
  for (const place of await answer.json()) list.add(new Option(place[language], place.code));
}

function mount(block) {
  const { places: url, choose } = block.dataset;
  if (!url) return;
  const lists = [...block.querySelectorAll('select')];
  if (lists.length < 2) return;
  const button = block.querySelector('.ow-address__choose');
  const language = document.documentElement.lang;
  const ask = (list, parent) =>
    refill(list, url, parent, choose, language).then(
      () => { button.hidden = true; },
      () => { button.hidden = false; },
    );
  button.hidden = true;
  lists.slice(0, -1).forEach((list, level) => {
    list.addEventListener('change', () => {
      lists.slice(level + 2).forEach((deeper) => deeper.replaceChildren(new Option(choose, '')));
      ask(lists[level + 1], list.value);
    });
  });
}

export function mountAddresses() {
  document.querySelectorAll('[data-module="ow-address"]').forEach(mount);
}
