// How each line of a file was used, or each entry of one that is a single document: read, repeated because another
// one says the same, or left out for a reason. Whatever a reader does, the numbers add up to the lines that there
// were. Does not look at what a line says.
/** What becomes of the lines of one kind of file, by the kinds that the file itself names. For people and tests. */
export interface LineKinds {
  /** An entry is a message or event of a file that is one JSON document. */
  readonly unit: 'line' | 'entry';
  readonly read: readonly string[];
  /** Kinds that say what others say, with which those are. A star stands for anything. */
  readonly repeated?: Readonly<Record<string, string>>;
  /** Kinds that are left out, with why. */
  readonly leftOut?: Readonly<Record<string, string>>;
}

export interface LineTally {
  readonly unit: LineKinds['unit'];
  readonly total: number;
  readonly read: number;
  readonly repeated: number;
  /** By the reason. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** How the lines of each kind were used, where the file names kinds. */
  readonly uses?: ReadonlyMap<string, ReadonlySet<LineUse>>;
}

/** Why lines of any file may be left out. */
export const leftOutReasons = {
  blank: 'blank',
  noEvent: 'no event, kept as a log line',
  broken: 'cut or broken, kept as a log line',
  beyond: 'no event, beyond the first 10,000',
  unknown: 'of an unknown type',
  noRow: 'no row of an arrivals file',
  orphan: 'an answer to a tool call that is not in the file',
  empty: 'without content',
  copied: 'copied from the session that this one was made from, whose it is',
} as const;

/** Reasons come from this house and kinds from the file: a hostile one could name a million. */
const MAX_KINDS = 100;

export type LineUse = 'read' | 'repeated' | 'left out';

export class LineAccount {
  unit: LineKinds['unit'] = 'line';
  /** How the lines of each kind were used. */
  readonly uses = new Map<string, Set<LineUse>>();
  #total = 0;
  #repeated = 0;
  readonly #leftOut = new Map<string, number>();
  #isOpen = false;
  #use: LineUse = 'read';
  #reason = '';
  #kind: string | null = null;

  /** Begins from nothing. */
  clear(): void {
    this.#close();
    this.#total = 0;
    this.#repeated = 0;
    this.#leftOut.clear();
    this.uses.clear();
  }

  /** The next line or entry. It counts as read until something else is said of it. */
  begin(): void {
    this.#close();
    this.#isOpen = true;
  }

  /** As the line names what it is; what is said last counts. */
  of(kind: string): void {
    this.#kind = kind.slice(0, 100);
  }

