// A question for a position gets a button that asks the telephone; what it says stands in the field before it is sent.

const LONGEST = 20_000;

function mount(field, words, changed) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'govuk-button govuk-button--secondary';
  button.textContent = words.position;
  const line = document.createElement('p');
  line.className = 'ow-kept';
  line.setAttribute('role', 'status');
  button.addEventListener('click', () => {
    line.textContent = '';
    navigator.geolocation.getCurrentPosition(({ coords }) => {
      field.value = `${coords.latitude.toFixed(5)}, ${coords.longitude.toFixed(5)}`;
      changed();
    }, () => { line.textContent = words.noPosition; }, { enableHighAccuracy: true, timeout: LONGEST });
  });
  field.after(button, line);
}

export function addPosition(form, words, changed) {
  if (!('geolocation' in navigator)) return;
  form.querySelectorAll('[data-position-field]').forEach((field) => mount(field, words, changed));
}
