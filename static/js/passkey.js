// Passkeys: asks the device, and sends its answer as an ordinary form. Without scripts the other ways remain.

const form = (target) => target.closest("form[data-passkey]");

if (window.PublicKeyCredential && navigator.credentials) {
  for (const found of document.querySelectorAll("[data-needs-passkeys]")) found.hidden = false;
  document.addEventListener("submit", (event) => {
    if (!form(event.target)) return;
    event.preventDefault();
    ask(form(event.target));
  });
} else {
  for (const found of document.querySelectorAll("[data-without-passkeys]")) found.hidden = false;
}

async function ask(sent) {
  const button = sent.querySelector("button[type=submit]");
  button.setAttribute("aria-disabled", "true");
  say(sent, "");
  try {
    const question = await fetch(sent.dataset.challenge, { method: "POST", headers: { accept: "application/json" } });
    if (question.status === 403) return location.assign(`/confirm?next=${location.pathname}`);
    if (question.redirected) return location.assign(question.url); // signed out meanwhile
    if (!question.ok) throw new Error((await question.json()).message);
    sent.elements.answer.value = JSON.stringify(await answer(sent.dataset.passkey, await question.json()));
    sent.submit();
  } catch (fault) {
    say(sent, inWords(fault));
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

async function answer(what, question) {
  const publicKey = { ...question, challenge: bytes(question.challenge) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (question[list]) publicKey[list] = question[list].map((one) => ({ ...one, id: bytes(one.id) }));
  }
  if (what === "create") {
    publicKey.user = { ...question.user, id: bytes(question.user.id) };
    return plain(await navigator.credentials.create({ publicKey }));
  }
  return plain(await navigator.credentials.get({ publicKey }));
}

/** What the server reads: every field of the answer as text. */
function plain(credential) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {
    id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: {},
  };
}

function inWords(fault) {
  if (fault.name === "InvalidStateError") return "This device has a passkey for you already.";
  if (fault.name === "SecurityError") return "Passkeys do not work at this address. Use another way.";
  if (fault.name === "NotAllowedError" || fault.name === "AbortError") {
    return "The device gave no passkey. Try again, or use another way.";
  }
  return fault.message || "This did not work. Try again, or use another way.";
}

function say(sent, words) {
  const line = sent.querySelector("[data-passkey-says]");
  line.textContent = words;
  line.hidden = !words;
}

function bytes(words) {
  const letters = atob(words.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const letters = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
