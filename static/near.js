// What is near the reader: the browser is asked for its position on a click and at no other time. It
// is rounded to a hundredth of a degree, about a kilometre, and stands in one address; nothing is
// stored. Where the browser cannot tell, the button is not shown.
(() => {
  "use strict";
  for (const box of document.querySelectorAll("[data-near]")) {
    if (!navigator.geolocation) continue;
    const [button, words] = [box.querySelector("button"), box.querySelector("[data-failed]")];
    const failed = () => {
      button.disabled = false;
      words.textContent = words.dataset.failed;
    };
    button.addEventListener("click", () => {
      button.disabled = true;
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          const point = [coords.latitude, coords.longitude].map((degrees) => degrees.toFixed(2));
          button.disabled = false;
          window.location.assign(`${box.dataset.near}?near=${point}`);
        },
        failed,
        { maximumAge: 600000, timeout: 20000 },
      );
    });
    box.hidden = false;
  }
})();
