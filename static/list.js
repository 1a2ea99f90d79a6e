// A filtered list changes in place when its form is sent, a chip removed or a page turned: htmx
// asks for the same address and swaps what differs. Without it the same happens by new pages.
(() => {
  "use strict";
  let open = [];
  let turned = false;
  let narrowed = false;
  let sent = false;
  let chosen = null; // the box from which the form was sent: it has no id by which htmx finds it

  // On a narrow screen the filters are a panel that covers what they lead to, and is closed.
  const panel = () =>
    [...document.querySelectorAll("details.filters[open]")].find(
      (each) => getComputedStyle(each.querySelector("summary")).display !== "none",
    );

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    turned = detail.elt.matches("#chips a, .page-numbers a");
    narrowed = detail.elt.matches("#narrowing a");
    sent = detail.elt.matches("#filters");
    const box = sent && document.activeElement.closest("#filters input:not([id])");
    chosen = box && [box.name, box.value];
    open = [...document.querySelectorAll("#filters details[open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    const shut = sent && panel();
    if (shut) shut.open = false;
    // What was pressed is gone: the heading that says the new number comes next, or what is left to
    // choose from where a choice was pressed.
    const results = document.getElementById("results");
    if (turned || shut) results.focus();
    else if (narrowed) (document.querySelector("#narrowing a") ?? results).focus();
    else if (chosen) {
      const [name, value] = chosen.map(CSS.escape);
      const box = document.querySelector(`#filters input[name="${name}"][value="${value}"]`);
      (box ?? results).focus();
    } else if (sent && results.getBoundingClientRect().top < 0) {
      // The button below the filters keeps the focus, and stands far below what it has changed. At
      // once, for whoever wants nothing to move.
      results.scrollIntoView();
    }
    chosen = null;
    turned = narrowed = sent = false;
  });
  // Where the filters are all off, another page than a list may stand at the address.
  document.addEventListener("htmx:beforeSwap", ({ detail }) => {
    if (detail.xhr.status !== 200 || detail.serverResponse.includes('id="found"')) return;
    detail.shouldSwap = false;
    window.location.assign(detail.pathInfo.finalRequestPath);
  });
  for (const failed of ["htmx:responseError", "htmx:sendError", "htmx:timeout", "htmx:swapError"]) {
    document.addEventListener(failed, ({ detail }) => {
      const { pathInfo } = detail;
      if (pathInfo) window.location.assign(pathInfo.finalRequestPath || pathInfo.requestPath);
    });
  }
})();
