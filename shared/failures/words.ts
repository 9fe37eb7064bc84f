// What a verifier's output says of its tests in words, the same on the command line, in lists and on the page. Does not
// read output, nor judge a run.
import type { Findings } from './reader.ts';

/** In pieces: a page links the test, or "Verifier" where none is named. */
export interface VerdictWords {
  readonly before: string;
  /** The first test that failed, as one suite shows it; null where none is named. */
  readonly test: string | null;
  readonly after: string;
}

const MAX_CHARS = 160;
const VERIFIER = 'Verifier';

/** "Verifier passed 3 tests", "Verifier failed empty at src/lib.rs:12: boom, and 2 other tests", without a stop. */
export function verdictWords(
  outcome: 'passed' | 'failed',
  { tally, tests: [first, ...more] }: Findings,
  exitCode: number | null,
): VerdictWords {
  if (outcome === 'passed')
    return { before: VERIFIER, test: null, after: ` passed${tally ? ` ${tests(tally.passed)}` : ''}` };
  if (first === undefined) {
    const how = tally && tally.failed > 0 ? ` ${tests(tally.failed)}` : '';
    return {
      before: VERIFIER,
      test: null,
      after: ` failed${how}${exitCode === null ? '' : ` with exit code ${exitCode}`}`,
    };
  }
  const { name, place, message } = first;
  const others = Math.max(tally?.failed ?? 0, more.length + 1) - 1;
  const where = place === null ? '' : ` at ${cut(place)}`;
  const said = message === null ? '' : `: ${cut(message.replace(/[.:]$/, ''))}`;
  const rest = others > 0 ? `${message === null ? '' : ','} and ${tests(others, 'other test')}` : '';
  const after = `${where}${said}${rest}`;
  return name === null
    ? { before: VERIFIER, test: null, after: ` failed${after}` }
    : { before: `${VERIFIER} failed `, test: shortName(name), after };
}

/** The same as one sentence. */
export function verdictSentence(
  outcome: 'passed' | 'failed',
  found: Findings,
  exitCode: number | null,
): string {
  const { before, test, after } = verdictWords(outcome, found, exitCode);
  const text = `${before}${test ?? ''}${after}`;
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** "1 of 4 tests failed"; null where that is not known, or none did. */
export function failedShare({ tally }: Findings): string | null {
  return tally && tally.failed > 0 ? `${tally.failed} of ${tests(tally.passed + tally.failed)} failed` : null;
}

/** "tests::empty" is "empty" to a reader who sees one suite; "::" in a parameter is part of it. */
function shortName(test: string): string {
  const [, name, parameter = ''] = /^([^[\s]*)(.*)$/.exec(test) ?? [];
  return cut(`${name?.split('::').at(-1) ?? ''}${parameter}` || test);
}

function tests(count: number, one = 'test'): string {
  return `${String(count).replace(/\B(?=(\d{3})+$)/g, ',')} ${one}${count === 1 ? '' : 's'}`;
}

function cut(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS - 1)}…` : text;
}
