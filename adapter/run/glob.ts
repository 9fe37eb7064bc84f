// Globs over paths relative to the working directory, with forward slashes: `*`, `?` and `[abc]` stay within a
// segment, `**` crosses them, `{a,b}` chooses. Hidden files are files like any other. A path is walked once, with all
// the places of the glob that it may have come to: time is the one's length times the other's. Pure.

/** Whether any of the globs matches the path. */
export function matchesAny(path: string, globs: readonly string[]): boolean {
  return globs.some((glob) => compiled(glob).matches(path));
}

const known = new Map<string, GlobPattern>();

function compiled(glob: string): GlobPattern {
  let pattern = known.get(glob);
  if (!pattern) {
    pattern = new GlobPattern(glob.replace(/^\.\//, '').replace(/\/$/, '/**'));
    known.set(glob, pattern);
  }
  return pattern;
}

type Takes = (char: string) => boolean;

type Piece =
  | { readonly kind: 'one' | 'many'; readonly takes: Takes }
  /** Any number of whole folders, none too. */
  | { readonly kind: 'folders' }
  | { readonly kind: 'choice'; readonly options: readonly (readonly Piece[])[] };

/** A place of the glob: takes a character and goes on to `next`, or goes on to `next` and `other` without one. */
interface Place {
  readonly takes: Takes | null;
  next: number;
  readonly other: number;
}

const END = -1;
const anything: Takes = () => true;
const isSlash: Takes = (char) => char === '/';
const notSlash: Takes = (char) => char !== '/';

class GlobPattern {
  readonly #places: Place[] = [];
  readonly #start: number;

  constructor(glob: string) {
    this.#start = this.#lay(readPieces(glob), END);
  }

  matches(path: string): boolean {
    let here = new Set<number>();
    this.#enter(here, this.#start);
    for (let at = 0; at < path.length && here.size > 0; at++) {
      const char = path[at] ?? '';
      const there = new Set<number>();
      for (const place of here) {
        const { takes = null, next = END } = this.#places[place] ?? {};
        if (takes?.(char)) this.#enter(there, next);
      }
      here = there;
    }
    return here.has(END);
  }

  /** Adds a place, and all that it leads to without a character. */
  #enter(places: Set<number>, first: number): void {
    const open = [first];
    for (let at = open.pop(); at !== undefined; at = open.pop()) {
      if (places.has(at)) continue;
      places.add(at);
      const place = this.#places[at];
      if (place && place.takes === null) open.push(place.next, place.other);
    }
  }

  /** Lays pieces in front of a place. @returns where they begin */
  #lay(pieces: readonly Piece[], exit: number): number {
    let to = exit;
    for (const piece of pieces.toReversed()) {
      if (piece.kind === 'one') to = this.#take(piece.takes, to);
      else if (piece.kind === 'many') to = this.#again((back) => this.#take(piece.takes, back), to);
      else if (piece.kind === 'choice') to = this.#oneOf(piece.options, to);
      else to = this.#again((back) => this.#take(notSlash, this.#nameThen(back)), to);
    }
    return to;
  }

  /** The rest of a folder's name, and its slash. */
  #nameThen(exit: number): number {
    const slash = this.#take(isSlash, exit);
    return this.#again((back) => this.#take(notSlash, back), slash);
  }

  #oneOf(options: readonly (readonly Piece[])[], exit: number): number {
    const [first = exit, ...others] = options.map((option) => this.#lay(option, exit));
    return others.reduce((next, other) => this.#fork(next, other), first);
  }

  /** What `lay` lays, any number of times. */
  #again(lay: (back: number) => number, exit: number): number {
    const fork = this.#fork(exit, exit);
    const body = lay(fork);
    (this.#places[fork] as Place).next = body;
    return fork;
  }

  #take(takes: Takes, next: number): number {
    return this.#places.push({ takes, next, other: END }) - 1;
  }

  #fork(next: number, other: number): number {
    return this.#places.push({ takes: null, next, other }) - 1;
  }
}

function readPieces(glob: string): Piece[] {
  const closing = closingBraces(glob);
  const read = (from: number, to: number): Piece[] => {
    const pieces: Piece[] = [];
    for (let at = from; at < to; ) {
      const close = closing.get(at);
      const set = glob[at] === '[' ? glob.indexOf(']', at + 2) : -1;
      if (glob.startsWith('**/', at) && (at === 0 || glob[at - 1] === '/')) {
        pieces.push({ kind: 'folders' });
        at += 3;
      } else if (glob.startsWith('**', at)) {
        pieces.push({ kind: 'many', takes: anything });
        at += 2;
      } else if (close !== undefined) {
        const commas = [at, ...close.commas, close.at];
        const options = commas.slice(1).map((end, index) => read((commas[index] ?? 0) + 1, end));
        pieces.push({ kind: 'choice', options });
        at = close.at + 1;
      } else if (set > 0 && set < to) {
        pieces.push({ kind: 'one', takes: oneOfSet(glob.slice(at + 1, set)) });
        at = set + 1;
      } else {
        pieces.push(plainPiece(glob[at] ?? ''));
        at++;
      }
    }
    return pieces;
  };
  return read(0, glob.length);
}

function plainPiece(char: string): Piece {
  if (char === '*') return { kind: 'many', takes: notSlash };
  if (char === '?') return { kind: 'one', takes: notSlash };
  return { kind: 'one', takes: (one) => one === char };
}

interface Closing {
  readonly at: number;
  readonly commas: readonly number[];
}

/** Of every brace that is closed where, and the commas of its own. One that is never closed is a character. */
function closingBraces(glob: string): ReadonlyMap<number, Closing> {
  const closing = new Map<number, Closing>();
  const open: { readonly at: number; readonly commas: number[] }[] = [];
  for (let at = 0; at < glob.length; at++) {
    const char = glob[at];
    if (char === '{') open.push({ at, commas: [] });
    else if (char === ',') open.at(-1)?.commas.push(at);
    else if (char === '}') {
      const { at: from, commas } = open.pop() ?? {};
      if (from !== undefined && commas) closing.set(from, { at, commas });
    }
  }
  return closing;
}

/** `a-z0-9`, or what is not in it behind `!` or `^`. */
function oneOfSet(text: string): Takes {
  const isNot = /^[!^]/.test(text);
  const ranges: (readonly [from: string, to: string])[] = [];
  for (let at = isNot ? 1 : 0; at < text.length; at++) {
    const from = text[at] ?? '';
    const isRange = text[at + 1] === '-' && at + 2 < text.length;
    ranges.push([from, isRange ? (text[at + 2] ?? '') : from]);
    if (isRange) at += 2;
  }
  return (char) => char !== '/' && ranges.some(([from, to]) => char >= from && char <= to) !== isNot;
}
