// What a terminal would have left of a program's output: colours gone, carriage returns and erased lines
// applied, titles and links removed. For output that is shown as text; a recording is played by an emulator.
// Linear in the text: what costs more than it wrote is done up to a budget. Does not keep colours or screens.

/** Without any of these a text is already what a terminal shows. CR LF and CR CR LF end lines. */
const APPLIED = /[\u0007\b\u001b\u0084\u0085\u008d\u0090\u0098\u009b\u009d-\u009f]|\r(?!\r*\n)/;
/** A terminal stops at its edge, which lies nearer than this. */
const MAX_PARAMETER = 500;
const ESCAPE = 0x1b;

/** The text as a terminal leaves it; the same string where nothing in it is for a terminal alone. */
export function terminalText(text: string): string {
  return APPLIED.test(text) ? new TextScreen(text).read() : text;
}

/** A line's cells: '' is the rest of a wide character or of a tab. */
type Cells = string[];

class TextScreen {
  readonly #text: string;
  readonly #lines: Cells[] = [[]];
  #row = 0;
  #column = 0;
  /** The last line that a line break or a character made; the cursor alone makes none. */
  #last = 0;
  /** The line that "home" means: the first after the screen was last cleared. */
  #home = 0;
  #saved: readonly [row: number, column: number] = [0, 0];
  /** Cells that may still be filled or erased beyond those that were written. */
  #budget: number;

  constructor(text: string) {
    this.#text = text;
    this.#budget = text.length + 4096;
  }

  read(): string {
    const text = this.#text;
    for (let at = 0; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (code === ESCAPE) at = this.#escape(at + 1);
      else if (code >= 0x80 && code < 0xa0) at = this.#introduced(code - 0x40, at, at + 1);
      else if (code < 0x20) {
        this.#control(code);
        at++;
      } else at = this.#write(at);
    }
    return this.#lines
      .slice(0, this.#last + 1)
      .map((cells) => cells.join(''))
      .join('\n');
  }

  #control(code: number): void {
    if (code === 0x0a) this.#nextLine();
    else if (code === 0x0d) this.#column = 0;
    else if (code === 0x08) this.#column = Math.max(0, this.#column - 1);
    else if (code === 0x09) this.#tab();
    // A bell is heard; the other controls are kept for whoever shows the text to make visible.
    else if (code !== 0x07) this.#put(String.fromCharCode(code), 1);
  }

  /** @returns where the text goes on */
  #escape(at: number): number {
    const code = this.#text.charCodeAt(at);
    // The text ends within a sequence.
    if (Number.isNaN(code)) return at;
    if (code === 0x37) this.#saved = [this.#row, this.#column];
    else if (code === 0x38) this.#goTo(...this.#saved);
    else if (code === 0x63) this.#clear();
    if (code >= 0x40 && code < 0x60) return this.#introduced(code, at, at + 1);
    let end = at;
    // Character sets and the like: intermediates and one final character.
    while (isBetween(this.#text.charCodeAt(end), 0x20, 0x2f)) end++;
    return isBetween(this.#text.charCodeAt(end), 0x30, 0x7e) ? end + 1 : end;
  }

  /** A sequence of C1, named by its 7-bit letter. @param from of that letter */
  #introduced(letter: number, from: number, at: number): number {
    if (letter === 0x5b) return this.#controlSequence(at);
    // DCS, SOS, OSC, PM, APC: a string, of which nothing is shown.
    if (letter === 0x50 || letter === 0x58 || letter >= 0x5d) return this.#string(at);
    if (letter === 0x44) this.#goTo(this.#row + 1, this.#column);
    else if (letter === 0x45) this.#nextLine();
    else if (letter === 0x4d) this.#goTo(this.#row - 1, this.#column);
    else if (this.#text.charCodeAt(from) >= 0x80) this.#put(this.#text.charAt(from), 1);
    return at;
  }

  /** A string ends at its terminator; one that a line break cuts ends there, so that it hides no line. */
  #string(from: number): number {
    const text = this.#text;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === 0x07 || code === 0x9c) return at + 1;
      if (code === ESCAPE) return text.charAt(at + 1) === '\\' ? at + 2 : at;
      if (code === 0x0a || code === 0x18 || code === 0x1a) return at;
    }
    return text.length;
  }

