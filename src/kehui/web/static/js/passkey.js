/* Connects the form of a passkey with allauth's functions, and says on the page when none was used. */
"use strict";

(() => {
  const form = document.querySelector("form[data-passkey]");
  if (!form) {
    return;
  }
  const go = "passkey-go";
  window.allauth.webauthn.forms[form.dataset.passkey]({
    ids: {
      add: go,
      authenticate: go,
      login: go,
      credential: "id_credential",
      data: "passkey-data",
      passwordless: "id_passwordless",
    },
  });
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    form.querySelector("[data-passkey-failed]").hidden = false;
  });
})();
