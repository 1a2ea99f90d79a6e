// A filtered list changes in place when its form is sent, a chip removed or a page turned: htmx
// asks for the same address and swaps what differs. Without it the same happens by new pages.
(() => {
  "use strict";
  let open = [];
  let turned = false;

  document.addEventListener("htmx:beforeRequest", ({ detail }) => {
    turned = detail.elt.matches("#chips a, .pages a");
    open = [...document.querySelectorAll("#filters details[open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSettle", () => {
    for (const id of open) document.getElementById(id)?.setAttribute("open", "");
    open = [];
    // What was pressed is gone: the heading that says the new number comes next.
    if (turned) document.getElementById("results").focus();
    turned = false;
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
