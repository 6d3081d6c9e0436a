// Passkeys, which no browser has without a script. A form that asks for one stays hidden where they cannot be used.

// Bytes come as numbers, or as a text.
const toBytes = (text) => Array.isArray(text) ? Uint8Array.from(text) :
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (letter) => letter.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes))).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

// The challenge as the browser wants it: bytes in the place of texts.
function read({ publicKey }) {
  publicKey.challenge = toBytes(publicKey.challenge);
  if (publicKey.user) publicKey.user.id = toBytes(publicKey.user.id);
  for (const list of [publicKey.allowCredentials, publicKey.excludeCredentials]) {
    for (const known of list ?? []) known.id = toBytes(known.id);
  }
  return { publicKey };
}

// What the browser answered, as the server reads it.
function write(credential) {
  const response = {};
  for (const part of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (credential.response[part]) response[part] = toText(credential.response[part]);
  }
  return JSON.stringify({
    id: credential.id, rawId: toText(credential.rawId), type: credential.type, response, extensions: {},
  });
}

for (const form of document.querySelectorAll('form[data-challenge]')) {
  if (!window.PublicKeyCredential) continue;
  form.hidden = false;
  const trouble = form.querySelector('[role=alert]');
  const words = trouble.textContent;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
      const asked = await fetch(form.dataset.challenge, { method: 'POST', body: new URLSearchParams(new FormData(form)) });
      const options = await asked.json();
      if (!asked.ok) throw new Error(options.told);
      const credential = await navigator.credentials[options.publicKey.user ? 'create' : 'get'](read(options));
      form.elements.credential.value = write(credential);
      // The password was for the challenge.
      if (form.elements.password) form.elements.password.disabled = true;
      form.submit();
    } catch (error) {
      // What the server said, or that it did not work: a browser's own words are for programmers.
      trouble.textContent = error instanceof DOMException || error instanceof TypeError ? words : error.message || words;
      trouble.hidden = false;
    }
  });
}
