// Completes what is typed into the fields marked with data-suggest: a combobox with a list, as
// the ARIA practices describe it. Without it, or when the server does not answer, the field is a
// plain one. Nothing is stored, and nothing is asked of another host.
(() => {
  "use strict";
  const PAUSE = 150;
  let made = 0;

  function combobox(input) {
    const list = document.createElement("ul");
    list.id = `suggested-${++made}`;
    list.className = "suggestions bare";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", input.labels[0] ? input.labels[0].textContent : "");
    list.hidden = true;
    const box = document.createElement("div");
    box.className = "with-suggestions";
    input.replaceWith(box);
    box.append(input, list);
    for (const [name, value] of [
      ["role", "combobox"],
      ["aria-autocomplete", "list"],
      ["aria-expanded", "false"],
      ["aria-controls", list.id],
      ["autocomplete", "off"],
    ]) input.setAttribute(name, value);

    let chosen = -1;
    let asked = null;
    let timer = 0;

    function close() {
      clearTimeout(timer);
      if (asked) asked.abort();
      asked = null;
      chosen = -1;
      list.hidden = true;
      list.replaceChildren();
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function point(at) {
      const options = [...list.children];
      if (options[chosen]) options[chosen].setAttribute("aria-selected", "false");
      chosen = (at + options.length + 1) % (options.length + 1);
      if (chosen === options.length) chosen = -1;
      if (chosen < 0) {
        input.removeAttribute("aria-activedescendant");
        return;
      }
      options[chosen].setAttribute("aria-selected", "true");
      options[chosen].scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", options[chosen].id);
    }

    function take(option) {
      const { url, value } = option.dataset;
      if (url) {
        window.location.assign(url);
        return;
      }
      input.value = value;
      close();
    }

    function show(results) {
      const names = results.map((result) => result.name);
      list.replaceChildren(
        ...results.map((result, n) => {
          const option = document.createElement("li");
          option.id = `${list.id}-${n}`;
          option.setAttribute("role", "option");
          option.setAttribute("aria-selected", "false");
          option.textContent = result.name;
          const other = result.matched && result.matched.text;
          if (other && other !== result.name) {
            const also = document.createElement("span");
            also.textContent = ` ${other}`;
            option.append(also);
          }
          // Several may be called the same: then only the address tells them apart.
          const alone = names.indexOf(result.name) === names.lastIndexOf(result.name);
          option.dataset.value = alone ? result.name : result.slug;
          if (input.dataset.into !== "name" && result.type !== "term") {
            option.dataset.url = new URL(result.url).pathname;
          }
          return option;
        }),
      );
      chosen = -1;
      list.hidden = !results.length;
      input.setAttribute("aria-expanded", String(!list.hidden));
      if (!list.hidden) list.scrollIntoView({ block: "nearest" }); // it may open below the window
    }

    async function ask() {
      const query = new URLSearchParams({
        suggest: "true",
        page_size: "8",
        lang: document.documentElement.lang,
        q: input.value,
      });
      if (input.dataset.type) query.set("type", input.dataset.type);
      if (asked) asked.abort();
      const control = (asked = new AbortController());
      try {
        const reply = await fetch(`${input.dataset.suggest}?${query}`, { signal: control.signal });
        const found = reply.ok ? (await reply.json()).results : [];
        if (control === asked && document.activeElement === input) show(found);
      } catch {
        if (control === asked) close();
      }
    }

    input.addEventListener("input", () => {
      clearTimeout(timer);
      if (input.value.trim().length < 2) close();
      else timer = setTimeout(ask, PAUSE);
    });
    input.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") point(chosen + 1);
      else if (event.key === "ArrowUp") point(chosen < 0 ? list.children.length - 1 : chosen - 1);
      else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    // Before the field loses focus, which closes the list.
    list.addEventListener("pointerdown", (event) => {
      const option = event.target.closest("[role=option]");
      event.preventDefault();
      if (option) take(option);
    });
    input.addEventListener("blur", close);
  }

  const start = (root) => {
    for (const input of root.querySelectorAll("input[data-suggest]:not([role])")) combobox(input);
  };
  start(document);
  // Parts of a page that came later.
  document.addEventListener("htmx:load", (event) => start(event.detail.elt));
})();
