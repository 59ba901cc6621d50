// On a wide screen a person or a number opens beside its list: `open` in the address says which, and Back closes it.
"use strict";

(function () {
  const WIDE = window.matchMedia("(min-width: 1100px)");
  let opener = null;
  let listed = document.title;

  function sheet() {
    return document.getElementById("sheet");
  }
  function asked() {
    return new URL(location.href).searchParams.get("open");
  }
  function remember(key) {
    const url = new URL(location.href);
    if (key === null) url.searchParams.delete("open");
    else url.searchParams.set("open", key);
    if (url.href !== location.href) history.pushState({ sheet: key }, "", url);
  }
  async function show(link) {
    opener = link;
    if (sheet().hidden) listed = document.title;
    sheet().querySelector("[data-sheet-page]").href = link.href;
    await htmx.ajax("GET", link.href, { target: "#sheet-body", select: "#main > *", swap: "innerHTML ignoreTitle:false" });
    sheet().hidden = false;
    sheet().scrollTop = 0;
    sheet().focus();
  }
  function close() {
    if (sheet().hidden) return;
    sheet().hidden = true;
    document.title = listed;
    sheet().querySelector("#sheet-body").replaceChildren();
    if (opener && opener.isConnected) opener.focus();
  }
  function follow() {
    const key = asked();
    const link = key === null ? null : document.querySelector('a[data-sheet="' + CSS.escape(key) + '"]');
    if (link && WIDE.matches) show(link);
    else close();
  }

  document.addEventListener("click", function (event) {
    const link = event.target.closest("a[data-sheet]");
    if (link && WIDE.matches && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      remember(link.dataset.sheet);
      show(link);
    } else if (event.target.closest("[data-sheet-close]")) {
      remember(null);
      close();
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || !sheet() || sheet().hidden || document.querySelector("dialog[open]")) return;
    if (event.target.closest("input, textarea, select")) return;
    remember(null);
    close();
  });
  // A list that was filtered anew has an address of its own, without the sheet
  document.addEventListener("htmx:pushedIntoHistory", close);
  window.addEventListener("popstate", function (event) {
    if (!(event.state && event.state.htmx)) follow();
  });
  document.addEventListener("DOMContentLoaded", follow);
})();
