// Takes secrets out of text before it leaves the process: the values of environment variables whose names
// say that they are secret, by exact value, and as base64, base64url, hex, URL- and JSON-escaped text
// carry them, whichever characters its writer escapes. Escape sequences and line breaks inside a value do not hide it, nor does a border between
// two chunks. It guesses nothing: what no variable named is not looked for.
import { Hidden } from './hidden-text.ts';
import { listedHeaders } from './token.ts';

/** Names of variables that hold secrets. */
const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW|AUTH|CRED/i;
/** Shorter values are words of the language: replacing them would garble everything. */
const MIN_CHARS = 8;
/** What is held back at a chunk's end at most, should an escape sequence never end. */
const MAX_HELD_CHARS = 65_536;
const LONG_TAIL_CHARS = 1024;

const BACKSLASH = 0x5c;
const PERCENT = 0x25;

/** A pattern automaton (Aho-Corasick) over the visible characters of a text. */
interface Automaton {
  /** Class of a UTF-16 code unit; 0 where no pattern has it. */
  readonly classOf: Uint16Array;
  readonly classes: number;
  /** State × class → state, failure links folded in. */
  readonly next: Int32Array;
  /** Length of the longest pattern that ends in a state, 0 where none does. */
  readonly matched: Int32Array;
  /** Index into names of that pattern. */
  readonly owner: Int32Array;
  /** How many of the last characters may still become a match. */
  readonly pending: Int32Array;
  readonly names: readonly string[];
  /** By UTF-16 code unit: 0 where nothing begins, no pattern and nothing that is hidden or escaped. Most of a text. */
  readonly begins: Uint8Array;
  /** Whether a pattern begins with a character that is escaped in addresses or JSON. */
  readonly beginsEscaped: boolean;
}

/** Removes known secrets. Without any it hands texts through untouched. */
export class Redactor {
  readonly #automaton: Automaton | null;
  /** How many values it looks for. */
  readonly secrets: number;

  /** @param secrets name and value; values of less than 8 characters are passed over */
  constructor(secrets: Iterable<readonly [name: string, value: string]>) {
    const patterns = new Map<string, string>();
    let count = 0;
    for (const [name, value] of secrets) {
      if (visibleOf(value, false).length < MIN_CHARS) continue;
      count++;
      for (const form of formsOf(value))
        for (const visible of [visibleOf(form, false), visibleOf(form, true)])
          if (visible.length >= MIN_CHARS && !patterns.has(visible)) patterns.set(visible, name);
    }
    this.secrets = count;
    this.#automaton = patterns.size === 0 ? null : buildAutomaton(patterns);
  }

  /** The secrets of an environment. */
  static of(env: Readonly<Record<string, string | undefined>>): Redactor {
    const found: [string, string][] = [];
    for (const [name, value] of Object.entries(env))
      if (value === undefined) continue;
      else if (SECRET_NAME.test(name)) found.push([name, value]);
      else if (/^OTEL_.*_HEADERS$/.test(name)) found.push(...headerSecrets(name, value));
    return new Redactor(found);
  }

  /** The text without secrets. */
  clean(text: string): string {
    return this.#automaton === null ? text : scan(this.#automaton, text, true).clean;
  }

