// Fields that offer what is meant while somebody types: a combobox as the ARIA practices describe it. htmx asks the
// server and puts the list below the field; here it is opened, gone through with the keys, and chosen from.
"use strict";

(function () {
  function Choices(root) {
    this.root = root;
    this.input = root.querySelector("input");
    this.below = root.querySelector(".choices-below");
    this.said = root.querySelector("[role=status]");
    this.active = null;
    const input = this.input, self = this;
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-haspopup", "listbox");
    this.below.addEventListener("htmx:afterSwap", function () { self.came(); });
    // What is clicked keeps the focus in the field.
    this.below.addEventListener("mousedown", function (event) { event.preventDefault(); });
    this.below.addEventListener("click", function (event) {
      const option = event.target.closest("[role=option]");
      if (option) self.choose(option);
    });
    input.addEventListener("keydown", function (event) { self.key(event); });
    input.addEventListener("blur", function () { self.close(); });
    input.addEventListener("click", function () { if (!input.value) self.ask(); });
  }

  Choices.prototype.options = function () {
    return Array.from(this.below.querySelectorAll("[role=option]"));
  };

  Choices.prototype.ask = function () {
    window.htmx.trigger(this.input, "ask");
  };

  // The list came: it is shown while the field is being typed in.
  Choices.prototype.came = function () {
    const list = this.below.querySelector("[role=listbox]"), field = this.input.id;
    this.mark(null);
    if (list) {
      list.id = field + "-list";
      this.input.setAttribute("aria-controls", list.id);
      this.options().forEach(function (option, at) { option.id = field + "-option-" + at; });
    } else {
      this.input.removeAttribute("aria-controls");
    }
    const told = this.below.querySelector("[data-told]");
    if (document.activeElement !== this.input || !told) { this.close(); return; }
    this.say(told, false);
    this.below.hidden = false;
    this.input.setAttribute("aria-expanded", String(Boolean(list)));
  };

  // What was found is for those who hear the page; who was chosen is for everybody.
  Choices.prototype.say = function (what, shown) {
    this.said.textContent = what.textContent.replace(/\s+/g, " ").trim();
    this.said.classList.toggle("sr-only", !shown);
  };

  Choices.prototype.close = function () {
    this.mark(null);
    this.below.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
  };

  Choices.prototype.mark = function (option) {
    if (this.active) this.active.setAttribute("aria-selected", "false");
    this.active = option;
    if (!option) { this.input.removeAttribute("aria-activedescendant"); return; }
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    this.input.setAttribute("aria-activedescendant", option.id);
  };

  // Who can't be chosen is shown with the reason, and stays unchosen.
  Choices.prototype.choose = function (option) {
    if (option.getAttribute("aria-disabled") === "true") { this.say(option, false); return; }
    this.input.value = option.dataset.value;
    this.say(option, true);
    this.close();
    this.input.focus();
  };

  Choices.prototype.key = function (event) {
    if (event.isComposing) return;
    const open = !this.below.hidden, options = this.options();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) { this.ask(); return; }
      const step = event.key === "ArrowDown" ? 1 : -1, at = options.indexOf(this.active);
      // Past either end the field itself is the one that counts again.
      const next = at < 0 ? (step > 0 ? 0 : options.length - 1) : at + step;
      this.mark(options[next] || null);
    } else if (event.key === "Enter" && open && this.active) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    }
  };

  for (const root of document.querySelectorAll("[data-choices]")) new Choices(root);
})();
