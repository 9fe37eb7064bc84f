// The tools of the readers of failures: a bounded list of failed tests, and searches in lines. Does not know any
// runner.
import type { TestFailure, TestTally } from './reader.ts';

const MAX_TESTS = 100;
const MAX_TEXT_CHARS = 300;

/** Failed tests by name, in the order in which they were first named; what one mention lacks another gives. */
export class FailureList {
  readonly #known = new Map<
    string | null,
    { name: string | null; place: string | null; message: string | null }
  >();

  add(name: string | null, place: string | null = null, message: string | null = null): void {
    const key = name === null ? null : textOf(name);
    let test = this.#known.get(key);
    if (!test) {
      if (this.#known.size >= MAX_TESTS) return;
      test = { name: key, place: null, message: null };
      this.#known.set(key, test);
    }
    test.place ??= textOf(place);
    test.message ??= textOf(message);
  }

  has(name: string): boolean {
    return this.#known.has(textOf(name));
  }

  get tests(): TestFailure[] {
    return [...this.#known.values()];
  }
}

function textOf(text: string | null | undefined): string | null {
  if (text === null || text === undefined) return null;
  return text.replace(/\s+/g, ' ').trim().slice(0, MAX_TEXT_CHARS) || null;
}

type Lines = readonly string[];
export type Groups = readonly (string | undefined)[];

/** The first match of a pattern among lines from one on, with the line's number. */
export function firstMatch(
  lines: Lines,
  pattern: RegExp,
  from = 0,
  to = lines.length,
): { readonly at: number; readonly groups: Groups } | null {
  for (let at = Math.max(from, 0); at < Math.min(to, lines.length); at++) {
    const match = pattern.exec(lines[at] ?? '');
    if (match) return { at, groups: match.slice(1) };
  }
  return null;
}

/** The first line that is not blank, from one on. */
export function lineFrom(lines: Lines, from: number, to = from + 20): string | null {
  return firstMatch(lines, /(\S.*)/, from, to)?.groups[0] ?? null;
}

/** Parts of the lines, each from a line that the pattern matches to the next such line; at most `most` lines. */
export function sectionsOf(
  lines: Lines,
  head: RegExp,
  most = 200,
): { readonly head: Groups; readonly at: number; readonly lines: Lines }[] {
  const heads: { at: number; groups: Groups }[] = [];
  for (const [at, line] of lines.entries()) {
    const match = head.exec(line);
    if (match) heads.push({ at, groups: match.slice(1) });
  }
  return heads.map(({ at, groups }, index) => ({
    head: groups,
    at,
    lines: lines.slice(at + 1, Math.min(heads[index + 1]?.at ?? lines.length, at + 1 + most)),
  }));
}

/** Tallies of several runs of one runner together; null for none. */
export function sumOf(tallies: readonly TestTally[]): TestTally | null {
  if (tallies.length === 0) return null;
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
  };
}

/** A number that a runner printed; 0 where it printed none. */
export function count(digits: string | undefined): number {
  const value = Number(digits ?? 0);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

/** "2 failed" in "1 passed, 2 failed": the number before a word. */
export function countBefore(text: string, word: RegExp): number {
  return count(new RegExp(`(\\d{1,9}) (?:${word.source})`).exec(text)?.[1]);
}

/** Names that an ended line gave; an unended last line adds no test, though it may add a message. */
export function onlyNamed(tests: readonly TestFailure[], ended: readonly TestFailure[]): TestFailure[] {
  const names = new Set(ended.map(({ name }) => name));
  return tests.filter(({ name }) => names.has(name));
}
