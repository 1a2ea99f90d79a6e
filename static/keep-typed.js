// What is typed into a form of the staff stays in this tab until it is saved: no lost connection,
// expired session, Back or reload takes it away. It goes once it is saved and at signing out; a
// field with data-unkept is never kept.
"use strict";
(() => {
  const PREFIX = "typed ";
  const stored = (key) => {
    try {
      return JSON.parse(sessionStorage.getItem(key));
    } catch {
      return null;
    }
  };
  const keys = () => Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX));
  const forget = (isGone) => {
    for (const key of keys()) if (isGone(stored(key))) sessionStorage.removeItem(key);
  };

  // The reply to saving named the form that was saved.
  const saved = document.cookie.match(/(?:^|; )saved_form=([^;]+)/)?.[1];
  if (saved) {
    forget((kept) => kept?.form === saved);
    document.cookie = "saved_form=; path=/admin/; max-age=0";
  }

  addEventListener("load", () => {
    document.querySelector("#logout-form")?.addEventListener("submit", () => forget(() => true));
    const id = document.querySelector("input[name=_form]");
    // In its turn after the stock scripts, which make rows and searchable fields.
    if (id) django.jQuery(() => keep(id.form, id));
  });

  function keep(form, id) {
    const key = PREFIX + location.pathname;
    const notice = document.querySelector("#typed-before");
    const isKept = (field) =>
      field.name &&
      !("unkept" in field.dataset) &&
      !["password", "file", "submit", "button"].includes(field.type) &&
      !["csrfmiddlewaretoken", "_form"].includes(field.name) &&
      !field.name.includes("__prefix__");
    const valueOf = (field) => {
      if (field.type === "checkbox") return field.checked;
      return field.multiple ? [...field.selectedOptions].map((one) => one.value) : field.value;
    };
    const fields = () => [...form.elements].filter(isKept);
    const values = () => Object.fromEntries(fields().map((field) => [field.name, valueOf(field)]));
    // What a searchable field says of its choice, which no page but this one knows.
    const labels = () =>
      Object.fromEntries(
        fields()
          .filter((field) => field.matches(".admin-autocomplete"))
          .map((field) => [field.name, field.selectedOptions[0]?.text]),
      );
    // The answer to a form that was sent shows what was typed, and none of it is saved.
    const shown = "answered" in id.dataset ? "" : JSON.stringify(values());
    const isChanged = () => JSON.stringify(values()) !== shown;
    let sending = false;

    const write = () => {
      const whose = { form: id.value, user: id.dataset.user, sent: sending };
      const typed = { ...whose, values: values(), labels: labels() };
      try {
        if (isChanged()) sessionStorage.setItem(key, JSON.stringify(typed));
        else sessionStorage.removeItem(key);
      } catch {
        // Full, or switched off: the form works as it did.
      }
    };
    const put = (field, value, label) => {
      if (field.type === "checkbox") field.checked = value;
      else if (field.multiple) {
        for (const one of field.options) one.selected = value.includes(one.value);
      } else {
        if (field.matches("select") && ![...field.options].some((one) => one.value === value)) {
          field.append(new Option(label || value, value));
        }
        field.value = value;
      }
      if (field.matches("select")) django.jQuery(field).trigger("change");
    };
    const addRows = (prefix, count) => {
      const total = form.elements[`${prefix}-TOTAL_FORMS`];
      const more = document.querySelector(`#${prefix}-group .add-row a`);
      for (let left = count - total?.value; more && left > 0; left--) more.click();
    };
    const putBack = (kept) => {
      id.value = kept.form;
      const all = Object.entries(kept.values);
      for (const [name, value] of all) {
        if (name.endsWith("-TOTAL_FORMS")) addRows(name.replace("-TOTAL_FORMS", ""), Number(value));
      }
      for (const [name, value] of all) {
        const field = form.elements[name];
        if (field) {
          const before = String(valueOf(field));
          put(field, value, kept.labels[name]);
          // Nobody would look for it in a section that is folded.
          if (String(valueOf(field)) !== before) field.closest("details")?.setAttribute("open", "");
        }
        // A row that is no longer there: the registry says what became of it.
        else if (value) {
          const input = document.createElement("input");
          form.append(Object.assign(input, { type: "hidden", name, value }));
        }
      }
      write();
    };
    const say = (what) => {
      notice.hidden = !what;
      for (const part of notice.querySelectorAll(".sent, .left")) {
        part.hidden = !part.classList.contains(what);
      }
      // After rows that were added have had the cursor.
      if (what === "sent") setTimeout(() => notice.focus());
    };

    // Whoever signs in after somebody else in the same tab finds nothing of theirs, on any page.
    forget((kept) => kept?.user !== id.dataset.user);
    const kept = stored(key);
    if (kept && shown && JSON.stringify(kept.values) !== shown) {
      if (kept.sent) {
        putBack(kept);
        say("sent");
      } else say("left");
    }
    document.querySelector("#put-back").addEventListener("click", () => {
      putBack(kept);
      say("");
    });
    document.querySelector("#throw-away").addEventListener("click", () => {
      sessionStorage.removeItem(key);
      sending = true; // nothing of it is to be asked for
      location.reload();
    });

    for (const kind of ["input", "change"]) form.addEventListener(kind, write);
    for (const kind of ["formset:added", "formset:removed"]) document.addEventListener(kind, write);
    form.addEventListener("submit", (event) => {
      if (event.submitter?.formTarget) return write(); // a preview, which saves nothing
      if (sending) return event.preventDefault(); // a second click sends nothing
      sending = true;
      write();
    });
    // The same page in another language: what was typed is there again, and nobody is asked.
    document.querySelector("#languages")?.addEventListener("submit", () => {
      sending = true;
      write();
    });
    addEventListener("pageshow", () => (sending = false));
    addEventListener("beforeunload", (event) => {
      if (!sending && isChanged()) event.preventDefault();
    });
  }
})();
