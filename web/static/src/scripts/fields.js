// Every page works without this; it saves a tap here and there.
import { createAll, isSupported, Button, Checkboxes, ErrorSummary, Radios, SkipLink } from 'govuk-frontend';
import { mountAddresses } from './address.js';

export function start() {
  document.body.classList.add('js-enabled');
  if (isSupported()) {
    document.body.classList.add('govuk-frontend-supported');
    for (const component of [Button, Checkboxes, ErrorSummary, Radios, SkipLink]) createAll(component);
  }
  mountAddresses();
}
