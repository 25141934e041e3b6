/* A passkey that was not used says so on the page; allauth tells only the console. */
"use strict";

document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  document.querySelectorAll("[data-passkey-failed]").forEach((each) => {
    each.hidden = false;
  });
});
