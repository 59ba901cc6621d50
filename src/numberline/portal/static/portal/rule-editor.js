// The rule editor: text and groups kept in step by the server, which alone knows the language.
"use strict";

(function () {
  const WAIT = 250;
  const OLD = "As of the last text that could be read: mend the text to go on here.";
  const NONE = "The groups are shown as soon as the text can be read.";
  const LISTS = ["IN", "NOT IN"], BARE = ["IS EMPTY", "IS NOT EMPTY"];

  function element(tag, properties, ...children) {
    const made = document.createElement(tag);
    for (const [key, value] of Object.entries(properties || {})) {
      if (key in made) made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children.filter(Boolean));
    return made;
  }

  function options(select, words, chosen) {
    for (const word of words) select.append(element("option", { value: word, textContent: word, selected: word === chosen }));
    return select;
  }

  function Editor(root) {
    this.root = root;
    this.form = root.closest("form");
    this.text = root.querySelector("textarea");
    this.side = root.querySelector(".rule-builder-side");
    this.builder = root.querySelector(".rule-builder");
    this.old = root.querySelector(".rule-builder-old");
    this.errors = root.querySelector("#rule-error");
    this.spellings = root.querySelector("#rule-spellings");
    this.live = root.querySelector(".rule-live");
    this.turn = 0;
    this.tree = null;
    this.fresh = new WeakSet();  // conditions just added, whose value nobody has come to yet
    this.attributes = new Map();
    const self = this;
    fetch(root.dataset.convert).then(function (answer) { return answer.json(); }).then(function (told) {
      for (const each of told.attributes) self.attributes.set(each.name, each);
      self.side.hidden = false;
      self.fromText();
    }).catch(function () {});  // without an answer, or when the page is left, the text is there alone
    this.text.addEventListener("input", function () { self.later(function () { self.fromText(); }); });
    const who = root.querySelector('input[name="who"]');
    who.addEventListener("input", function () { self.asked(); });
    who.addEventListener("keydown", function (event) { if (event.key === "Enter") { event.preventDefault(); self.asked(); } });
    this.errors.addEventListener("click", function (event) {
      const error = event.target.closest(".rule-error");
      if (!error) return;
      self.text.focus();
      self.text.setSelectionRange(Number(error.dataset.offset), Number(error.dataset.offset) + 1);
    });
  }

  Editor.prototype.later = function (what) {
    clearTimeout(this.timer);
    this.timer = setTimeout(what, WAIT);
  };

  // Only the last answer counts: what was asked before is of another text.
  Editor.prototype.convert = function (given, then) {
    const turn = ++this.turn, self = this;
    this.root.setAttribute("aria-busy", "true");
    fetch(this.root.dataset.convert, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
      body: JSON.stringify(given),
    }).then(function (answer) {
      if (!answer.ok) throw new Error(String(answer.status));
      return answer.json();
    }).then(function (told) {
      if (turn !== self.turn) return;
      self.root.removeAttribute("aria-busy");
      then(told);
    }).catch(function (error) {
      if (turn !== self.turn) return;
      self.root.removeAttribute("aria-busy");
      self.say("The server did not answer (" + error.message + "): the rule is as you left it.");
    });
  };

  Editor.prototype.fromText = function () {
    const self = this;
    this.convert({ text: this.text.value }, function (told) {
      self.showError(told.error);
      self.old.textContent = !told.error ? "" : self.builder.firstChild ? OLD : NONE;
      self.builder.classList.toggle("stale", Boolean(told.error));
      self.builder.toggleAttribute("inert", Boolean(told.error));
      self.live.classList.toggle("stale", Boolean(told.error));
      if (told.error) { self.spellings.replaceChildren(); return; }
      self.tree = told.form;
      self.render();
      self.showSpellings(told);
      self.asked();
    });
  };

  Editor.prototype.fromTree = function () {
    const self = this;
    this.unmark();
    this.convert({ form: this.tree }, function (told) {
      self.live.classList.toggle("stale", Boolean(told.form_error));
      if (told.form_error) { self.mark(told.form_error); return; }
      self.text.value = told.text;
      self.showError(null);
      self.showSpellings(told);
      self.asked();
    });
  };

  Editor.prototype.asked = function () { this.live.dispatchEvent(new CustomEvent("rule-changed")); };

  Editor.prototype.say = function (sentence) {
    this.errors.replaceChildren(element("p", { className: "notice danger", role: "alert", textContent: sentence }));
  };

  Editor.prototype.showError = function (error) {
    if (!error) { this.errors.replaceChildren(); return; }
    const expected = error.expected.length ? " Expected: " + error.expected.join(", ") + "." : "";
    const shown = element("div", { className: "notice danger rule-error", role: "alert" },
      element("p", { textContent: "Line " + error.line + ", column " + error.column + ": " + error.message + expected }),
      element("pre", { className: "rule-place" }, error.before, element("mark", { textContent: error.after || " " })));
    shown.dataset.offset = error.offset;
    this.errors.replaceChildren(shown);
  };

  Editor.prototype.showSpellings = function (told) {
    this.spellings.replaceChildren();
    if (!told.plain) return;
    function line(name, text, copied) {
      const button = copied && element("button", { type: "button", className: "copy", title: "Copy", "aria-label": "Copy this spelling" });
      if (button) button.dataset.copy = text;
      return [element("dt", { textContent: name }), element("dd", {}, copied ? element("code", { textContent: text }) : text, " ", button)];
    }
    this.spellings.append(element("dl", { className: "spellings" }, ...line("Plain", told.plain, true), ...line("Entra", told.entra || told.entra_cannot, Boolean(told.entra))));
  };

  // The builder. The tree is what the server gave; a lone condition stands in a group so that others can join it.
  Editor.prototype.render = function () {
    if (this.tree === null) this.tree = { kind: "group", join: "all", not: false, parts: [] };
    else if (this.tree.kind !== "group") this.tree = { kind: "group", join: "all", not: false, parts: [this.tree] };
    this.builder.replaceChildren(this.group(this.tree, []));
  };

  Editor.prototype.changed = function (structure, path, focus) {
    const self = this;
    if (structure) {
      this.render();
      const at = path && this.at(path);
      const control = at && (focus ? at.querySelector(focus) : at.querySelector("select, input, button"));
      if (control) control.focus();
    }
    if (this.tree.parts.length === 0) {
      this.later(function () {
        self.convert({ form: null }, function () {
          self.text.value = "";
          self.showError(null);
          self.showSpellings({});
          self.asked();
        });
      });
    } else this.later(function () { self.fromTree(); });
  };

  Editor.prototype.at = function (path) { return this.builder.querySelector('[data-path="' + path.join(".") + '"]'); };

  Editor.prototype.unmark = function () {
    for (const each of this.builder.querySelectorAll(".wrong, .unfilled")) each.classList.remove("wrong", "unfilled");
    for (const each of this.builder.querySelectorAll(".said-wrong")) each.remove();
  };

  Editor.prototype.mark = function (error) {
    const fresh = this.added(error.path);
    const wrong = this.at(fresh || error.path) || this.at([]);
    // A group of one condition is that condition for the server.
    wrong.classList.add(fresh ? "unfilled" : "wrong");
    const place = wrong.querySelector(":scope > .group-head") || wrong;
    place.append(element("p", { className: "said-wrong", role: "alert", textContent: error.message }));
  };

  // The path of the condition that is meant, if it was just added: to lack a value is no mistake yet.
  Editor.prototype.added = function (path) {
    let node = this.tree;
    for (const step of path) node = node && node.parts ? node.parts[step] : node;
    const whole = path.slice();
    while (node && node.parts && node.parts.length === 1) {
      node = node.parts[0];
      whole.push(0);
    }
    return node && this.fresh.has(node) ? whole : null;
  };

  Editor.prototype.not = function (node, path) {
    const self = this;
    const button = element("button", { type: "button", className: "not", textContent: "NOT", title: "Turn it round", "aria-pressed": String(node.not) });
    button.addEventListener("click", function () {
      node.not = !node.not;
      button.setAttribute("aria-pressed", String(node.not));
      self.changed(false);
    });
    return button;
  };

  Editor.prototype.remove = function (parent, index, path, what) {
    const self = this;
    const button = element("button", { type: "button", textContent: "✕", title: "Remove " + what, "aria-label": "Remove " + what });
    button.addEventListener("click", function () {
      parent.parts.splice(index, 1);
      self.changed(true, path.slice(0, -1), ".add-condition");
    });
    return button;
  };

  Editor.prototype.group = function (node, path, parent, index) {
    const self = this;
    function condition() {
      const made = { kind: "match", not: false, attribute: "City", operator: "=", values: [""] };
      self.fresh.add(made);
      return made;
    }
    const join = element("select", { "aria-label": "How the conditions are joined" },
      element("option", { value: "all", textContent: "all of (AND)", selected: node.join === "all" }),
      element("option", { value: "any", textContent: "any of (OR)", selected: node.join === "any" }));
    const head = element("div", { className: "group-head" }, this.not(node, path), join);
    const shown = element("div", { className: "group " + node.join, role: "group", "aria-label": path.length ? "Group " + path.map(function (n) { return n + 1; }).join(".") : "Whole rule" }, head);
    shown.dataset.path = path.join(".");
    join.addEventListener("change", function () {
      node.join = join.value;
      shown.className = "group " + node.join;
      self.changed(false);
    });
    const parts = element("div", { className: "group-parts" });
    node.parts.forEach(function (part, at) {
      const inner = path.concat(at);
      parts.append(part.kind === "group" ? self.group(part, inner, node, at) : self.row(part, inner, node, at));
    });
    shown.append(parts);
    function adding(text, className, make) {
      const button = element("button", { type: "button", className: className, textContent: text });
      button.addEventListener("click", function () {
        node.parts.push(make());
        self.changed(true, path.concat(node.parts.length - 1));
      });
      return button;
    }
    head.append(
      adding("+ condition", "add-condition", condition),
      adding("+ group", "add-group", function () {
        return { kind: "group", join: node.join === "all" ? "any" : "all", not: false, parts: [condition()] };
      }));
    if (!path.length && !node.parts.length) head.append(adding("everyone", "add-everyone", function () { return { kind: "everyone", not: false }; }));
    if (parent) head.append(this.remove(parent, index, path, "this group"));
    return shown;
  };

  Editor.prototype.row = function (node, path, parent, index) {
    const row = element("div", { className: "row" });
    row.dataset.path = path.join(".");
    if (node.not) row.append(this.not(node, path));
    if (node.kind === "match") this.match(node, path, row);
    else if (node.kind === "text") row.append(this.written(node));
    else row.append(element("span", { textContent: "everyone" }));
    row.append(this.remove(parent, index, path, "this condition"));
    return row;
  };

  Editor.prototype.written = function (node) {
    const self = this, input = element("input", { className: "written", value: node.text, "aria-label": "Condition as text", spellcheck: false });
    input.addEventListener("input", function () { node.text = input.value; self.changed(false); });
    return input;
  };

  Editor.prototype.match = function (node, path, row) {
    const self = this, known = this.attributes.get(node.attribute);
    const attribute = options(element("select", { "aria-label": "Attribute", className: "attribute" }), this.attributes.keys(), node.attribute);
    const operator = options(element("select", { "aria-label": "Comparison", className: "operator" }), known.operators, node.operator);
    attribute.addEventListener("change", function () {
      const next = self.attributes.get(attribute.value);
      node.attribute = next.name;
      if (!next.operators.includes(node.operator)) node.operator = next.operators[0];
      if (next.truth) node.values = ["true"];
      else if (known.truth) node.values = [""];
      self.changed(true, path, ".attribute");
    });
    operator.addEventListener("change", function () {
      node.operator = operator.value;
      if (BARE.includes(node.operator)) node.values = [];
      else if (!node.values.length) node.values = [known.truth ? "true" : ""];
      else if (!LISTS.includes(node.operator)) node.values = node.values.slice(0, 1);
      self.changed(true, path, ".operator");
    });
    row.append(attribute, operator);
    if (!BARE.includes(node.operator)) row.append(this.values(node, path, known));
  };

  Editor.prototype.values = function (node, path, known) {
    const self = this, shown = element("span", { className: "values" });
    if (known.truth) {
      const choice = options(element("select", { "aria-label": "Value" }), ["true", "false"], node.values[0]);
      choice.addEventListener("change", function () { node.values = [choice.value]; self.changed(false); });
      shown.append(choice);
      return shown;
    }
    node.values.forEach(function (value, at) { shown.append(self.value(node, path, at)); });
    if (LISTS.includes(node.operator)) {
      const more = element("button", { type: "button", textContent: "+ value" });
      more.addEventListener("click", function () {
        node.values.push("");
        self.changed(true, path, ".values input:last-of-type");
      });
      shown.append(more);
    }
    return shown;
  };

  let lists = 0;
  Editor.prototype.value = function (node, path, at) {
    const self = this, list = element("datalist", { id: "rule-values-" + ++lists });
    const input = element("input", { value: node.values[at], "aria-label": "Value", autocomplete: "off", spellcheck: false });
    input.setAttribute("list", list.id);
    const holder = document.createDocumentFragment();
    function suggest() {
      fetch(self.root.dataset.values + "?" + new URLSearchParams({ attribute: node.attribute, q: input.value })).then(function (answer) {
        return answer.ok ? answer.json() : { values: [] };
      }).then(function (told) {
        list.replaceChildren(...told.values.map(function (each) {
          return element("option", { value: each.value, label: each.count ? each.value + " (" + each.count.toLocaleString("en") + ")" : each.value });
        }));
      }).catch(function () { list.replaceChildren(); });
    }
    let timer = 0;
    input.addEventListener("focus", suggest);
    input.addEventListener("input", function () {
      node.values[at] = input.value;
      clearTimeout(timer);
      timer = setTimeout(suggest, WAIT);
      self.changed(false);
    });
    input.addEventListener("keydown", function (event) { if (event.key === "Enter") event.preventDefault(); });
    input.addEventListener("blur", function () {
      self.fresh.delete(node);
      const row = input.closest(".unfilled");
      if (row) row.classList.replace("unfilled", "wrong");
    });
    holder.append(input, list);
    return holder;
  };

  for (const root of document.querySelectorAll(".rule-editor")) new Editor(root);
})();
