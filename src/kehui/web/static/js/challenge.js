/* Does the work of a challenge in the background, while its form is filled in, and holds the form
   until it is done. Without it, or on plain HTTP, the person waits as the page says. */
"use strict";

(() => {
  const MOST_WORKERS = 4;
  const box = document.querySelector("[data-challenge]");
  if (!box || !window.Worker || !window.crypto?.subtle) {
    return;
  }
  const form = box.closest("form");
  const field = box.querySelector("[name=challenge]");
  const challenge = JSON.parse(box.dataset.challenge);
  let isOver = false;

  function say(word) {
    box.querySelectorAll("[data-says]").forEach((each) => {
      each.hidden = each.dataset.says !== word;
    });
  }

  /* Each counts every so-many-th number; the first to find it ends the others. */
  function solution() {
    const many = Math.max(1, Math.min(MOST_WORKERS, navigator.hardwareConcurrency || 1));
    const workers = Array.from({ length: many }, () => new Worker(box.dataset.worker));
    const found = workers.map(
      (worker, start) =>
        new Promise((resolve, reject) => {
          worker.onerror = reject;
          worker.onmessage = ({ data }) => (data?.derivedKey ? resolve(data) : reject());
          worker.postMessage({ challenge, counterStart: start, counterStep: many, type: "work" });
        }),
    );
    return Promise.any(found).finally(() => workers.forEach((each) => each.terminate()));
  }

  async function work() {
    say("working");
    try {
      const { counter, derivedKey } = await solution();
      field.value = btoa(JSON.stringify({ challenge, solution: { counter, derivedKey } }));
      say("done");
    } catch (error) {
      say("wait");
    }
    isOver = true;
  }

  const ready = work();

  window.addEventListener(
    "submit",
    async (event) => {
      if (event.target !== form || isOver) {
        return;
      }
      event.preventDefault();
      event.stopImmediatePropagation();
      const { submitter } = event;
      await ready;
      form.requestSubmit(submitter);
    },
    true,
  );
})();
