// What became of a passkey that was asked for, in words: allauth's scripts only tell the console.
"use strict";

(function () {
  document.addEventListener("allauth.error", function (event) {
    event.preventDefault();
    const place = document.getElementById("passkey-problem");
    if (!place) return;
    const name = event.detail.exception ? event.detail.exception.name : "";
    place.textContent = {
      NotAllowedError: "Nothing was confirmed: it was cancelled, or took too long. Try again.",
      InvalidStateError: "This passkey is on your account already.",
      SecurityError: "Passkeys work only under the portal's own address, over https."
    }[name] || "This browser could not use a passkey here.";
    place.hidden = false;
  });
})();
