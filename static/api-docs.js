"use strict";

// It is dark by a class, and not by what the reader has set.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

const main = document.getElementById("docs");

SwaggerUIBundle({
  domNode: main,
  url: main.dataset.document,
  validatorUrl: null, // it would send the address of this page to another host
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  // Everything can be read without a key. The padlock says otherwise, even of what the description
  // calls optional; the button at the top still takes a key.
  plugins: [{ wrapComponents: { authorizeOperationBtn: () => () => null } }],
});
