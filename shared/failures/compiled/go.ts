// Reads go test, plain, -v and -json: the innermost tests that failed, with the first line that each logged, what
// testify says, a panic, or what did not build. Does not read other libraries' forms of a message.
import { FailureList, firstMatch, lineFrom } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';

const RESULT = /^( *)--- (FAIL|PASS|SKIP): (\S+)/;
const NOW = /^=== (?:RUN|NAME|CONT) +(\S+)/;
const LOG = /^\s+(\S+\.go:\d+): ?(.*)$/;

export const go: FailureReader = {
  runner: 'go',
  forms: 'plain, -v and -json, subtests, testify, panics, packages that do not build',
  from: 'output',
  recognises: ({ text }) =>
    /^ *--- (?:FAIL|PASS): |^panic: |^(?:FAIL|ok {2})\s+\S+|^\{"Time":|^\{"Action":|^\{"ImportPath":/m.test(
      text,
    ),
  read: (printed) => {
    const lines = plainLines(printed);
    const found = failuresOf(lines);
    return { tests: found, tally: tallyOf(lines) };
  },
};

/** The lines that `-json` packs into objects, put together again; others as they are. */
function plainLines({ whole, lines }: Printed): readonly string[] {
  if (!/^\{"(?:Time|Action|ImportPath)":/m.test(whole)) return lines;
  const text = whole.split('\n').map((line) => {
    if (!line.startsWith('{"')) return `${line}\n`;
    try {
      const event: unknown = JSON.parse(line);
      const output = event !== null && typeof event === 'object' && 'Output' in event ? event.Output : '';
      return typeof output === 'string' ? output : '';
    } catch {
      return '';
    }
  });
  return text
    .join('')
    .split('\n')
    .map((line) => line.slice(0, 500));
}

interface Log {
  readonly place: string;
  readonly message: string | null;
}

function failuresOf(lines: readonly string[]): Findings['tests'] {
  const logs = new Map<string, Log>();
  const failed: string[] = [];
  let current: string | null = null;
  for (const [at, line] of lines.entries()) {
    const result = RESULT.exec(line);
    if (result?.[2] === 'FAIL') failed.push(result[3] ?? '');
    // Without -v the log follows the verdict, with it the log is before it.
    if (result) current = result[2] === 'FAIL' ? (result[3] ?? null) : null;
    else current = NOW.exec(line)?.[1] ?? current;
    const log = current === null || logs.has(current) ? null : LOG.exec(line);
    if (log && current !== null)
      logs.set(current, { place: log[1] ?? '', message: logged(lines, at, log[2] ?? '') });
  }
  const found = new FailureList();
  const panic = panicOf(lines);
  // A test fails with its subtests: those are meant.
  const parents = new Set(
    failed.flatMap((name) => (name.includes('/') ? [name.slice(0, name.lastIndexOf('/'))] : [])),
  );
  for (const name of failed) {
    for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1))
      parents.add(name.slice(0, at));
  }
  const inner = failed.filter((name) => !parents.has(name));
  for (const [at, name] of inner.entries()) {
    const log = logs.get(name);
    const panicked = panic && at === inner.length - 1 ? panic : undefined;
    found.add(name, panicked?.place ?? log?.place, panicked?.message ?? log?.message);
  }
  if (inner.length === 0 && panic) found.add(null, panic.place, panic.message);
  if (found.tests.length === 0) addBuildError(found, lines);
  return found.tests;
}

/** What a test logged; testify leaves the first line empty and names its parts below. */
function logged(lines: readonly string[], at: number, said: string): string | null {
  if (said.trim() !== '') return said;
  const error = firstMatch(lines, /^\s+Error: +\t?\s*(.*)$/, at + 1, at + 8);
  if (!error) return lineFrom(lines, at + 1);
  const parts = [error.groups[0] ?? ''];
  for (let next = error.at + 1; next < error.at + 8; next++) {
    const line = lines[next] ?? '';
    if (!/^\s/.test(line) || /^\s+(?:Test|Messages|Error Trace): |^\s+Diff:/.test(line)) break;
    const part = line.trim().replace(/^(expected|actual) *: */, '$1 ');
    if (part !== '') parts.push(part);
  }
  const [first = '', ...others] = parts.map((part) => part.trim());
  return others.length === 0 ? first : `${first}${/[:,]$/.test(first) ? '' : ':'} ${others.join(', ')}`;
}

function panicOf(lines: readonly string[]): Log | null {
  const panic = firstMatch(lines, /^panic: (.+?)(?: \[recovered.*\])?$/);
  if (!panic || !firstMatch(lines, /^goroutine \d+ /, panic.at)) return null;
  const place = firstMatch(lines, /^\t((?!\S*\/src\/)\S+\.go:\d+)/, panic.at);
  return { place: place?.groups[0] ?? '', message: panic.groups[0] ?? null };
}

function addBuildError(found: FailureList, lines: readonly string[]): void {
  if (!firstMatch(lines, /^FAIL\s+\S+ \[(?:build|setup) failed\]/)) return;
  const error = firstMatch(lines, /^(?:vet: )?(?:\.\/)?(\S+\.go:\d+):(?:\d+:)? (.+)$/);
  if (error) found.add(null, error.groups[0] ?? null, error.groups[1] ?? null);
}

/** Only -v says which tests passed. A result whose beginning is cut off says that others are missing too. */
function tallyOf(lines: readonly string[]) {
  const begun = new Set<string>();
  const sum = { passed: 0, failed: 0 };
  for (const line of lines) {
    const run = /^=== RUN +(\S+)/.exec(line)?.[1];
    if (run !== undefined) begun.add(run);
    const [, indent, verdict, name = ''] = RESULT.exec(line) ?? [];
    if (indent !== '') continue;
    if (!begun.has(name)) return null;
    if (verdict === 'PASS') sum.passed++;
    if (verdict === 'FAIL') sum.failed++;
  }
  return sum.passed + sum.failed > 0 ? sum : null;
}
