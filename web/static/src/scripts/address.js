// Fills district and commune as soon as the place above is chosen. Without an address to ask, or when asking fails,
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
  const [province, district, commune] = block.querySelectorAll('select');
  if (!district) return;
  const button = block.querySelector('.ow-address__choose');
  const language = document.documentElement.lang;
  const ask = (list, parent) =>
    refill(list, url, parent, choose, language).then(
      () => { button.hidden = true; },
      () => { button.hidden = false; },
    );
  button.hidden = true;
  province.addEventListener('change', () => {
    commune?.replaceChildren(new Option(choose, ''));
    ask(district, province.value);
  });
  if (commune) district.addEventListener('change', () => ask(commune, district.value));
}

export function mountAddresses() {
  document.querySelectorAll('[data-module="ow-address"]').forEach(mount);
}
