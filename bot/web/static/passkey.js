// The one script of the dashboard: it hands a challenge to the browser's own passkey dialogue, and
// the answer to a plain form. Without it, or where passkeys are not known, the form says so.
"use strict";

const bytes = (text) => Uint8Array.from(
  atob(text.replaceAll("-", "+").replaceAll("_", "/")), (each) => each.charCodeAt(0));

const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const listed = (credentials) => (credentials ?? []).map((each) => ({...each, id: bytes(each.id)}));

const SAID = {
  NotAllowedError: "No passkey was used. Try again when you are ready.",
  InvalidStateError: "This device has a passkey for you already. Use it, or take another device.",
  SecurityError: "Passkeys work under the address that Stand Easy was set up with, and over https.",
};

async function answer(form) {
  const sent = await fetch(form.dataset.challenge, {method: "POST", body: new URLSearchParams()});
  const asked = await sent.json();
  if (asked.problem) throw new Error(asked.problem);
  asked.challenge = bytes(asked.challenge);
  let credential;
  if (form.dataset.passkey === "create") {
    asked.user.id = bytes(asked.user.id);
    asked.excludeCredentials = listed(asked.excludeCredentials);
    credential = await navigator.credentials.create({publicKey: asked});
  } else {
    asked.allowCredentials = listed(asked.allowCredentials);
    credential = await navigator.credentials.get({publicKey: asked});
  }
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (credential.response[name]) response[name] = text(credential.response[name]);
  }
  return {id: credential.id, rawId: text(credential.rawId), type: credential.type, response};
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const problem = form.querySelector("[data-passkey-problem]");
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    problem.hidden = true;
    try {
      if (!window.PublicKeyCredential) throw new Error("This browser knows no passkeys: use a newer one.");
      form.elements.credential.value = JSON.stringify(await answer(form));
      form.submit();
    } catch (error) {
      problem.textContent = SAID[error.name] ?? (error.message || "That did not work. Try again.");
      problem.hidden = false;
    }
  });
}
