// Terminal output as the text that a reader sees in it: colours and titles are nothing, a move to another
// line is a line break, a move to the right a blank. Reads the stream unit by unit, so that what is cut
// anywhere reads the same as what is whole. It refuses to emulate: what is drawn over stays text.

import type { EscapeState } from '../cell/cell-state.ts';

const LINE_MOVES = 'ABEFHdf';
const COLUMN_MOVES = 'CGa`';

export class TerminalLines {
  #state: EscapeState;
  #last: string;

  /** @param last the text's last character so far, '' at its beginning */
  constructor(state: EscapeState = 'text', last = '') {
    this.#state = state;
    this.#last = last;
  }

  get state(): EscapeState {
    return this.#state;
  }

  /** The text in the next piece of output. */
  read(data: string): string {
    let text = '';
    let plainFrom = -1;
    for (let at = 0; at < data.length; at++) {
      const code = data.charCodeAt(at);
      if (this.#state === 'text' && code >= 0x20 && (code < 0x7f || code > 0x9f)) {
        if (plainFrom < 0) plainFrom = at;
        continue;
      }
      if (plainFrom >= 0) {
        text += data.slice(plainFrom, at);
        this.#last = data[at - 1] ?? '';
        plainFrom = -1;
      }
      text += this.#control(code);
    }
    if (plainFrom >= 0) {
      text += data.slice(plainFrom);
      this.#last = data.at(-1) ?? '';
    }
    return text;
  }

  /** One unit that is no plain text, or inside a sequence. */
  #control(code: number): string {
    switch (this.#state) {
      case 'text':
        return this.#c0(code) ?? '';
      case 'escape':
      case 'string escape':
        return this.#afterEscape(code);
      case 'intermediate':
        if (code < 0x20 || code > 0x2f) this.#state = 'text';
        return '';
      case 'sequence':
        return this.#inSequence(code);
      case 'string':
        if (code === 0x07 || code === 0x9c || code === 0x18 || code === 0x1a) this.#state = 'text';
        else if (code === 0x1b) this.#state = 'string escape';
        return '';
    }
  }

  /** What C0 and C1 controls do; undefined where they do nothing. */
  #c0(code: number): string | undefined {
    if (code >= 0x0a && code <= 0x0d) return this.#break();
    if (code === 0x09) return this.#blank();
    if (code === 0x1b) this.#state = 'escape';
    else if (code === 0x9b) this.#state = 'sequence';
    else if (code === 0x90 || code === 0x98 || (code >= 0x9d && code <= 0x9f)) this.#state = 'string';
    return undefined;
  }

  #afterEscape(code: number): string {
    const char = String.fromCharCode(code);
    if (this.#state === 'string escape' && char === '\\') this.#state = 'text';
    else if (char === '[') this.#state = 'sequence';
    else if (']PX^_'.includes(char)) this.#state = 'string';
    else if (code >= 0x20 && code <= 0x2f) this.#state = 'intermediate';
    else if (code !== 0x1b) {
      this.#state = 'text';
      // Next line, index, reverse index: ESC E, D, M.
      if ('EDM'.includes(char)) return this.#break();
    } else this.#state = 'escape';
    return '';
  }

  #inSequence(code: number): string {
    if (code < 0x20) {
      if (code === 0x18 || code === 0x1a) this.#state = 'text';
      return this.#c0(code) ?? '';
    }
    if (code < 0x40) return '';
    this.#state = 'text';
    const final = String.fromCharCode(code);
    if (LINE_MOVES.includes(final)) return this.#break();
    return COLUMN_MOVES.includes(final) ? this.#blank() : '';
  }

  #break(): string {
    if (this.#last === '\n' || this.#last === '') return '';
    this.#last = '\n';
    return '\n';
  }

  #blank(): string {
    this.#last = ' ';
    return ' ';
  }
}
