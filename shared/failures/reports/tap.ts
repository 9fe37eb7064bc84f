// Reads TAP of any program: Node, tape, node-tap, Test::More and prove, bats, pgTAP. A test point with subtests
// fails with them: those are meant. Does not read the reporters for people of the same programs.
import { count, FailureList, firstMatch, lineFrom } from '../collecting.ts';
import type { Printed } from '../printed.ts';
import type { FailureReader, Findings } from '../reader.ts';
import { firstFrame } from '../traces/javascript-stack.ts';

const POINT = /^((?: {4})*)(not )?ok(?: (\d{1,9}))?(?: -)?(?: (?! *#)(.*?))?(?: +# *(\w+).*)?$/;
const PROVE_FAILED = /^#\s+Failed test '(.*)'$/;

export const tap: FailureReader = {
  runner: 'TAP',
  forms:
    'versions 12 to 14 with diagnostics in YAML or comments: Node, tape, Test::More, prove, bats, mocha, vitest',
  from: 'output',
  recognises: ({ text }) =>
    /^ *not ok\b|^TAP version \d+$|^1\.\.\d+$|^# +Failed test |^Result: (?:FAIL|PASS)$/m.test(text) &&
    /^ *(?:not )?ok\b|^# +Failed test |^Result: (?:FAIL|PASS)$|^Files=\d+, Tests=\d+/m.test(text),
  read,
};

interface Point {
  readonly at: number;
  readonly depth: number;
  readonly name: string;
  readonly isFailed: boolean;
}

function read({ lines }: Printed): Findings {
  const found = new FailureList();
  const points = pointsOf(lines);
  for (const [index, { at, depth, name, isFailed }] of points.entries()) {
    if (!isFailed || hasFailedWithin(points, index, depth)) continue;
    const to = points[index + 1]?.at ?? at + 60;
    const below = lines.slice(at + 1, Math.min(to, at + 60));
    const { place, message } = diagnosisOf(below);
    found.add(name, place, message);
  }
  // prove keeps the test points to itself and lets the diagnosis through.
  for (const [at, line] of lines.entries()) {
    const name = PROVE_FAILED.exec(line)?.[1];
    if (name === undefined) continue;
    const { place, message } = commentsOf(lines.slice(at, at + 8));
    found.add(name, place, message);
  }
  return { tests: found.tests, tally: tallyOf(lines, points) };
}

function pointsOf(lines: readonly string[]): Point[] {
  return lines.flatMap((line, at) => {
    const [all, indent = '', not, number, text = '', directive = ''] = POINT.exec(line) ?? [];
    if (all === undefined) return [];
    // The first line may be the end of one: "not " may be cut off.
    if (at === 0 && not === undefined) return [];
    const isFailed = not !== undefined && !/^(?:todo|skip)/i.test(directive);
    const name = text.replace(/\\#/g, '#').replace(/ +\{$/, '').trim() || `test ${number ?? ''}`.trim();
    return [{ at, depth: indent.length, name, isFailed }];
  });
}

/** Subtests come before the point of their parent, further to the right. */
function hasFailedWithin(points: readonly Point[], index: number, depth: number): boolean {
  const before = points[index - 1];
  return before !== undefined && before.depth > depth && someWithin(points, index - 1, depth);
}

function someWithin(points: readonly Point[], last: number, depth: number): boolean {
  for (let at = last; at >= Math.max(0, last - 1000); at--) {
    const point = points[at];
    if (!point || point.depth <= depth) return false;
    if (point.isFailed) return true;
  }
  return false;
}

interface Diagnosis {
  readonly place: string | null;
  readonly message: string | null;
}

function diagnosisOf(below: readonly string[]): Diagnosis {
  // mocha indents what it has to say, as TAP does not know it.
  if (/^ {2,}[^ #-]/.test(below[0] ?? '')) return { place: firstFrame(below), message: foldedText(below, 0) };
  if (!/^ *---$/.test(below[0] ?? '')) return commentsOf(below);
  const end = firstMatch(below, /^ *\.\.\.$/, 1)?.at ?? below.length;
  const block = below.slice(1, end);
  const location =
    firstMatch(block, /^ *(?:location|at): '?(?:.*\()?(?:file:\/\/)?([^\s()'][^()']*?:\d+):\d+\)?'?$/)
      ?.groups[0] ?? placeInParts(block);
  const error = firstMatch(block, /^ *(?:error|message): *(.*)$/);
  const folded = error !== null && /^[|>][-+]?$/.test(error.groups[0] ?? '');
  const said = folded ? foldedText(block, error.at + 1) : unquoted(error?.groups[0] ?? null);
  const place = firstMatch(block, NODE_FRAME)?.groups[0] ?? location ?? firstFrame(block);
  return { place, message: said ?? valuesOf(block) };
}

/** Node leaves out the "at" of a stack's lines. */
const NODE_FRAME = /^ *(?!at |node:)\S.* \((?:file:\/\/)?(\/[^()]*:\d+):\d+\)$/;

/** node-tap: "at:" with fileName and lineNumber below it. */
function placeInParts(block: readonly string[]): string | null {
  const file = firstMatch(block, /^ *(?:fileName|file): '?(.+?)'?$/)?.groups[0];
  const line = firstMatch(block, /^ *(?:lineNumber|line): (\d+)$/)?.groups[0];
  return file !== undefined && line !== undefined ? `${file}:${line}` : null;
}

function foldedText(block: readonly string[], from: number): string | null {
  const said = lineFrom(block, from)?.trim() ?? null;
  const values = said?.endsWith(':')
    ? firstMatch(block, /^ *(\S.* [!=]==? \S.*)$/, from + 1, from + 4)
    : null;
  return values ? `${said} ${values.groups[0]}` : said;
}

function valuesOf(block: readonly string[]): string | null {
  const of = (key: RegExp) => firstMatch(block, key)?.groups[0];
  const [expected, actual] = [of(/^ *(?:expected|wanted): +(\S.*)$/), of(/^ *(?:actual|found): +(\S.*)$/)];
  if (expected === undefined || actual === undefined || /^[|>]/.test(expected)) return null;
  return `expected ${unquoted(expected)}, actual ${unquoted(actual)}`;
}

function unquoted(text: string | null): string | null {
  return text?.replace(/^(['"])(.*)\1$/, '$2') ?? null;
}

/** Comments below a point: Test::More's "at t/calc.t line 3.", bats' "(in test file calc.bats, line 2)". */
function commentsOf(below: readonly string[]): Diagnosis {
  const comments = below
    .slice(0, 12)
    .filter((line) => /^ *#/.test(line))
    .map((line) => line.replace(/^ *# ?/, ''));
  const perl = firstMatch(comments, /\bat (\S+) line (\d+)\.$/);
  const bats = firstMatch(comments, /in (?:test )?file (.+?), line (\d+)/);
  const [file, line] = (perl ?? bats)?.groups ?? [];
  const values = [/^ *(got): (.*)$/, /^ *(expected): (.*)$/].map(
    (side) => firstMatch(comments, side)?.groups,
  );
  const said = values.flatMap((side) => (side ? [`${side[0]} ${side[1]?.trim()}`] : [])).join(', ');
  const other = firstMatch(comments, /^ *(?!Failed test|\(|at )(\S.*)$/)?.groups[0] ?? null;
  return { place: file === undefined ? firstFrame(below) : `${file}:${line}`, message: said || other };
}

/** What the program counts itself, else its test points, where its plan says that none is missing. */
function tallyOf(lines: readonly string[], points: readonly Point[]) {
  const last = (what: RegExp) => lines.flatMap((line) => what.exec(line)?.[1] ?? []).at(-1);
  const [passed, failed] = [last(/^# pass +(\d{1,9})$/), last(/^# fail +(\d{1,9})$/)];
  if (passed !== undefined) return { passed: count(passed), failed: count(failed) };
  const total = last(/^Files=\d+, Tests=(\d{1,9})/);
  const lost =
    last(/Failed: (\d{1,9})\)/) ?? last(/Failed \d+\/\d+ test programs\. (\d{1,9})\/\d+ subtests failed/);
  if (total !== undefined) return { passed: Math.max(0, count(total) - count(lost)), failed: count(lost) };
  const plan = last(/^1\.\.(\d{1,9})/);
  const top = points.filter(({ depth }) => depth === 0);
  if (plan === undefined || count(plan) !== top.length) return null;
  const isFailed = top.filter((point) => point.isFailed).length;
  return { passed: top.length - isFailed, failed: isFailed };
}
