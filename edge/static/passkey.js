// Passkeys: a form that says what for, and is sent with what the browser has to say. Without this it is not to be seen.
(() => {
  const { isSecureContext, PublicKeyCredential: keys } = window;
  const able = isSecureContext && keys?.parseCreationOptionsFromJSON && keys?.parseRequestOptionsFromJSON;
  let offer; // of passkeys beside the e-mail address, while one types

  const asked = async (purpose) => {
    const answer = await fetch("/passkeys/options", {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ purpose }),
    });
    if (answer.status === 403) location = "/step-up?next=" + encodeURIComponent(location.pathname);
    if (!answer.ok) throw new Error("unheard");
    return answer.json();
  };

  const run = async (form, how) => {
    const { passkey: purpose } = form.dataset;
    const { challenge, options } = await asked(purpose);
    const credential = purpose === "register"
      ? await navigator.credentials.create({ publicKey: keys.parseCreationOptionsFromJSON(options), ...how })
      : await navigator.credentials.get({ publicKey: keys.parseRequestOptionsFromJSON(options), ...how });
    form.elements.challenge.value = challenge;
    form.elements.credential.value = JSON.stringify(credential);
    form.submit();
  };

  // A challenge is good for five minutes, so the offer is made anew before.
  const beside = async (form) => {
    if (!await keys.isConditionalMediationAvailable?.()) return;
    offer?.abort();
    offer = new AbortController();
    run(form, { mediation: "conditional", signal: offer.signal }).catch(() => {});
    setTimeout((now) => offer === now && beside(form), 240000, offer);
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const here = form.dataset.origin === location.origin;
    const parts = form.parentElement;
    form.hidden = !here || !able;
    parts.querySelector("[data-passkey-elsewhere]").hidden = here;
    parts.querySelector("[data-passkey-unable]").hidden = !here || !!able;
    if (form.hidden) continue;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      offer?.abort();
      offer = undefined;
      const said = form.querySelector("[role=status]");
      said.textContent = "";
      try {
        await run(form);
      } catch (error) {
        said.textContent = error.name === "InvalidStateError" ? form.dataset.known : form.dataset.unheard;
      }
    });
    if (form.dataset.passkey === "sign_in") beside(form);
  }
})();
