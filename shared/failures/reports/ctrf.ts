// Reads reports in CTRF, the common test report format in JSON. Does not read other JSON.
import { FailureList } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';
import { lastError } from '../traces/python-traceback.ts';

const MAX_TEST_CHARS = 20_000;
const MAX_BROKEN = 50;

export const ctrf: FailureReader = {
  runner: 'CTRF',
  forms: 'reports of any tool; of a report that is cut, the tests that are whole',
  from: 'output',
  recognises: ({ whole }) =>
    whole.includes('"status"') && /"(?:results|summary|rawStatus|duration)"/.test(whole),
  read,
};

type Fields = Readonly<Record<string, unknown>>;

function read({ whole }: Printed): Findings {
  const found = new FailureList();
  const results = resultsOf(whole);
  const tests = results && Array.isArray(results.tests) ? results.tests.filter(isFields) : testsWithin(whole);
  for (const test of tests) {
    const name = textIn(test, 'name');
    if (name === null || test.status !== 'failed') continue;
    const trace = (textIn(test, 'trace') ?? '')
      .split('\n')
      .slice(0, 200)
      .map((line) => line.slice(0, 500));
    const [file, line] = [textIn(test, 'filePath'), test.line];
    const place = firstFrame(trace) ?? lastError(trace, null).place ?? placeBefore(trace);
    const said = textIn(test, 'message') ?? trace.join('\n');
    found.add(name, place ?? (file && typeof line === 'number' ? `${file}:${line}` : file), messageOf(said));
  }
  return { tests: found.tests, tally: tallyOf(results) };
}

function resultsOf(whole: string): Fields | null {
  try {
    const report: unknown = JSON.parse(whole.slice(whole.indexOf('{'), whole.lastIndexOf('}') + 1));
    return isFields(report) && isFields(report.results) ? report.results : null;
  } catch {
    return null;
  }
}

/** The objects that begin with a name and are whole, one after the other. */
function testsWithin(whole: string): Fields[] {
  const tests: Fields[] = [];
  const start = /\{\s{0,20}"name"\s{0,20}:/g;
  let broken = 0;
  for (
    let match = start.exec(whole);
    match && broken < MAX_BROKEN && tests.length < 10_000;
    match = start.exec(whole)
  ) {
    const end = objectEnd(whole, match.index);
    const test = end === null ? null : parsed(whole.slice(match.index, end));
    if (test === null || end === null) broken++;
    else {
      tests.push(test);
      start.lastIndex = end;
    }
  }
  return tests;
}

function objectEnd(whole: string, from: number): number | null {
  let depth = 0;
  let isText = false;
  for (let at = from; at < Math.min(whole.length, from + MAX_TEST_CHARS); at++) {
    const char = whole[at];
    if (isText && char === '\\') at++;
    else if (char === '"') isText = !isText;
    else if (!isText && char === '{') depth++;
    else if (!isText && char === '}' && --depth === 0) return at + 1;
  }
  return null;
}

function parsed(json: string): Fields | null {
  try {
    const value: unknown = JSON.parse(json);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value);
}

function textIn(fields: Fields, key: string): string | null {
  const value = Object.hasOwn(fields, key) ? fields[key] : undefined;
  return typeof value === 'string' && value !== '' ? value.slice(0, MAX_TEST_CHARS) : null;
}

/** "tests/test_a.py:5: AssertionError". */
function placeBefore(trace: readonly string[]): string | null {
  return trace.flatMap((line) => /^([^\s:()]+\.\w{1,5}:\d+)\b/.exec(line)?.[1] ?? [])[0] ?? null;
}

function messageOf(said: string): string | null {
  const lines = said
    .split('\n', 20)
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const of = (side: RegExp) => lines.flatMap((line) => side.exec(line)?.[1] ?? [])[0];
  const [expected, received] = [of(/^Expected: +(.*)$/), of(/^Received: +(.*)$/)];
  const [first = null] = lines;
  return first === null || expected === undefined || received === undefined
    ? first
    : `${first}: expected ${expected}, received ${received}`;
}

function tallyOf(results: Fields | null) {
  const summary = results?.summary;
  if (!isFields(summary)) return null;
  const { passed, failed } = summary;
  const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
  return isCount(passed) && isCount(failed) ? { passed, failed } : null;
}