  /** Another line says what this one says. */
  repeat(): void {
    if (this.#use === 'read') this.#use = 'repeated';
  }

  /** @param reason one of few */
  leaveOut(reason: string): void {
    if (this.#use !== 'read') return;
    this.#use = 'left out';
    this.#reason = reason;
  }

  /** A line by the table of its file. @returns false where the table does not know its kind */
  passOver(kinds: LineKinds, kind: string): boolean {
    const { repeated = {}, leftOut = {} } = kinds;
    const reason = findKind(leftOut, kind);
    if (findKind(repeated, kind) !== undefined) this.repeat();
    else if (reason !== undefined) this.leaveOut(reason);
    else return false;
    return true;
  }

  /** Lines that come before all that were begun, and that nobody reads. */
  leaveOutBefore(count: number, reason: string): void {
    if (count === 0) return;
    this.#total += count;
    this.takeBack(count, reason);
  }

  /** Lines that were begun before and turn out to be nothing. */
  takeBack(count: number, reason: string): void {
    this.#leftOut.set(reason, (this.#leftOut.get(reason) ?? 0) + count);
  }

  /** The lines of a text that are not blank, each begun. */
  *linesOf(text: string): Generator<string> {
    for (let from = 0; from < text.length; ) {
      const end = text.indexOf('\n', from);
      const line = text.slice(from, end < 0 ? text.length : end);
      from = end < 0 ? text.length : end + 1;
      this.begin();
      if (line.trim() === '') this.leaveOut(leftOutReasons.blank);
      else yield line;
    }
  }

  /** No line comes any more. */
  finish(): void {
    this.#close();
  }

  tally(): LineTally {
    this.#close();
    const leftOut = [...this.#leftOut.values()].reduce((sum, count) => sum + count, 0);
    return {
      unit: this.unit,
      total: this.#total,
      read: this.#total - this.#repeated - leftOut,
      repeated: this.#repeated,
      leftOut: this.#leftOut,
      uses: this.uses,
    };
  }

  #close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#total++;
    if (this.#use === 'repeated') this.#repeated++;
    if (this.#use === 'left out') this.#leftOut.set(this.#reason, (this.#leftOut.get(this.#reason) ?? 0) + 1);
    if (this.#kind !== null && (this.uses.has(this.#kind) || this.uses.size < MAX_KINDS)) {
      const uses = this.uses.get(this.#kind) ?? new Set();
      this.uses.set(this.#kind, uses.add(this.#use));
    }
    this.#use = 'read';
    this.#reason = '';
    this.#kind = null;
  }
}

/** The tally of a text of lines. @param rest why all lines are left out of which nothing else is said */
export function tallyOfLines(
  text: string,
  used: { readonly read: number; readonly repeated?: number; readonly leftOut: readonly [string, number][] },
  rest: string = leftOutReasons.blank,
): LineTally {
  const { read, repeated = 0 } = used;
  const total = text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
  const leftOut = new Map<string, number>();
  const told = used.leftOut.reduce((sum, [, count]) => sum + count, read + repeated);
  for (const [reason, count] of [...used.leftOut, [rest, total - told] as const])
    if (count > 0) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  return { unit: 'line', total, read, repeated, leftOut };
}

/** The lines of a file of which another file says all that was read. */
export function repeatedTally({ unit, total, read, repeated, leftOut }: LineTally): LineTally {
  return { unit, total, read: 0, repeated: repeated + read, leftOut };
}

/** What a table says of a kind; the whole name counts before a pattern. */
export function findKind(kinds: Readonly<Record<string, string>>, kind: string): string | undefined {
  if (Object.hasOwn(kinds, kind)) return kinds[kind];
  return Object.entries(kinds).find(([name]) => isKind(name, kind))?.[1];
}

/** Whether a kind is the one of that name, in which one star stands for anything. */
export function isKind(name: string, kind: string): boolean {
  const star = name.indexOf('*');
  if (star < 0) return name === kind;
  const [start, end] = [name.slice(0, star), name.slice(star + 1)];
  return kind.length >= start.length + end.length && kind.startsWith(start) && kind.endsWith(end);
}

/** The sums of several: of one unit, or of lines where they differ. */
export function addTallies(tallies: readonly LineTally[]): LineTally {
  const leftOut = new Map<string, number>();
  for (const tally of tallies)
    for (const [reason, count] of tally.leftOut) leftOut.set(reason, (leftOut.get(reason) ?? 0) + count);
  const sum = (pick: (tally: LineTally) => number) =>
    tallies.reduce((total, tally) => total + pick(tally), 0);
  return {
    unit: tallies.some(({ unit }) => unit === 'line') ? 'line' : 'entry',
    total: sum(({ total }) => total),
    read: sum(({ read }) => read),
    repeated: sum(({ repeated }) => repeated),
    leftOut,
  };
}

/** "12 lines: 9 read, 1 repeated, 2 left out (blank)"; what was read whole is not spelt out. */
export function tallyWords({ unit, total, read, repeated, leftOut }: LineTally): string {
  const noun = unit === 'line' ? (total === 1 ? 'line' : 'lines') : total === 1 ? 'entry' : 'entries';
  if (read === total) return `${total} ${noun}`;
  const left = total - read - repeated;
  const reasons = [...leftOut].map(([reason, count]) => (leftOut.size === 1 ? reason : `${count} ${reason}`));
  const parts = [`${read} read`];
  if (repeated > 0) parts.push(`${repeated} repeated`);
  if (left > 0) parts.push(`${left} left out (${reasons.join('; ')})`);
  return `${total} ${noun}: ${parts.join(', ')}`;
}
