// The browser asks the security key; what the key answers is sent as the form's `credential`.
"use strict";
(() => {
  const [button, failed] = ["#use-key", "#key-failed"].map((at) => document.querySelector(at));
  const options = JSON.parse(document.querySelector("#key-options").textContent);
  button.hidden = false;
  button.addEventListener("click", async () => {
    failed.hidden = true;
    try {
      // One that opens without a password knows whose it is, and asks who is there.
      if (button.form.elements.passwordless?.checked)
        Object.assign(options.creation_options.publicKey.authenticatorSelection, {
          residentKey: "required",
          requireResidentKey: true,
          userVerification: "required",
        });
      const answer = options.creation_options
        ? await webauthnJSON.create(options.creation_options)
        : await webauthnJSON.get(options.request_options);
      button.form.elements.credential.value = JSON.stringify(answer);
      button.form.submit();
    } catch {
      failed.hidden = false;
    }
  });
})();
