// A plain text area that shows line numbers, colours and marks: below its letters, which are clear, lies a copy that has them.

const LINE = /\r\n?|\n/;
const MOST_COLOURED = 60_000; // characters; a longer text has marks only
const TOKEN = /(^|\s)(#.*)$|("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')|^(\s*(?:- +)*)([\w./~-]+)(?=:(?:\s|$))|^(---|\.\.\.)(?=\s|$)/gmu;

export class Editor {
  #text;
  #mirror;
  #gutter;
  #marks = [];
  #replaced = [];
  #heard = () => {};
  #chosen = () => {};

  constructor(text, mirror, gutter) {
    this.#text = text;
    this.#mirror = mirror;
    this.#gutter = gutter;
    text.addEventListener("input", () => { this.#marks = []; this.#draw(); this.#heard(); });
    text.addEventListener("scroll", () => this.#follow());
    text.addEventListener("keydown", (event) => this.#keys(event));
  }

  // Calls back when the text has changed.
  onchange(heard) { this.#heard = heard; }

  // Calls back with the number of a line whose mark in the gutter was chosen.
  onchoice(chosen) { this.#chosen = chosen; }

  get text() { return this.#text.value; }

  // Puts the first text here.
  begin(text) { this.#put(text); }

  // Puts another text here, which `undo` takes back.
  replace(text) {
    if (text === this.#text.value) return;
    this.#replaced.push({ before: this.#text.value, after: text });
    this.#put(text);
  }

  // Whether the text is one that was put here.
  get replaced() { return this.#replaced.at(-1)?.after === this.#text.value; }

  // Takes back what was put here last.
  undo() {
    const last = this.#replaced.pop();
    if (last) this.#put(last.before);
  }

  // Not by execCommand, which a browser could undo: it takes the square of the number of lines.
  #put(text) {
    this.#text.value = text;
    this.#text.setSelectionRange(0, 0);
    this.#text.scrollTo(0, 0);
    this.#text.dispatchEvent(new Event("input"));
  }

  // Marks places: [{line, column, endLine, endColumn, severity}], counted from 1 in code points.
  mark(places) {
    const starts = this.#starts();
    this.#marks = places
      .map((place) => ({ ...place, ...this.#span(place, starts) }))
      .sort((one, other) => one.start - other.start || other.end - one.end);
    this.#draw();
  }

  // Selects a place and brings it into sight.
  show(place) {
    const { start, end } = this.#span(place, this.#starts());
    this.#text.focus({ preventScroll: true });
    this.#text.setSelectionRange(start, end);
    const height = parseFloat(getComputedStyle(this.#text).lineHeight);
    this.#text.scrollTop = (place.line - 1) * height - this.#text.clientHeight / 3;
    this.#text.scrollLeft = Math.max(0, (place.column - 40) * height * 0.4);
    this.#text.closest(".editor").scrollIntoView({ block: "nearest" });
  }

  #starts() {
    const found = [this.#text.value.startsWith("\ufeff") ? 1 : 0];
    for (const each of this.#text.value.matchAll(/\n/g)) found.push(each.index + 1);
    return found;
  }

  #offset(line, column, starts) {
    const text = this.#text.value;
    const start = starts[Math.min(line, starts.length) - 1];
    const end = starts[line] ? starts[line] - 1 : text.length;
    let at = start;
    for (let left = column - 1; left > 0 && at < end; left--) at += text.codePointAt(at) > 0xffff ? 2 : 1;
    return at;
  }

  #span({ line, column, endLine, endColumn }, starts) {
    const start = this.#offset(Math.max(line, 1), column, starts);
    const end = endLine ? this.#offset(endLine, endColumn, starts) : start;
    return { start, end: end > start ? end : Math.min(start + 1, this.#text.value.length) };
  }

  #draw() {
    const text = this.#text.value;
    const pieces = document.createDocumentFragment();
    let at = 0;
    for (const { start, end, severity } of this.#marks) {
      if (start < at) continue;
      this.#colour(pieces, text.slice(at, start));
      const mark = document.createElement("mark");
      mark.className = severity;
      mark.textContent = text.slice(start, end).replace(/^\n/, " \n");
      pieces.append(mark);
      at = end;
    }
    this.#colour(pieces, text.slice(at));
    pieces.append("\n");
    this.#mirror.replaceChildren(pieces);
    this.#number(text.split(LINE).length);
    this.#follow();
  }

  #colour(pieces, text) {
    if (this.#text.value.length > MOST_COLOURED) {
      pieces.append(text);
      return;
    }
    let at = 0;
    for (const found of text.matchAll(TOKEN)) {
      const [all, before, comment, quoted, indent, key, marker] = found;
      const kind = comment ? "comment" : quoted ? "quoted" : key ? "key" : "comment";
      const skipped = (before ?? indent ?? "").length;
      const span = document.createElement("span");
      span.className = kind;
      span.textContent = comment ?? quoted ?? key ?? marker;
      pieces.append(text.slice(at, found.index + skipped), span);
      at = found.index + all.length;
    }
    pieces.append(text.slice(at));
  }

  #number(lines) {
    const worst = new Map();
    for (const { line, severity } of this.#marks) if (worst.get(line) !== "error") worst.set(line, severity);
    const rows = document.createDocumentFragment();
    for (let line = 1; line <= lines; line++) {
      const severity = worst.get(line);
      const row = document.createElement(severity ? "button" : "span");
      row.textContent = line;
      if (severity) {
        row.type = "button";
        row.className = severity;
        row.tabIndex = -1; // the list of findings is the keyboard's way
        row.addEventListener("click", () => this.#chosen(line));
      }
      rows.append(row);
    }
    this.#gutter.replaceChildren(rows);
  }

  #follow() {
    this.#mirror.style.transform = `translate(${-this.#text.scrollLeft}px, ${-this.#text.scrollTop}px)`;
    this.#gutter.scrollTop = this.#text.scrollTop;
  }

  // Enter keeps the indentation. Tab leaves the text, as keyboards expect.
  #keys(event) {
    const held = event.ctrlKey || event.metaKey;
    if (held && !event.shiftKey && event.key === "z" && this.replaced) {
      event.preventDefault();
      this.undo();
    }
    if (event.key !== "Enter" || event.isComposing || held || event.altKey) return;
    const { value, selectionStart } = this.#text;
    const line = value.slice(value.lastIndexOf("\n", selectionStart - 1) + 1, selectionStart);
    const blanks = /^ */.exec(line)[0];
    if (blanks && document.execCommand("insertText", false, `\n${blanks}`)) event.preventDefault();
  }
}
