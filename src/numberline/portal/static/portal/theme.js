// Before anything is drawn: light or dark as the reader chose here, else as their system does.
"use strict";
(function () {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = function () {
    document.documentElement.dataset.theme = localStorage.getItem("theme") || (dark.matches ? "dark" : "light");
  };
  apply();
  dark.addEventListener("change", apply);
  addEventListener("storage", apply);
})();
