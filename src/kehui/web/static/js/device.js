/* Binds a signed-in session to this browser: a key that no script can read out signs what counts.
   Without it, or without IndexedDB, the site asks for the password before such an act.
   What is signed is written in kehui/people/services/devices.py. */
"use strict";

(() => {
  const SHELF = "kehui";
  const CURVE = { name: "ECDSA", namedCurve: "P-256" };
  const PARTS = ["device_time", "device_nonce", "device_signature"];
  const { device, bind } = document.body.dataset;
  if (!device || !window.isSecureContext || !window.crypto?.subtle || !window.indexedDB) {
    return;
  }

  const text = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const encode = (string) => new TextEncoder().encode(string);

  function shelf(mode, act) {
    return new Promise((resolve, reject) => {
      const opening = indexedDB.open(SHELF, 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("keys");
      opening.onerror = () => reject(opening.error);
      opening.onsuccess = () => {
        const transaction = opening.result.transaction("keys", mode);
        const request = act(transaction.objectStore("keys"));
        transaction.oncomplete = () => {
          opening.result.close();
          resolve(request.result);
        };
        transaction.onerror = transaction.onabort = () => reject(transaction.error);
      };
    });
  }

  async function bound() {
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const form = new FormData();
    form.set("csrfmiddlewaretoken", document.querySelector("[name=csrfmiddlewaretoken]").value);
    form.set("public_key", text(await crypto.subtle.exportKey("raw", pair.publicKey)));
    const answer = await fetch(bind, { method: "POST", body: form });
    const said = await answer.json();
    if (!answer.ok) {
      return found(said.device); // another tab was faster
    }
    const drift = said.seconds - Math.floor(Date.now() / 1000); // clocks of devices are often wrong
    const kept = { device: said.device, key: pair.privateKey, drift };
    await shelf("readwrite", (keys) => keys.put(kept, "session"));
    return kept;
  }

  async function found(device) {
    const kept = await shelf("readonly", (keys) => keys.get("session"));
    return kept && kept.device === device ? kept : null; // of another session: it would not fit
  }

  const ready = (device === "new" ? bound() : found(device)).catch(() => null);

  const lines = (value) => value.replace(/\r\n?/g, "\n");

  async function sign(kept, form, submitter) {
    const typed = new FormData(form);
    if (submitter?.name) {
      typed.append(submitter.name, submitter.value);
    }
    const fields = Array.from(typed).filter(([name]) => name !== "csrfmiddlewaretoken");
    if (fields.some(([, value]) => typeof value !== "string")) {
      return null;
    }
    const rows = fields.map(([name, value]) => [name, lines(value)]);
    rows.sort(([one], [other]) => (one < other ? -1 : Number(one > other)));
    const url = new URL(form.getAttribute("action") || "", location.href);
    const digest = await crypto.subtle.digest("SHA-256", encode(JSON.stringify(rows)));
    const hex = Array.from(new Uint8Array(digest), (each) => each.toString(16).padStart(2, "0"));
    const seconds = String(Math.floor(Date.now() / 1000) + kept.drift);
    const nonce = crypto.randomUUID();
    const path = url.pathname + url.search;
    const words = ["kehui-act-1", "POST", path, hex.join(""), seconds, nonce].join("\n");
    const algorithm = { name: "ECDSA", hash: "SHA-256" };
    return [seconds, nonce, text(await crypto.subtle.sign(algorithm, kept.key, encode(words)))];
  }

  function write(form, values) {
    PARTS.forEach((name, place) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = values[place];
      form.append(input);
    });
  }

  const PART = PARTS.map((name) => `input[name=${name}]`).join();
  const erase = (form) => form.querySelectorAll(PART).forEach((each) => each.remove());
  const signed = new WeakSet();

  /* First of all listeners: the form is held, signed, and sent again as if nothing had been. */
  window.addEventListener(
    "submit",
    async (event) => {
      const { target: form, submitter } = event;
      if (form.getAttribute("method")?.toLowerCase() !== "post" || signed.delete(form)) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      erase(form); // of a submission before
      try {
        const kept = await ready;
        const values = kept && (await sign(kept, form, submitter));
        if (values) {
          write(form, values);
        }
      } catch (error) {
        // unsigned: the site asks who it is
      }
      await new Promise((resolve) => setTimeout(resolve)); // a form within its own event sends nothing
      signed.add(form);
      form.requestSubmit(submitter);
      signed.delete(form); // when the form was not valid, no event came
    },
    true,
  );
})();