  #controlSequence(from: number): number {
    const text = this.#text;
    let at = from;
    while (isBetween(text.charCodeAt(at), 0x20, 0x3f)) at++;
    // A control within a sequence breaks it; it is then no sequence, and what follows is text.
    if (!isBetween(text.charCodeAt(at), 0x40, 0x7e)) return at;
    const final = text.charAt(at);
    const parameters = text.slice(from, Math.min(at, from + 32));
    if (!/^[<-?]|[ -/]/.test(parameters)) this.#apply(final, parameters);
    return at + 1;
  }

  #apply(final: string, parameters: string): void {
    const numbers = parameters.split(/[;:]/).map((part) => Math.min(MAX_PARAMETER, Number(part) || 0));
    const [first = 0, second = 0] = numbers;
    const count = Math.max(1, first);
    if (final === 'A') this.#goTo(this.#row - count, this.#column);
    else if (final === 'B') this.#goTo(this.#row + count, this.#column);
    else if (final === 'C') this.#column += count;
    else if (final === 'D') this.#column = Math.max(0, this.#column - count);
    else if (final === 'E') this.#goTo(this.#row + count, 0);
    else if (final === 'F') this.#goTo(this.#row - count, 0);
    else if (final === 'G' || final === '`') this.#column = count - 1;
    else if (final === 'd') this.#goTo(this.#home + count - 1, this.#column);
    else if (final === 'H' || final === 'f') this.#goTo(this.#home + count - 1, Math.max(1, second) - 1);
    else if (final === 'J') this.#eraseScreen(first);
    else if (final === 'K') this.#eraseLine(first);
    else if (final === 'X') this.#blank(this.#column, this.#column + count);
    else if (final === 'P') this.#remove(count);
    else if (final === '@') this.#insert(count);
    else if (final === 's') this.#saved = [this.#row, this.#column];
    else if (final === 'u') this.#goTo(...this.#saved);
  }

  get #cells(): Cells {
    return this.#lines[this.#row] ?? [];
  }

  #nextLine(): void {
    this.#goTo(this.#row + 1, 0, true);
  }

  /** Lines that are not there are made: one always, more as far as the budget reaches. */
  #goTo(row: number, column: number, isBreak = false): void {
    const wanted = Math.max(this.#home, row);
    this.#column = column;
    if (isBreak && wanted === this.#lines.length) this.#lines.push([]);
    if (isBreak) this.#last = Math.max(this.#last, wanted);
    while (this.#lines.length <= wanted && this.#budget > 0) {
      this.#lines.push([]);
      this.#budget--;
    }
    this.#row = Math.min(wanted, this.#lines.length - 1);
  }

  /** What was on the screen stays in the text above, as it does in a terminal that can be scrolled back. */
  #clear(): void {
    while (this.#lines.length > this.#home && this.#lines.at(-1)?.length === 0) this.#lines.pop();
    this.#lines.push([]);
    this.#home = this.#row = this.#lines.length - 1;
    this.#last = Math.max(0, this.#home - 1);
    this.#column = 0;
  }

  #eraseScreen(part: number): void {
    if (part >= 2) {
      const { length } = this.#lines;
      const [row, column] = [this.#row - this.#home, this.#column];
      this.#clear();
      // The cursor stays where it was on the screen.
      if (length > 1) this.#goTo(this.#home + row, column);
    } else if (part === 0) {
      this.#eraseLine(0);
      this.#lines.length = this.#row + 1;
      this.#last = Math.min(this.#last, this.#row);
    } else {
      for (let row = this.#home; row < this.#row && this.#budget > 0; row++, this.#budget--)
        this.#lines[row] = [];
      this.#eraseLine(1);
    }
  }

  #eraseLine(part: number): void {
    const cells = this.#cells;
    if (part === 1) this.#blank(0, Math.min(this.#column + 1, cells.length));
    else if (part === 2) cells.length = 0;
    else if (this.#column < cells.length) {
      this.#split(cells, this.#column);
      cells.length = this.#column;
    }
  }

  #blank(from: number, to: number): void {
    const cells = this.#cells;
    const end = Math.min(to, cells.length);
    if (end - from > this.#budget) return;
    this.#split(cells, from);
    this.#split(cells, end);
    for (let at = from; at < end; at++) cells[at] = ' ';
    this.#budget -= Math.max(0, end - from);
  }

  #remove(count: number): void {
    const cells = this.#cells;
    const cost = cells.length - this.#column;
    if (cost <= 0 || cost > this.#budget) return;
    this.#budget -= cost;
    this.#split(cells, this.#column);
    this.#split(cells, this.#column + count);
    cells.splice(this.#column, count);
  }

  #insert(count: number): void {
    const cells = this.#cells;
    const cost = cells.length - this.#column + count;
    if (this.#column >= cells.length || cost > this.#budget) return;
    this.#budget -= cost;
    this.#split(cells, this.#column);
    cells.splice(this.#column, 0, ...new Array<string>(count).fill(' '));
  }

  /** Within what is written a tab moves alone; at its end it is kept, up to the next stop. */
  #tab(): void {
    const stop = this.#column - (this.#column % 8) + 8;
    if (this.#column >= this.#cells.length) this.#put('\t', stop - this.#column);
    else this.#column = stop;
  }

  /** Writes the character at `at`. @returns where the text goes on */
  #write(at: number): number {
    const code = this.#text.codePointAt(at) ?? 0;
    const end = at + (code > 0xffff ? 2 : 1);
    const char = this.#text.slice(at, end);
    const before = this.#column - 1;
    if (code >= 0x300 && before >= 0 && before < this.#cells.length && COMBINING.test(char)) {
      let head = before;
      while (head > 0 && this.#cells[head] === '') head--;
      this.#cells[head] += char;
    } else this.#put(char, code >= 0x1100 && WIDE.test(char) ? 2 : 1);
    return end;
  }

  #put(char: string, width: number): void {
    const cells = this.#cells;
    if (this.#column > cells.length) this.#fill(cells);
    const from = this.#column;
    if (from < cells.length) {
      this.#split(cells, from);
      this.#split(cells, from + width);
    }
    cells[from] = char;
    this.#last = Math.max(this.#last, this.#row);
    for (let at = from + 1; at < from + width; at++) cells[at] = '';
    this.#column = from + width;
  }

  /** Blanks up to the cursor, which was moved beyond what is written; what they cost is limited. */
  #fill(cells: Cells): void {
    const missing = this.#column - cells.length;
    if (missing > this.#budget) this.#column = cells.length;
    else for (let at = 0; at < missing; at++) cells.push(' ');
    this.#budget -= Math.min(missing, this.#budget);
  }

  /** A wide character that is cut in two before `at` leaves blanks. */
  #split(cells: Cells, at: number): void {
    if (cells[at] !== '') return;
    let head = at;
    while (head > 0 && cells[head] === '') head--;
    cells[head] = ' ';
    for (let cell = head + 1; cell < cells.length && cells[cell] === ''; cell++) cells[cell] = ' ';
  }
}

function isBetween(code: number, from: number, to: number): boolean {
  return code >= from && code <= to;
}

/** What joins the character before it. */
const COMBINING = /^(?:\p{Mn}|\p{Me}|\u200d|\p{Emoji_Modifier})$/u;
/** Two columns wide: as near as a pattern gets to it, for it only tells where an overwritten line was hit. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]$/u;
