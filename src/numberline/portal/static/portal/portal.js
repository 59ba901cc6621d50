// What every page does: keys, copying, light and dark, times that keep counting, one menu open at a time.
"use strict";

(function () {
  // Light and dark
  document.addEventListener("click", function (event) {
    if (!event.target.closest("[data-theme-switch]")) return;
    const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    localStorage.setItem("theme", next);
    document.documentElement.dataset.theme = next;
  });

  // Copy a number as E.164
  document.addEventListener("click", async function (event) {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    button.classList.add("copied");
    setTimeout(function () { button.classList.remove("copied"); }, 1500);
  });

  // Times: the server's words are of the moment when the page was made
  const STEPS = [[31536000, "y"], [2592000, "mo"], [86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  function relative(seconds) {
    for (const [length, unit] of STEPS) {
      if (Math.abs(seconds) >= length) {
        const amount = Math.floor(Math.abs(seconds) / length) + " " + unit;
        return seconds > 0 ? amount + " ago" : "in " + amount;
      }
    }
    return "just now";
  }
  setInterval(function () {
    for (const each of document.querySelectorAll("time[data-relative]")) {
      const text = relative((Date.now() - Date.parse(each.dateTime)) / 1000);
      if (each.textContent !== text) each.textContent = text;
    }
  }, 10000);

  // What a part of a page was refused with, where there is no place for it: said at the top, once
  document.addEventListener("said", function (event) {
    const old = document.getElementById("told");
    if (old) old.remove();
    const notice = document.createElement("p"), link = document.createElement("a");
    notice.id = "told";
    notice.className = "notice warn";
    notice.setAttribute("role", "alert");
    link.href = event.detail.address;
    link.textContent = event.detail.label;
    notice.append(event.detail.sentence + " ", link);
    document.getElementById("main").prepend(notice);
    notice.scrollIntoView({ block: "nearest" });
  });

  // Menus close when something else is clicked, and on Escape give the focus back
  document.addEventListener("click", function (event) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // On a narrow screen filters are folded; what opens them says how many are set
  const narrow = window.matchMedia("(max-width: 760px)");
  const folds = document.querySelectorAll("details[data-fold]");
  function fold() {
    for (const each of folds) each.open = !narrow.matches;
  }
  function tellSet() {
    for (const each of folds) {
      const set = Array.from(each.querySelectorAll("select, input")).filter(function (field) {
        return field.type === "checkbox" ? field.checked : field.type !== "hidden" && field.value !== "";
      });
      each.querySelector("[data-set]").textContent = set.length ? " · " + set.length + " set" : "";
    }
  }
  fold();
  tellSet();
  narrow.addEventListener("change", fold);
  document.addEventListener("change", tellSet);

  // On a narrow screen the places scroll sideways: the one that is open is in sight
  const here = document.querySelector(".places a[aria-current]");
  if (here) here.closest(".places").scrollLeft = here.offsetLeft - 48;

  // Parts that ask for themselves again: the calm ones only while somebody sees them; none of them once it was refused
  let refused = false;
  function polls(part) {
    return part.matches !== undefined && part.matches("[hx-headers*='X-Poll']");
  }
  document.addEventListener("htmx:beforeRequest", function (event) {
    const part = event.detail.elt;
    if (polls(part) && (refused || (document.hidden && "calm" in part.dataset))) event.preventDefault();
  });
  document.addEventListener("htmx:responseError", function (event) {
    if (refused || !polls(event.detail.elt)) return;
    refused = true;
    const told = document.createElement("p"), link = document.createElement("a");
    told.className = "notice warn";
    told.id = "stale";
    told.setAttribute("role", "status");
    link.href = location.href;
    link.textContent = "reload it";
    told.append("This page no longer refreshes: ", link, ".");
    document.getElementById("main").prepend(told);
  });
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) return;
    for (const part of document.querySelectorAll("[data-calm]")) part.dispatchEvent(new Event("look"));
  });

  // Keys: / searches, g and a letter goes, j and k move, x selects, ? helps
  let going = 0;
  function typing(target) {
    return target.closest("input, textarea, select, [contenteditable]") !== null;
  }
  function rows() {
    return Array.from(document.querySelectorAll("tbody tr[data-row]"));
  }
  function move(by) {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement.closest("tr[data-row]"));
    const next = all[Math.max(0, Math.min(all.length - 1, at < 0 ? 0 : at + by))];
    next.tabIndex = -1;
    next.focus();
    next.scrollIntoView({ block: "nearest" });
  }
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-keys]")) document.getElementById("keys").showModal();
  });
  document.addEventListener("keydown", function (event) {
    if (document.querySelector("dialog[open]")) return;
    if (event.key === "Escape") {
      // A browser would empty a search field, and with it the filter of the list.
      if (event.target.matches('input[type="search"]')) { event.preventDefault(); event.target.blur(); }
      const open = document.querySelector("details.menu[open]");
      if (open) { open.open = false; open.querySelector("summary").focus(); }
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    const row = document.activeElement.closest ? document.activeElement.closest("tr[data-row]") : null;
    if (Date.now() - going < 1500) {
      going = 0;
      const place = document.querySelector('.places a[data-key="' + CSS.escape(event.key) + '"]');
      if (place) { event.preventDefault(); place.click(); }
    } else if (event.key === "g") {
      going = Date.now();
    } else if (event.key === "/") {
      const search = document.querySelector("[data-search]");
      if (search) { event.preventDefault(); search.focus(); search.select(); }
    } else if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      move(event.key === "j" ? 1 : -1);
    } else if (event.key === "x" && row) {
      const box = row.querySelector('input[type="checkbox"]');
      if (box) box.click();
    } else if (event.key === "Enter" && row && event.target === row) {
      const link = row.querySelector("a[href]");
      if (link) link.click();
    } else if (event.key === "?") {
      const help = document.getElementById("keys");
      if (help) help.showModal();
    }
  });
})();
