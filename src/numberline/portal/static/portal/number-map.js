// The map of a range: cells by state on a canvas, moved over by mouse and keys; the table beside it says the same.
"use strict";

(function () {
  const GUTTER = 56, ROW_GAP = 6;

  function parse(text) {
    // "442079460000:s120a3;..." to [{ first, states: "ssss..." }]
    return text.split(";").filter(Boolean).map(function (run) {
      const at = run.indexOf(":");
      const states = run.slice(at + 1).replace(/([a-z_])(\d+)/g, function (_, letter, count) { return letter.repeat(Number(count)); });
      return { first: Number(run.slice(0, at)), states: states };
    });
  }

  function NumberMap(root) {
    this.root = root;
    this.canvas = root.querySelector("canvas");
    this.said = root.querySelector(".map-said");
    this.states = new Map(root.dataset.letters.split(" ").map(function (pair) { return pair.split(":"); }));
    this.runs = parse(root.dataset.runs);
    this.holders = new Map();
    this.shown = new Map();
    this.asked = new Set();
    this.at = -1;
    this.canvas.hidden = false;
    this.layout();
    this.listen();
  }

  // Where each cell stands. A run of some length begins a line of its own; short ones follow each other.
  NumberMap.prototype.layout = function () {
    const style = getComputedStyle(this.root), self = this;
    const width = this.root.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    // A hundred a line where they fit, so that lines begin at round numbers; else fifty, or twenty-five.
    this.gutter = width < 600 ? 0 : GUTTER;
    this.columns = [100, 50, 25].find(function (count) { return (width - self.gutter) / count >= 9; }) || 25;
    this.size = Math.max(6, Math.min(13, Math.floor((width - this.gutter) / this.columns)));
    this.cells = [];
    this.lines = [];
    let column = 0, top = 0;
    function line(first) {
      if (column > 0) { top += self.size; column = 0; }
      self.lines.push({ top: top, first: first });
    }
    this.runs.forEach(function (run, index) {
      const before = self.runs[index - 1];
      if (index === 0) line(run.first);
      else if (run.states.length >= self.columns / 2 || before.states.length >= self.columns / 2) {
        line(run.first);
        top += ROW_GAP;
        self.lines[self.lines.length - 1].top = top;
      } else if (column + 1 < self.columns) column += 1;
      for (let i = 0; i < run.states.length; i++) {
        if (column === self.columns) line(run.first + i);
        if (run.states[i] !== "_") self.cells.push({ value: run.first + i, letter: run.states[i], x: self.gutter + column * self.size, y: top });
        column += 1;
      }
    });
    this.height = top + this.size;
    this.places = new Map();
    this.cells.forEach(function (cell, i) { self.places.set(cell.x + ":" + cell.y, i); });
    this.draw();
  };

  NumberMap.prototype.colours = function () {
    const style = getComputedStyle(document.documentElement), found = {};
    for (const [letter, state] of this.states) {
      const name = state === "assigning" || state === "releasing" ? "moving" : state === "retired" ? "blocked" : state;
      found[letter] = style.getPropertyValue("--" + name + "-fill").trim();
    }
    found.ink = style.getPropertyValue("--ink").trim();
    found.quiet = style.getPropertyValue("--ink-quiet").trim();
    found.ground = style.getPropertyValue("--surface").trim();
    return found;
  };

  // Colour is never alone: each state has a shape.
  const SHAPES = {
    a: function (c, x, y, s) { c.lineWidth = 2; c.strokeRect(x + 1, y + 1, s - 2, s - 2); },
    r: function (c, x, y, s) { c.beginPath(); c.moveTo(x + s / 2, y); c.lineTo(x + s, y + s / 2); c.lineTo(x + s / 2, y + s); c.lineTo(x, y + s / 2); c.fill(); },
    g: function (c, x, y, s) { c.beginPath(); c.moveTo(x, y); c.lineTo(x + s, y + s / 2); c.lineTo(x, y + s); c.fill(); },
    s: function (c, x, y, s) { c.fillRect(x, y, s, s); },
    l: function (c, x, y, s) { c.beginPath(); c.moveTo(x + s, y); c.lineTo(x, y + s / 2); c.lineTo(x + s, y + s); c.fill(); },
    q: function (c, x, y, s) { c.fillRect(x, y + s / 2, s, s / 2); c.lineWidth = 1; c.strokeRect(x + 0.5, y + 0.5, s - 1, s - 1); },
    b: function (c, x, y, s) { c.lineWidth = 2; c.beginPath(); c.moveTo(x + 1, y + 1); c.lineTo(x + s - 1, y + s - 1); c.moveTo(x + s - 1, y + 1); c.lineTo(x + 1, y + s - 1); c.stroke(); },
    t: function (c, x, y, s) { c.fillRect(x, y + s / 2 - 1, s, 2); },
  };

  NumberMap.prototype.draw = function () {
    const ratio = window.devicePixelRatio || 1, width = this.gutter + this.columns * this.size;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round((this.height + 2) * ratio);
    this.canvas.style.setProperty("width", width + "px");
    this.canvas.style.setProperty("height", this.height + 2 + "px");
    const c = this.canvas.getContext("2d"), colours = this.colours();
    c.scale(ratio, ratio);
    c.font = "10px " + getComputedStyle(document.body).fontFamily;
    c.textBaseline = "middle";
    if (this.gutter) {
      c.fillStyle = colours.quiet;
      let below = -1;
      for (const each of this.lines) {
        if (each.top < below) continue;
        c.fillText("…" + String(each.first).slice(-4), 2, Math.max(each.top + this.size / 2, 6));
        below = each.top + 14;
      }
    }
    for (const cell of this.cells) {
      c.fillStyle = c.strokeStyle = colours[cell.letter];
      SHAPES[cell.letter](c, cell.x + 1, cell.y + 1, this.size - 3);
    }
    if (this.at >= 0) {
      const cell = this.cells[this.at];
      c.strokeStyle = colours.ink;
      c.lineWidth = 2;
      c.strokeRect(cell.x - 0.5, cell.y - 0.5, this.size, this.size);
    }
  };

  NumberMap.prototype.go = function (at) {
    if (at < 0 || at >= this.cells.length || at === this.at) return;
    this.at = at;
    this.draw();
    this.say();
  };

  // Keys may lead out of what is seen of a long map.
  NumberMap.prototype.reveal = function () {
    const cell = this.cells[this.at], room = this.root.clientHeight - this.said.offsetHeight - 24;
    if (cell.y < this.root.scrollTop) this.root.scrollTop = cell.y;
    else if (cell.y > this.root.scrollTop + room) this.root.scrollTop = cell.y - room;
  };

  NumberMap.prototype.say = function () {
    if (this.at < 0) return;
    const cell = this.cells[this.at], key = String(cell.value), state = this.states.get(cell.letter);
    const holder = this.holders.get(key);
    this.said.textContent = (this.shown.get(key) || "+" + key) + ", " + state + (holder ? ", " + holder : "");
    this.ask(cell.value);
  };

  // Holders are asked for a hundred numbers at a time, when one of them is looked at.
  NumberMap.prototype.ask = function (value) {
    const first = value - (value % 100), self = this;
    if (this.asked.has(first)) return;
    this.asked.add(first);
    fetch(this.root.dataset.cells + "?first=" + first).then(function (answer) {
      if (!answer.ok) throw new Error("the holders could not be read: " + answer.status);
      return answer.json();
    }).then(function (told) {
      for (const [number, name] of Object.entries(told.holders)) self.holders.set(number, name);
      for (const [number, text] of Object.entries(told.shown)) self.shown.set(number, text);
      self.say();
    }).catch(function () { self.asked.delete(first); });
  };

  NumberMap.prototype.open = function () {
    if (this.at < 0) return;
    const number = "+" + this.cells[this.at].value;
    window.location.href = this.root.dataset.number.replace(/(%2B|\+)0(?=\/?$)/, encodeURIComponent(number));
  };

  NumberMap.prototype.under = function (event) {
    const box = this.canvas.getBoundingClientRect();
    const x = event.clientX - box.left, y = event.clientY - box.top;
    const column = Math.floor((x - this.gutter) / this.size);
    for (let i = 0; i < ROW_GAP + this.size; i++) {
      const found = this.places.get(this.gutter + column * this.size + ":" + (Math.floor(y) - i));
      if (found !== undefined && i < this.size) return found;
    }
    return -1;
  };

  NumberMap.prototype.vertical = function (by) {
    const cell = this.cells[this.at];
    for (let y = cell.y + by; y >= 0 && y <= this.height; y += by) {
      const found = this.places.get(cell.x + ":" + y);
      if (found !== undefined) return found;
    }
    return this.at;
  };

  NumberMap.prototype.listen = function () {
    const self = this, canvas = this.canvas;
    canvas.addEventListener("mousemove", function (event) { self.go(self.under(event)); });
    canvas.addEventListener("click", function (event) {
      const found = self.under(event), before = self.at;
      if (found < 0) return;
      self.go(found);
      // A finger first shows a number, and opens it when it comes again.
      if (event.pointerType !== "touch" || before === found) self.open();
    });
    canvas.addEventListener("focus", function () { if (self.at < 0) self.go(0); });
    canvas.addEventListener("keydown", function (event) {
      const keys = {
        ArrowRight: function () { self.go(self.at + 1); },
        ArrowLeft: function () { self.go(self.at - 1); },
        ArrowDown: function () { self.go(self.vertical(1)); },
        ArrowUp: function () { self.go(self.vertical(-1)); },
        Home: function () { self.go(0); },
        End: function () { self.go(self.cells.length - 1); },
        Enter: function () { self.open(); },
      };
      if (!keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      keys[event.key]();
      self.reveal();
    });
    let width = this.root.clientWidth;
    new ResizeObserver(function () {
      if (self.root.clientWidth !== width) { width = self.root.clientWidth; self.layout(); }
    }).observe(this.root);
    new MutationObserver(function () { self.draw(); }).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  };

  for (const root of document.querySelectorAll(".number-map")) new NumberMap(root);
})();
