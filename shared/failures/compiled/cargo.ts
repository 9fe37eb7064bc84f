// Reads cargo test and cargo nextest: failed tests, their panics, and the compiler's first error where nothing was
// built. Does not read libtest's JSON.
import { count, countBefore, FailureList, firstMatch, lineFrom, sumOf } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const FAILED = [
  /^test (\S.*?)(?: - should panic)? \.\.\. FAILED$/,
  /^ {4,}(?:FAIL|TIMEOUT|SIG[A-Z]+) \[ *[\d.]+s\] (?:\( *\d+\/\d+\) )?\S+ (\S+)$/,
  /^---- (\S.*?) stdout ----$/,
];
/** As `-q` prints it; the beginning of an output may be cut within the name. */
const QUIET = /^(\S+) --- FAILED$/;
const TALLY = /^test result: \w+\. (\d{1,9}) passed; (\d{1,9}) failed/;
const NEXTEST = /^ *Summary \[ *[\d.]+s\] +\d+(?:\/\d+)? tests? run: (.*)$/;

export const cargo: FailureReader = {
  runner: 'cargo',
  forms: 'plain and -q, doc tests, nextest, and code that does not compile',
  from: 'output',
  recognises: ({ text }) =>
    /^test .* \.\.\. FAILED$|^test result: |^error(?:\[E\d+\])?: |^---- .* stdout ----$/m.test(text) ||
    /^\S+ --- FAILED$|^ *Summary \[ *[\d.]+s\] /m.test(text),
  read,
};

function read({ lines }: Printed): Findings {
  const panics = panicsOf(lines);
  const found = new FailureList();
  const named: string[] = [];
  for (const [at, line] of lines.entries()) {
    const patterns = at > 0 ? [...FAILED, QUIET] : FAILED;
    const name = patterns.map((pattern) => pattern.exec(line)?.[1]).find((match) => match !== undefined);
    if (name !== undefined) named.push(name);
  }
  const [only] = panics.values();
  for (const name of named) {
    // A thread of the test's own may have another name.
    const panic = panics.get(name) ?? (new Set(named).size === 1 ? only : undefined) ?? errorOf(lines, name);
    found.add(name, panic?.place, panic?.message);
  }
  if (named.length === 0 && !lines.some((line) => TALLY.test(line))) addCompilerError(found, lines);
  return { tests: found.tests, tally: tallyOf(lines) };
}

interface Panic {
  readonly place: string | null;
  readonly message: string | null;
}

const PANIC = /^ *thread '(.*?)' (?:\(\d+\) )?panicked at (?:'(.*)', (\S+?:\d+)|(\S+?:\d+))/;

/** By name of the thread, which is the test's. */
export function panicsOf(lines: readonly string[]): Map<string, Panic> {
  const panics = new Map<string, Panic>();
  for (const [at, line] of lines.entries()) {
    const [, thread, message, oldPlace, place] = PANIC.exec(line) ?? [];
    if (thread === undefined || panics.has(thread)) continue;
    // Since Rust 1.73 the message is on the line below.
    panics.set(thread, { place: oldPlace ?? place ?? null, message: message ?? messageBelow(lines, at + 1) });
  }
  return panics;
}

function messageBelow(lines: readonly string[], at: number): string | null {
  const said = lineFrom(lines, at, at + 3);
  if (said === null || /^(?:test |note: |failures:|thread ')/.test(said)) return null;
  const sides = [1, 2].map((more) => /^ +(left|right): (.*)$/.exec(lines[at + more] ?? ''));
  const values = sides.flatMap((side) => (side ? [`${side[1]} ${side[2]}`] : []));
  return values.length < 2 ? said : `${said}: ${values.join(', ')}`;
}

/** What a test that gives back a Result printed. */
function errorOf(lines: readonly string[], name: string): Panic | undefined {
  const section = lines.indexOf(`---- ${name} stdout ----`);
  const error =
    section < 0 ? null : firstMatch(lines, /^(Error: .*|error\[E\d+\]: .*)$/, section, section + 20);
  return error ? { place: null, message: error.groups[0] ?? null } : undefined;
}

function addCompilerError(found: FailureList, lines: readonly string[]): void {
  for (const [at, line] of lines.entries()) {
    const message = /^error(?:\[E\d+\])?: (?!could not compile|test failed|aborting)(.+)/.exec(line);
    const place = message && firstMatch(lines, /^ *--> (\S+?:\d+)/, at, at + 4);
    if (!place) continue;
    found.add(null, place.groups[0] ?? null, line);
    return;
  }
}

function tallyOf(lines: readonly string[]) {
  return sumOf(
    lines.flatMap((line) => {
      const [, passed, failed] = TALLY.exec(line) ?? [];
      if (passed !== undefined) return [{ passed: count(passed), failed: count(failed) }];
      const nextest = NEXTEST.exec(line)?.[1];
      if (nextest === undefined) return [];
      const failures = countBefore(nextest, /failed/) + countBefore(nextest, /timed out/);
      return [{ passed: countBefore(nextest, /passed/), failed: failures }];
    }),
  );
}
