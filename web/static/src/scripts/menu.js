// The menu of a narrow screen: the link that leads to it becomes a button that opens and closes it.

export function mountMenu() {
  const menu = document.getElementById('ow-nav');
  const button = document.querySelector('.ow-menu');
  if (!menu || !button) return;
  const close = menu.querySelector('.ow-nav__close');
  const isOpen = () => menu.classList.contains('ow-nav--open');
  const show = (open) => {
    menu.classList.toggle('ow-nav--open', open);
    button.setAttribute('aria-expanded', open);
    (open ? menu : button).focus({ preventScroll: true });
  };
  button.setAttribute('role', 'button');
  button.setAttribute('aria-controls', 'ow-nav');
  button.setAttribute('aria-expanded', 'false');
  const toggle = (event) => { event.preventDefault(); show(!isOpen()); };
  for (const one of [button, close]) one.addEventListener('click', toggle);
  button.addEventListener('keydown', (event) => { if (event.key === ' ') toggle(event); });
  if (location.hash === '#ow-nav') { location.hash = 'ow-menu'; show(true); } // opened before this ran
  menu.addEventListener('keydown', (event) => { if (event.key === 'Escape' && isOpen()) toggle(event); });
}
