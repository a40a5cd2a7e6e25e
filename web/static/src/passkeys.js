// Passkeys: the button asks the server what to ask for, the device for the passkey, and sends what it answers with the form.
// W3C WebAuthn: bytes travel as base64url.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

async function asked(address) {
  const answer = await fetch(address, { headers: { Accept: 'application/json' } });
  if (!answer.ok || answer.redirected) throw new Error('refused');
  const options = await answer.json();
  return {
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: known(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: known(options.allowCredentials) }),
  };
}

function written({ id, type, rawId, response }) {
  const parts = ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle'].filter((name) => response[name]);
  return JSON.stringify({ id, type, rawId: text(rawId), response: Object.fromEntries(parts.map((name) => [name, text(response[name])])) });
}

async function answered({ dataset }) {
  const publicKey = await asked(dataset.options);
  return dataset.way === 'make' ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey });
}

function mount(form) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const button = part('asks').querySelector('button');
  part('absent').hidden = true;
  if (!window.PublicKeyCredential) {
    part('unknown').hidden = false;
    return;
  }
  part('asks').hidden = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    part('failed').hidden = true;
    try {
      form.elements.assertion.value = written(await answered(form));
      form.submit();
    } catch {
      if (part('refused')) part('refused').hidden = true;
      part('failed').hidden = false;
      button.disabled = false;
    }
  });
}

for (const form of document.querySelectorAll('[data-module="ow-passkey"]')) mount(form);
