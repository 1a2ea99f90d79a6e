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
    const answer = await fetch(address).then((reply) => reply.ok && reply.text(), () => "");
    if (!answer || field.value.trim() !== typed) return;
    shown.textContent = answer;
    shown.classList.toggle("unread", !answer.startsWith("→"));
  }, 250);
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

// Enter in a list of what can be chosen chooses; by itself the browser would send the form without.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !event.target.matches(".selector select")) return;
  event.preventDefault();
  const way = event.target.closest(".selector-available") ? "add" : "remove";
  event.target.closest(".selector").querySelector(`.selector-${way}`).click();
});
