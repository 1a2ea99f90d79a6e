"use strict";

const main = document.getElementById("docs");

SwaggerUIBundle({
  domNode: main,
  url: main.dataset.document,
  validatorUrl: null, // it would send the address of this page to another host
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
