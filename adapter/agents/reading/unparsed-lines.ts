// The lines of a stream that were no event: warnings, questions, a cut last line. They are kept to be
// read, up to a bound; what goes beyond it is counted and said.

import type { StreamLine } from '../step.ts';
import { MAX_EVENT_CHARS } from './json-value.ts';
import { type LineAccount, leftOutReasons } from './line-account.ts';

/** A stream that prints no events at all is a terminal's business, not a log's. */
const MAX_LINES = 10_000;
/** What is longer was an event that broke; its beginning says which. */
const MAX_CHARS = 65_536;

export class UnparsedLines {
  readonly lines: StreamLine[] = [];
  readonly #account: LineAccount;
  #beyond = 0;
  #broken = 0;
  #tooLong = 0;

  constructor(account: LineAccount) {
    this.#account = account;
  }

  add(line: StreamLine): void {
    const { beyond, broken, noEvent } = leftOutReasons;
    const isFull = this.lines.length >= MAX_LINES;
    this.#account.leaveOut(isFull ? beyond : beginsAsEvent(line) ? broken : noEvent);
    this.keep(line);
  }

  /** Keeps a text of several lines, or of none, for which its reader accounts. */
  keep(line: StreamLine): void {
    if (beginsAsEvent(line)) this.#broken++;
    if (line.text.length > MAX_EVENT_CHARS) this.#tooLong++;
    if (this.lines.length >= MAX_LINES) {
      this.#beyond++;
      return;
    }
    const cut = line.text.length - MAX_CHARS;
    // A copy, not a slice: a slice would hold the whole line in memory.
    const text = cut > 0 ? `${copy(line.text.slice(0, MAX_CHARS))}… (${cut} characters more)` : line.text;
    this.lines.push(text === line.text ? line : { ...line, text });
  }

  get remarks(): string[] {
    const remarks: string[] = [];
    if (this.#broken > 0) remarks.push(`${this.#broken} lines begin like an event and are cut or broken`);
    if (this.#tooLong > 0)
      remarks.push(`${this.#tooLong} lines are longer than ${MAX_EVENT_CHARS} characters`);
    if (this.#beyond > 0)
      remarks.push(`${this.#beyond} lines that are no event are left out, beyond the first ${MAX_LINES}`);
    return remarks;
  }
}

function beginsAsEvent({ stream, text }: StreamLine): boolean {
  return stream === 'stdout' && /^\s*\{/.test(text);
}

function copy(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
