// What the stock pages of the staff lack for whoever works by keyboard.
"use strict";

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
