/* Help with filling in: counters, choices in two steps, lists of chosen files, drafts that save
   themselves. Without it the same forms work, one list longer and one button press more. */
"use strict";

(() => {
  const all = (selector, root = document) => Array.from(root.querySelectorAll(selector));

  /* Counters: characters as people count them, not UTF-16 units. */
  function countCharacters(counter) {
    const input = document.getElementById(counter.dataset.counter);
    const most = Number(counter.dataset.most);
    if (!input) {
      return;
    }
    const show = () => {
      const used = Array.from(input.value).length;
      counter.textContent = `${used} / ${most}`;
      counter.classList.toggle("is-over", used > most);
    };
    input.addEventListener("input", show);
    show();
  }

  function select(label, className) {
    const made = document.createElement("select");
    made.className = className;
    made.setAttribute("aria-label", label);
    return made;
  }

  function fill(target, options, chosen) {
    target.replaceChildren(
      ...options.map(([value, text]) => new Option(text, value, false, value === chosen)),
    );
  }

  /* One list with groups becomes two lists and a search; the first list stays the form's field. */
  function pickInTwoSteps(picker) {
    const field = picker.querySelector("select");
    const groups = field ? all("optgroup", field) : [];
    if (!field || groups.length < 2) {
      return;
    }
    const first = select(picker.dataset.first, "picker-first");
    const second = select(picker.dataset.second, "picker-second");
    const loose = Array.from(field.children).filter((each) => each.tagName === "OPTION");
    const rows = (index) => all("option", groups[index]).map((each) => [each.value, each.text]);
    const ofValue = () => groups.findIndex((group) => group.contains(field.selectedOptions[0]));

    const show = () => {
      const at = ofValue();
      fill(
        first,
        [
          ...loose.map((each) => [`=${each.value}`, each.text]),
          ...groups.map((group, index) => [String(index), group.label]),
        ],
        at < 0 ? `=${field.value}` : String(at),
      );
      second.hidden = at < 0;
      if (at >= 0) {
        fill(second, rows(at), field.value);
      }
    };
    const choose = (value) => {
      field.value = value;
      show();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };

    first.addEventListener("change", () => {
      choose(first.value.startsWith("=") ? first.value.slice(1) : rows(Number(first.value))[0][0]);
    });
    second.addEventListener("change", () => choose(second.value));
    picker.append(searchBox(picker, groups, choose), first, second);
    first.id = `${field.id}-first`;
    all("label").forEach((label) => {
      if (label.htmlFor === field.id) {
        label.htmlFor = first.id;
      }
    });
    const described = field.getAttribute("aria-describedby");
    if (described) {
      first.setAttribute("aria-describedby", described);
    }
    field.hidden = true;
    show();
  }

  function searchBox(picker, groups, choose) {
    const input = document.createElement("input");
    const list = document.createElement("datalist");
    const found = new Map();
    groups.forEach((group) => {
      all("option", group).forEach((option) => {
        const text = option.text === group.label ? option.text : `${group.label} ${option.text}`;
        found.set(text, option.value);
        list.append(new Option(text, text));
      });
    });
    list.id = `${picker.querySelector("select").id}-all`;
    input.type = "search";
    input.className = "picker-search";
    input.setAttribute("list", list.id);
    input.setAttribute("aria-label", picker.dataset.search);
    input.placeholder = picker.dataset.search;
    const match = () => {
      const typed = input.value.trim();
      if (found.has(typed)) {
        choose(found.get(typed));
      }
    };
    input.addEventListener("input", match);
    input.addEventListener("change", () => {
      const near = Array.from(found.keys()).filter((text) => text.includes(input.value.trim()));
      if (input.value.trim() && near.length === 1) {
        choose(found.get(near[0]));
      }
    });
    picker.append(list);
    return input;
  }

  function listFiles(box) {
    const input = box.querySelector("input[type=file]");
    const list = box.querySelector("ul");
    input?.addEventListener("change", () => {
      list.replaceChildren(
        ...Array.from(input.files).map((file) => {
          const row = document.createElement("li");
          row.textContent = `${file.name} · ${Math.max(1, Math.round(file.size / 1024))} kB`;
          return row;
        }),
      );
    });
  }

  /* Drafts: some seconds after the last change the form is posted; the server answers 2xx. */
  const QUIET = 3000;

  function saveByItself(form) {
    const status = form.querySelector("[data-autosave-status]");
    let timer = 0;
    let busy = false;
    let again = false;
    const tell = (name) => {
      if (status) {
        status.textContent = status.dataset[name];
        status.dataset.state = name;
      }
    };
    const save = async () => {
      if (busy) {
        again = true;
        return;
      }
      busy = true;
      tell("saving");
      const typed = new FormData(form);
      all("input[type=file]", form).forEach((each) => typed.delete(each.name)); // once, by its button
      try {
        const answer = await fetch(form.dataset.autosave, {
          method: "POST",
          body: typed,
          headers: { "X-Requested-With": "fetch", "X-Autosave": "1" },
          redirect: "manual",
        });
        const left = answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403;
        tell(answer.ok ? "saved" : left ? "signedOut" : "failed");
      } catch (error) {
        tell("failed");
      }
      busy = false;
      if (again) {
        again = false;
        save();
      }
    };
    const later = () => {
      clearTimeout(timer);
      timer = setTimeout(save, QUIET);
    };
    form.addEventListener("input", later);
    form.addEventListener("change", later);
    form.addEventListener("submit", () => clearTimeout(timer));
  }

  function begin(root) {
    const once = (selector, start) =>
      all(selector, root).forEach((each) => {
        if (!each.dataset.begun) {
          each.dataset.begun = "yes";
          start(each);
        }
      });
    once("[data-counter]", countCharacters);
    once("[data-picker]", pickInTwoSteps);
    once("[data-upload]", listFiles);
    once("form[data-autosave]", saveByItself);
  }

  document.addEventListener("htmx:load", (event) => begin(event.target));
  begin(document);
})();