  /**
   * Bytes of any format with their secrets overwritten by asterisks, length for length: lengths that stand
   * in the bytes stay true. Other than `clean` it leaves no word of which secret that was.
   */
  maskBytes(bytes: Buffer): Buffer {
    if (this.#automaton === null) return bytes;
    const ranges = findAll(this.#automaton, bytes.toString('latin1'), true).ranges;
    if (ranges.length === 0) return bytes;
    const masked = Buffer.from(bytes);
    for (const { from, to } of ranges) masked.fill('*', from, to);
    return masked;
  }

  /** A text that comes in chunks: a secret across their borders is found too. */
  stream(): RedactingStream {
    return new RedactingStream(this.#automaton);
  }

  /** Any JSON-like value with its texts cleaned, keys included; what holds none is handed back itself. */
  cleanValue<T>(value: T): T {
    return this.#automaton === null ? value : (this.#cleanAny(value) as T);
  }

  #cleanAny(value: unknown): unknown {
    if (typeof value === 'string') return this.clean(value);
    if (Array.isArray(value)) return value.map((item) => this.#cleanAny(item));
    if (value instanceof Uint8Array) return value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [this.clean(key), this.#cleanAny(item)]),
    );
  }
}

export class RedactingStream {
  readonly #automaton: Automaton | null;
  #held = '';
  /** A long tail is read again when it has grown by an eighth: each character is read a bounded number of times. */
  #readAtChars = 0;

  constructor(automaton: Automaton | null) {
    this.#automaton = automaton;
  }

  /** What may be shown now; a tail that may be the beginning of a secret is held back. */
  push(chunk: string): string {
    if (this.#automaton === null) return chunk;
    const text = this.#held + chunk;
    if (text.length < this.#readAtChars) {
      this.#held = text;
      return '';
    }
    const { clean, consumed } = scan(this.#automaton, text, false);
    const tail = text.slice(consumed);
    if (tail.length <= MAX_HELD_CHARS) {
      this.#held = tail;
      this.#readAtChars = tail.length < LONG_TAIL_CHARS ? 0 : tail.length * 1.125;
      return clean;
    }
    this.#held = '';
    this.#readAtChars = 0;
    return clean + scan(this.#automaton, tail, true).clean;
  }

  /** The rest, at the text's end. */
  end(): string {
    const rest = this.#held;
    this.#held = '';
    return this.#automaton === null || rest === '' ? rest : scan(this.#automaton, rest, true).clean;
  }
}

/** What the headers that a variable lists say in confidence, and that without the word before it ("Bearer"). */
function headerSecrets(variable: string, text: string): [string, string][] {
  return listedHeaders(text)
    .filter(([name]) => SECRET_NAME.test(name) || name === 'cookie')
    .map(([, value]) => [variable, value.split(' ').at(-1) ?? '']);
}

/** The forms in which a value may stand in a text. */
function formsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  const escapedOnce = JSON.stringify(value).slice(1, -1);
  const escapedTwice = JSON.stringify(escapedOnce).slice(1, -1);
  const url = encodeURI(value);
  const component = encodeURIComponent(value);
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const urls = [url, component, strict, strict.replaceAll('%20', '+')];
  return [
    value,
    // As a reader of bytes sees text beyond ASCII.
    bytes.toString('latin1'),
    escapedOnce,
    escapedTwice,
    ...urls,
    ...urls.map((text) => text.replace(/%[0-9A-F]{2}/g, (hex) => hex.toLowerCase())),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    ...base64Cores(bytes),
  ];
}

/**
 * The characters of base64 that depend on these bytes alone, for each of the three places at which they
 * may begin inside a longer text.
 */
function base64Cores(bytes: Buffer): string[] {
  const cores: string[] = [bytes.toString('base64'), bytes.toString('base64url')];
  for (let before = 0; before < 3; before++) {
    const encoded = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor(((before + bytes.length) * 8) / 6);
    const core = encoded.slice(first, last);
    cores.push(core, core.replaceAll('+', '-').replaceAll('/', '_'));
  }
  return cores;
}

/** The text as the automaton sees it. @param decodes whether what stands for another character is taken for that */
function visibleOf(text: string, decodes: boolean): string {
  const hidden = new Hidden(text, true);
  let visible = '';
  for (let at = 0; at < text.length; ) {
    const skip = hidden.lengthAt(at);
    const escaped = skip === 0 && decodes ? hidden.escapedAt(at) : null;
    if (escaped !== null && escaped !== -1) visible += String.fromCharCode(escaped.code);
    else if (skip <= 0) visible += text[at] ?? '';
    at += escaped !== null && escaped !== -1 ? escaped.length : Math.max(skip, 1);
  }
  return visible;
}

interface Scanned {
  readonly clean: string;
  /** So much of the text is settled. */
  readonly consumed: number;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

/** Reads the text twice: as it stands, and as a reader sees it, without what is hidden. */
function findAll(automaton: Automaton, text: string, final: boolean): Found {
  const plain = findAsItStands(automaton, text);
  const seen = findAsSeen(automaton, text, final);
  return {
    ranges: merged([...plain.ranges, ...seen.ranges]),
    held: final ? text.length : Math.min(plain.held, seen.held),
  };
}

function scan(automaton: Automaton, text: string, final: boolean): Scanned {
  const { ranges, held: free } = findAll(automaton, text, final);
  // A range that the held tail may still widen is held with it.
  const last = ranges.findLast(({ from, to }) => from < free && to > free);
  const consumed = last ? last.from : free;
  return { clean: replaced(text, ranges, consumed), consumed };
}

interface Found {
  readonly ranges: readonly Range[];
  /** From here on a match may still be in the making. */
  readonly held: number;
}

function findAsItStands(automaton: Automaton, text: string): Found {
  const { classOf, classes, next, matched, owner, pending, names, begins } = automaton;
  const ranges: Range[] = [];
  let state = 0;
  for (let at = 0; at < text.length; at++) {
    if (state === 0) while (at < text.length && begins[text.charCodeAt(at)] === 0) at++;
    if (at === text.length) break;
    state = next[state * classes + (classOf[text.charCodeAt(at)] ?? 0)] ?? 0;
    const length = matched[state] ?? 0;
    if (length > 0) ranges.push({ from: at + 1 - length, to: at + 1, name: names[owner[state] ?? 0] ?? '' });
  }
  return { ranges, held: text.length - (pending[state] ?? 0) };
}

function findAsSeen(automaton: Automaton, text: string, final: boolean): Found {
  const { classOf, classes, next, matched, owner, pending, names, begins } = automaton;
  /** Where each visible character stands, for as long as a match may reach back to it. */
  const places: number[] = [];
  const ranges: Range[] = [];
  const hidden = new Hidden(text, final);
  let state = 0;
  let at = 0;
  while (at < text.length) {
    if (state === 0) {
      while (at < text.length && begins[text.charCodeAt(at)] === 0) at++;
      if (at === text.length) break;
    }
    let code = text.charCodeAt(at);
    let length = 1;
    if (code < 0x20 || code === BACKSLASH || code === 0x9b) {
      const skip = hidden.lengthAt(at);
      if (skip < 0) break;
      if (skip > 0) {
        at += skip;
        continue;
      }
    }
    if (code === BACKSLASH || code === PERCENT) {
      const escaped = hidden.escapedAt(at);
      // "50%" at the end of a chunk is shown at once where no secret begins with what is escaped in addresses.
      if (escaped === -1 && (code === BACKSLASH || state !== 0 || automaton.beginsEscaped)) break;
      if (escaped !== null && escaped !== -1) ({ code, length } = escaped);
    }
    state = next[state * classes + (classOf[code] ?? 0)] ?? 0;
    if (state === 0) {
      if (places.length > 0) places.length = 0;
    } else {
      places.push(at);
      const chars = matched[state] ?? 0;
      if (chars > 0)
        ranges.push({ from: places.at(-chars) ?? at, to: at + length, name: names[owner[state] ?? 0] ?? '' });
    }
    at += length;
  }
  const reach = pending[state] ?? 0;
  return { ranges, held: reach === 0 ? at : (places.at(-reach) ?? at) };
}

/** Ranges that overlap as one, named after the longest. */
function merged(ranges: Range[]): Range[] {
  const out: { from: number; to: number; name: string; longest: number }[] = [];
  for (const { from, to, name } of ranges.sort((a, b) => a.from - b.from || b.to - a.to)) {
    const last = out.at(-1);
    if (!last || from >= last.to) out.push({ from, to, name, longest: to - from });
    else {
      last.to = Math.max(last.to, to);
      if (to - from > last.longest) Object.assign(last, { name, longest: to - from });
    }
  }
  return out;
}

function replaced(text: string, ranges: readonly Range[], until: number): string {
  let clean = '';
  let at = 0;
  for (const { from, to, name } of ranges) {
    if (to > until) break;
    clean += `${text.slice(at, from)}[redacted:${name}]${sequencesIn(text.slice(from, to))}`;
    at = to;
  }
  return clean + text.slice(at, until);
}

/** The escape sequences of a replaced stretch, so that colours go on as they were. */
function sequencesIn(text: string): string {
  return (text.match(/\u001b\[[0-?]*[ -/]*[@-~]/g) ?? []).join('');
}

function buildAutomaton(patterns: ReadonlyMap<string, string>): Automaton {
  const classOf = new Uint16Array(65_536);
  let classes = 1;
  let size = 1;
  for (const pattern of patterns.keys()) {
    size += pattern.length;
    for (let i = 0; i < pattern.length; i++) {
      const code = pattern.charCodeAt(i);
      if (classOf[code] === 0) classOf[code] = classes++;
    }
  }
  const next = new Int32Array(size * classes).fill(-1);
  const matched = new Int32Array(size);
  const owner = new Int32Array(size);
  const pending = new Int32Array(size);
  const names = [...new Set(patterns.values())];
  let states = 1;
  for (const [pattern, name] of patterns) {
    let state = 0;
    for (let i = 0; i < pattern.length; i++) {
      const slot = state * classes + (classOf[pattern.charCodeAt(i)] ?? 0);
      if ((next[slot] ?? -1) < 0) {
        pending[states] = i + 1;
        next[slot] = states++;
      }
      state = next[slot] ?? 0;
    }
    matched[state] = pattern.length;
    owner[state] = names.indexOf(name);
  }
  foldFailures(next, matched, owner, pending, classes, states);
  const beginsEscaped = [...patterns.keys()].some((pattern) => !/^[A-Za-z0-9%\\]/.test(pattern));
  const table = next.slice(0, states * classes);
  const begins = classOf.map((kind) => ((table[kind] ?? 0) === 0 ? 0 : 1));
  for (const code of [...Array(0x20).keys(), 0x9b, BACKSLASH, PERCENT]) begins[code] = 1;
  const rest = { matched, owner, pending, names, beginsEscaped, begins: Uint8Array.from(begins) };
  return { classOf, classes, next: table, ...rest };
}

/** Breadth first: a missing step goes where the longest proper suffix would go. */
function foldFailures(
  next: Int32Array,
  matched: Int32Array,
  owner: Int32Array,
  pending: Int32Array,
  classes: number,
  states: number,
): void {
  const fail = new Int32Array(states);
  const queue: number[] = [];
  for (let c = 0; c < classes; c++) {
    const child = next[c] ?? -1;
    if (child < 0) next[c] = 0;
    else queue.push(child);
  }
  for (const state of queue) {
    const back = fail[state] ?? 0;
    if (matched[state] === 0) {
      matched[state] = matched[back] ?? 0;
      owner[state] = owner[back] ?? 0;
    }
    let isLeaf = true;
    for (let c = 0; c < classes; c++) {
      const slot = state * classes + c;
      const child = next[slot] ?? -1;
      const viaFail = next[back * classes + c] ?? 0;
      if (child < 0) next[slot] = viaFail;
      else {
        fail[child] = viaFail;
        queue.push(child);
        isLeaf = false;
      }
    }
    // A whole pattern that no longer one begins with waits for nothing.
    if (isLeaf) pending[state] = pending[back] ?? 0;
  }
}
