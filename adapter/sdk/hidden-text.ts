// What of a text no reader sees: escape sequences and line breaks, as they are and as JSON text writes them; and what
// stands for another character: `\u0026` and `\/` of JSON, whichever its writer escapes, and `%2F` of addresses. Says
// how long it is at a place, and does not look for secrets.

/** A title or link is looked at so far; a longer one is plain text. */
const MAX_STRING_CHARS = 4096;

const ESC = 0x1b;
const BACKSLASH = 0x5c;
const PERCENT = 0x25;
const SLASH = 0x2f;
/** `\u` and four digits. */
const UNIT_CHARS = 5;

/**
 * What no reader sees of a text: escape sequences, line breaks, and both as JSON text writes them. It is asked
 * for places in rising order, and remembers how far a run of backslashes goes and where the next string ends,
 * so that a whole text takes time linear in its length.
 */
export class Hidden {
  readonly #text: string;
  readonly #final: boolean;
  /** A run of backslashes that was walked ends here. */
  #runEnd = 0;
  /** The first end of a string at or behind a place that was asked for, and the place behind it. */
  #stringEnd = { asked: -1, from: -1, to: -1 };

  constructor(text: string, final: boolean) {
    this.#text = text;
    this.#final = final;
  }

  /** Its length at this place; 0 where there is nothing; -1 where the text ends before that is known. */
  lengthAt(at: number): number {
    const text = this.#text;
    const code = text.charCodeAt(at);
    if (code === 0x0a || code === 0x0d || code === 0) return 1;
    if (code === ESC || code === 0x9b) return this.#sequence(at, code === 0x9b ? at : at + 1);
    if (code !== BACKSLASH) return 0;
    const end = this.#endOfRun(at);
    if (end >= text.length) return this.#final ? 0 : -1;
    const word = text.slice(end, end + 5);
    if (/^[nr]/.test(word)) return end + 1 - at;
    const opening = /^(?:u001[bB]|x1[bB]|033|e(?=\[))/.exec(word)?.[0];
    if (opening !== undefined) return this.#sequence(at, end + opening.length);
    return !this.#final && 'u001bx1b033'.includes(word) && end + word.length >= text.length ? -1 : 0;
  }

  /**
   * The character that stands at this place as another, and how long that is; null where each stands for itself, -1
   * where the text ends before that is known. Asked where nothing is hidden.
   */
  escapedAt(at: number): { readonly code: number; readonly length: number } | null | -1 {
    const text = this.#text;
    const code = text.charCodeAt(at);
    const isPercent = code === PERCENT;
    if (!isPercent && code !== BACKSLASH) return null;
    const from = isPercent ? at + 1 : this.#endOfRun(at);
    if (!isPercent && text.charCodeAt(from) === SLASH) return { code: SLASH, length: from + 1 - at };
    const pattern = isPercent ? /^[0-9a-fA-F]{0,2}$/ : /^(?:u[0-9a-fA-F]{0,4})?$/;
    const whole = isPercent ? 2 : UNIT_CHARS;
    const word = text.slice(from, from + whole);
    if (!pattern.test(word)) return null;
    if (word.length === whole)
      return { code: Number.parseInt(isPercent ? word : word.slice(1), 16), length: from + whole - at };
    return this.#final || from + word.length < text.length ? null : -1;
  }

  #endOfRun(at: number): number {
    if (at < this.#runEnd) return this.#runEnd;
    let end = at;
    while (this.#text.charCodeAt(end) === BACKSLASH) end++;
    this.#runEnd = end;
    return end;
  }

  /** @param from behind the escape character, however it was written; the 8-bit CSI stands for two */
  #sequence(at: number, from: number): number {
    const text = this.#text;
    const open = this.#final ? 0 : -1;
    if (from >= text.length) return this.#final ? text.length - at : open;
    const kind = text.charCodeAt(from);
    if (kind === 0x5b || kind === 0x9b) {
      for (let end = from + 1; end < text.length; end++) {
        const code = text.charCodeAt(end);
        if (code >= 0x40 && code <= 0x7e) return end + 1 - at;
        if (code < 0x20 || code > 0x7e) return end - at;
      }
      return open;
    }
    // OSC, DCS, PM, APC: text until BEL or ST. What such a text says is searched as it stands, see `scan`.
    if (kind === 0x5d || kind === 0x50 || kind === 0x58 || kind === 0x5e || kind === 0x5f) {
      const end = this.#endOfString(from);
      if (end <= from + MAX_STRING_CHARS) return end - at;
      return this.#final || text.length > from + MAX_STRING_CHARS ? from + 1 - at : -1;
    }
    return from + 1 - at;
  }

  /** The place behind BEL or ST, as they are or as JSON text writes them; infinite where there is none. */
  #endOfString(from: number): number {
    const known = this.#stringEnd;
    if (known.asked >= 0 && known.asked <= from && from <= known.from) return known.to;
    const text = this.#text;
    let found = { from: text.length, to: Number.POSITIVE_INFINITY };
    for (let at = from; at < text.length; ) {
      const code = text.charCodeAt(at);
      let run = at + 1;
      if (code === 0x07) found = { from: at, to: run };
      else if (code === ESC && text.charCodeAt(run) === BACKSLASH) found = { from: at, to: run + 1 };
      else if (code === BACKSLASH) {
        while (text.charCodeAt(run) === BACKSLASH) run++;
        const word = text.slice(run, run + 5).toLowerCase();
        let behind = run + 5;
        while (word === 'u001b' && text.charCodeAt(behind) === BACKSLASH) behind++;
        if (word === 'u0007' || behind > run + 5) found = { from: at, to: behind };
      }
      if (found.to < Number.POSITIVE_INFINITY) break;
      at = run;
    }
    this.#stringEnd = { asked: from, ...found };
    return found.to;
  }
}
