// Passkeys: asks the browser for one and sends its answer with the form. Only the pages of the sign-in load this file;
// without script, or without passkeys in the browser, a one-time code does instead.
(() => {
  "use strict";
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const words = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  // The server's description: its binary parts are base64url.
  const read = ({ publicKey: given }) => {
    const keys = (list) => (list ?? []).map((each) => ({ ...each, id: bytes(each.id) }));
    const options = { ...given, challenge: bytes(given.challenge) };
    if (given.user) options.user = { ...given.user, id: bytes(given.user.id) };
    if (given.excludeCredentials) options.excludeCredentials = keys(given.excludeCredentials);
    if (given.allowCredentials) options.allowCredentials = keys(given.allowCredentials);
    return { publicKey: options };
  };

  const NAMES = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const written = (credential) => ({
    id: credential.id,
    rawId: words(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: Object.fromEntries(
      NAMES.filter((name) => credential.response[name]).map((name) => [name, words(credential.response[name])])
    ),
  });

  const described = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error("no challenge");
    return (await answer.json()).request_options;
  };

  const ask = async (form) => {
    const options = read(await described(form));
    const credential = form.dataset.passkey === "create"
      ? await navigator.credentials.create(options)
      : await navigator.credentials.get(options);
    form.elements.credential.value = JSON.stringify(written(credential));
    form.submit();
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    if (!window.PublicKeyCredential) continue;
    form.hidden = false;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const said = form.querySelector("[data-passkey-failed]");
      said.hidden = true;
      ask(form).catch(() => { said.hidden = false; });
    });
  }
})();
