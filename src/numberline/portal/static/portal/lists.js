// Filter bars: what is left empty stays out of the address; a choice filters at once.
"use strict";

(function () {
  document.addEventListener("formdata", function (event) {
    if (!event.target.matches("form.filters")) return;
    for (const name of new Set(event.formData.keys())) {
      if (event.formData.getAll(name).every(function (value) { return value === ""; })) event.formData.delete(name);
    }
  });

  // What choices counted was of the filters before: the bar itself stays, so that nothing is lost while one types
  document.addEventListener("htmx:afterSwap", function (event) {
    const counted = document.querySelector("form.filters[data-counts]");
    if (event.target.id !== "list" || !counted) return;
    counted.removeAttribute("data-counts"); // once: a range may be called so itself
    for (const option of counted.querySelectorAll("option")) {
      option.textContent = option.textContent.replace(/ \([0-9,]+\)$/, "");
    }
  });

  // Ticked rows: how many there are, and all of a page at once
  function count() {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const ticked = document.querySelectorAll("tbody input[data-tick]:checked").length;
    bar.hidden = ticked === 0;
    bar.querySelector("[data-ticked]").textContent = String(ticked);
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("input[data-tick-all]")) {
      for (const box of document.querySelectorAll("tbody input[data-tick]")) box.checked = event.target.checked;
    }
    if (event.target.matches("input[data-tick], input[data-tick-all]")) count();
    for (const row of document.querySelectorAll("tbody tr[data-row]")) {
      const box = row.querySelector("input[data-tick]");
      if (box) row.classList.toggle("selected", box.checked);
    }
  });
  document.addEventListener("htmx:afterSettle", count);
  document.addEventListener("DOMContentLoaded", count);
})();
