/* What every page shares. Nothing here is needed to use a page: links, forms and <details> work
   without it. Plain ES2019 with optional chaining; no inline code, so a strict policy holds. */
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* Say something in the page's one live region. */
  function say(words, level = "info") {
    const region = document.getElementById("toasts");
    if (!region || !words) {
      return;
    }
    const toast = document.createElement("div");
    toast.className = `toast toast-${level}`;
    const line = document.createElement("p");
    line.textContent = words;
    toast.append(line);
    region.append(toast);
    if (level !== "error") {
      setTimeout(() => toast.remove(), 8000);
    }
  }

  /* Pinyin: a half-typed syllable must neither search nor send the form.

     Events are not dropped while composing, for Android composes every Latin word. Composing
     keystrokes wait long; the end of the composition fires at once. */
  const SETTLED = 250;
  const COMPOSING = 2000;

  function stopEnterOfInputMethod(event) {
    if (event.key === "Enter" && (event.isComposing || event.keyCode === 229)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  function liveSearch(form) {
    let timer = 0;
    let last = null;
    const value = () => new URLSearchParams(new FormData(form)).toString();
    last = value();
    const fire = () => {
      clearTimeout(timer);
      const now = value();
      if (now !== last) {
        last = now;
        form.dispatchEvent(new CustomEvent("kehui:search", { bubbles: false }));
      }
    };
    const wait = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(fire, delay);
    };
    form.addEventListener("input", (event) => wait(event.isComposing ? COMPOSING : SETTLED));
    form.addEventListener("compositionend", () => wait(0));
    form.addEventListener("change", () => wait(0));
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      last = value();
    });
  }

  /* A sheet: its body moves into a modal <dialog> and back again. */
  function openSheet(sheet) {
    const body = sheet.querySelector(".sheet-body");
    const opener = sheet.querySelector("summary");
    const dialog = document.createElement("dialog");
    const head = document.createElement("div");
    const title = document.createElement("h2");
    const close = document.createElement("button");
    title.textContent = body.dataset.title;
    title.id = `sheet-${Date.now()}`;
    dialog.setAttribute("aria-labelledby", title.id);
    close.type = "button";
    close.className = "btn btn-ghost";
    close.textContent = body.dataset.close;
    head.className = "sheet-h";
    head.append(title, close);
    dialog.append(head, body);
    document.body.append(dialog);
    close.addEventListener("click", () => dialog.close());
    dialog.addEventListener("click", (event) => {
      if (event.target === dialog) {
        dialog.close();
      }
    });
    dialog.addEventListener("close", () => {
      sheet.append(body);
      dialog.remove();
      opener.focus();
    });
    dialog.showModal();
  }

  function onClick(event) {
    const summary = event.target.closest("[data-sheet] > summary");
    if (summary && typeof HTMLDialogElement === "function") {
      event.preventDefault();
      openSheet(summary.parentElement);
      return;
    }
    const copy = event.target.closest("[data-copy]");
    if (copy && navigator.clipboard) {
      event.preventDefault();
      navigator.clipboard.writeText(copy.href).then(
        () => say(copy.dataset.copied, "success"),
        () => window.location.assign(copy.href),
      );
      return;
    }
    const back = event.target.closest(".back");
    if (back && document.referrer.startsWith(`${window.location.origin}/`)) {
      event.preventDefault();
      window.history.back();
      return;
    }
    all("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) {
        menu.open = false;
      }
    });
  }

  function onKey(event) {
    if (event.key === "Escape") {
      all("details.menu[open]").forEach((menu) => {
        menu.open = false;
        menu.querySelector("summary").focus();
      });
    }
  }

  /* A form is sent once, however often the button is pressed. */
  function onSubmit(event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 4000);
  }

  function begin(root) {
    all("form[data-live]", root).forEach((form) => {
      if (!form.dataset.listening) {
        form.dataset.listening = "yes";
        liveSearch(form);
      }
    });
    root.querySelector?.("[data-focus]")?.focus();
  }

  document.addEventListener("keydown", stopEnterOfInputMethod, true);
  document.addEventListener("keydown", onKey);
  document.addEventListener("click", onClick);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("htmx:load", (event) => begin(event.target));
  document.addEventListener("htmx:beforeRequest", (event) => {
    event.detail.target?.setAttribute("aria-busy", "true");
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    event.detail.target?.removeAttribute("aria-busy");
  });
  ["htmx:sendError", "htmx:responseError"].forEach((name) => {
    document.addEventListener(name, () => {
      say(document.getElementById("toasts")?.dataset.failed, "error");
    });
  });
  if (window.isSecureContext && "serviceWorker" in navigator) {
    addEventListener("load", () => navigator.serviceWorker.register("/worker.js").catch(() => {}));
  }
  window.kehui = { say };
  begin(document);
})();
