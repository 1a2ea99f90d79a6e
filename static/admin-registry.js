// What the stock pages of the staff lack for whoever works by keyboard.
"use strict";

// A date can be written in many ways: how it is read stands beneath it, before it is saved.
const reading = (field) => {
  const id = `${field.id}_reading`;
  const shown = document.getElementById(id);
  if (shown) return shown;
  const added = Object.assign(document.createElement("output"), { id, className: "reading" });
  added.htmlFor = field.id;
  field.after(added);
  const about = [field.getAttribute("aria-describedby"), id].filter(Boolean).join(" ");
  field.setAttribute("aria-describedby", about);
  return added;
};
let asking = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset.reading) return;
  clearTimeout(asking);
  asking = setTimeout(async () => {
    const shown = reading(field);
    const typed = field.value.trim();
    if (!typed) return shown.replaceChildren();
    const address = `${field.dataset.reading}?${new URLSearchParams({ written: typed })}`;
    const read = (reply) => reply.ok && !reply.redirected && reply.text(); // not the login page
    const answer = await fetch(address).then(read, () => "");
    if (!answer || field.value.trim() !== typed) return;
    shown.textContent = answer;
    shown.classList.toggle("unread", !answer.startsWith("→"));
  }, 250);
});

// Records with names like the one that is being typed stand beneath it: it may be there already.
const alike = (field) => {
  const id = `${field.id}_alike`;
  const shown = document.getElementById(id);
  if (shown) return shown;
  const added = Object.assign(document.createElement("div"), { id, className: "alike", role: "status" });
  field.after(added);
  return added;
};
const link = ({ name, state, address }) => {
  const row = document.createElement("li");
  const made = Object.assign(document.createElement("a"), { href: address, textContent: name });
  made.target = "_blank"; // what is typed here stays
  row.append(made, state && ` (${state})`);
  return row;
};
let looking = 0;
document.addEventListener("input", (event) => {
  const field = event.target;
  if (!field.dataset.alike) return;
  clearTimeout(looking);
  looking = setTimeout(async () => {
    const typed = field.value.trim();
    const address = `${field.dataset.alike}&${new URLSearchParams({ name: typed })}`;
    const read = (reply) => reply.ok && !reply.redirected && reply.json(); // not the login page
    const answer = typed.length > 2 && (await fetch(address).then(read, () => null));
    if (field.value.trim() !== typed) return;
    if (!answer?.found?.length) return document.getElementById(`${field.id}_alike`)?.replaceChildren();
    const list = document.createElement("ul");
    list.append(...answer.found.map(link));
    alike(field).replaceChildren(answer.asked, list);
  }, 400);
});

// A row that was added is there to be filled in: the cursor goes into its first field. Later than
// the page's own listeners, which make searchable fields of some.
document.addEventListener("formset:added", (event) => {
  setTimeout(() => {
    const row = event.target;
    const first = row.querySelector("input:not([type=hidden]), select, textarea");
    if (!first) return;
    const shown = first.matches(".select2-hidden-accessible")
      ? first.parentElement.querySelector(".select2-selection")
      : first;
    shown.focus();
  });
});

// What is wrong stands above the form, and whoever sent it begins there: after Django's own script,
// which goes to the first field of a new form.
addEventListener("load", () => {
  const faults = document.querySelector(".faults");
  if (!faults) return;
  faults.scrollIntoView();
  (faults.querySelector("a") ?? faults).focus();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest(".faults a");
  const field = link && document.getElementById(link.hash.slice(1));
  if (!field) return;
  event.preventDefault();
  const shown = field.matches(".select2-hidden-accessible")
    ? field.parentElement.querySelector(".select2-selection")
    : field.matches("input, select, textarea")
      ? field
      : (field.querySelector("input:not([type=hidden]), select, textarea") ?? field);
  shown.closest("details")?.setAttribute("open", "");
  shown.focus();
  shown.scrollIntoView({ block: "center" });
});

// Of a text that is there in one language the others are marked as missing, and can begin as a copy.
let words, copies;
const others = (field) =>
  Object.keys(copies)
    .filter((code) => code !== field.lang)
    .map((code) => document.getElementById(field.id.replace(/_..$/, `_${code}`)))
    .filter((other) => other?.value.trim());
const markMissing = (field) => {
  const filled = field.value.trim() ? [] : others(field);
  const from = filled.map((other) => other.lang).join(" ");
  const before = field.parentElement.querySelector(":scope > .missing");
  if ((before?.dataset.from ?? "") === from) return;
  before?.remove();
  if (!filled.length) return;
  const mark = Object.assign(document.createElement("p"), { className: "missing" });
  mark.dataset.from = from;
  mark.append(words.missing);
  for (const other of filled) {
    const label = copies[other.lang];
    const copy = Object.assign(document.createElement("button"), { type: "button", textContent: label });
    copy.addEventListener("click", () => {
      field.value = other.value;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      field.focus();
    });
    mark.append(copy);
  }
  field.after(mark);
};
const texts = (root) => root.querySelectorAll("[data-text]:not([name*=__prefix__])");
addEventListener("DOMContentLoaded", () => {
  words = document.querySelector("#form-words")?.dataset;
  if (!words) return;
  copies = { en: words.copyEn, be: words.copyBe, ru: words.copyRu };
  texts(document).forEach(markMissing);
  // While somebody types: on leaving the field it would move the button that is being pressed.
  document.addEventListener("input", (event) => {
    const { text } = event.target.dataset;
    if (text) texts(event.target.closest(".form-row")).forEach(markMissing);
  });
});

// A searchable field is called what its label says, and what its help text says is of it.
const nameSearchable = () => {
  for (const select of document.querySelectorAll("select.select2-hidden-accessible")) {
    const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
    const selection = select.parentElement.querySelector(".select2-selection");
    if (!label || !selection || label.id) continue;
    label.id = `${select.id}_label`;
    selection.setAttribute("aria-labelledby", `${label.id} select2-${select.id}-container`);
    selection.querySelector("[role=textbox]")?.setAttribute("aria-labelledby", label.id);
    const about = select.getAttribute("aria-describedby");
    if (about) selection.setAttribute("aria-describedby", about);
  }
};
addEventListener("load", () => setTimeout(nameSearchable));
// Django's own hint beside a list of what can be chosen has a name, and no role that can have one.
addEventListener("load", () => {
  setTimeout(() => {
    const hints = document.querySelectorAll(".help-tooltip[aria-label]");
    for (const hint of hints) hint.setAttribute("role", "img");
  });
});
document.addEventListener("formset:added", () => setTimeout(nameSearchable));
