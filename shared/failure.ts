// The signature of a failure, read from what a verifier printed: the first test that failed, where, and the
// one line that says most, with all that differs from run to run taken out, so that cells which fail alike
// say the same. It refuses to guess: output of a runner that it does not know has no signature.

export interface FailureSignature {
  /** As its runner names it: "tests::empty", "test_x.py::test_y", "TestX/sub", "suite › name". */
  readonly test: string | null;
  /** "src/lib.rs:12". */
  readonly location: string | null;
  readonly message: string | null;
}

/** Of longer output, the beginning and the end are read. */
const MAX_CHARS = 200_000;
/** Longer lines are cut: every pattern below is tried on lines of bounded length. */
const MAX_LINE_CHARS = 500;
const MAX_TEXT_CHARS = 200;

/** cargo test, pytest, go test, jest, vitest, node --test; null where it is none of them or nothing failed. */
export function readFailure(output: string): FailureSignature | null {
  const lines = linesOf(output);
  for (const read of [cargo, pytest, goTest, vitest, jest, nodeSpec, nodeTap]) {
    const found = read(lines);
    if (found) return normalised(found);
  }
  return null;
}

type Lines = readonly string[];

function linesOf(output: string): string[] {
  const half = MAX_CHARS / 2;
  const text =
    output.length > MAX_CHARS ? `${output.slice(0, half)}\n${output.slice(output.length - half)}` : output;
  return text
    .replace(ANSI, '')
    .split(/\r?\n/)
    .map((line) => line.slice(0, MAX_LINE_CHARS));
}

const ANSI = /\u001b\[[0-9;]{0,40}[A-Za-z]/g;

/** The first match of a pattern, from a line on; with the line's number. */
function firstMatch(lines: Lines, pattern: RegExp, from = 0, to = lines.length) {
  for (let at = from; at < Math.min(to, lines.length); at++) {
    const match = pattern.exec(lines[at] ?? '');
    if (match) return { at, groups: match.slice(1) as (string | undefined)[] };
  }
  return null;
}

/** The first line that is not blank, from a line on. */
function lineFrom(lines: Lines, from: number, to = from + 20): string | null {
  return firstMatch(lines, /(\S.*)/, from, to)?.groups[0] ?? null;
}

function cargo(lines: Lines): FailureSignature | null {
  const failed = firstMatch(lines, /^test (\S+)(?: - should panic)? \.\.\. FAILED/);
  const test = failed?.groups[0] ?? null;
  const section = test === null ? -1 : lines.indexOf(`---- ${test} stdout ----`);
  const panic =
    firstMatch(lines, PANIC, Math.max(section, 0), section < 0 ? lines.length : section + 20) ??
    firstMatch(lines, PANIC);
  if (test === null && panic === null) return cargoBuild(lines);
  const [message, oldPlace, place] = panic?.groups ?? [];
  return {
    test,
    location: oldPlace ?? place ?? null,
    // Since Rust 1.73 the message stands on the line below.
    message: message ?? (panic ? lineFrom(lines, panic.at + 1) : null),
  };
}
const PANIC = /^thread '.*' (?:\(\d+\) )?panicked at (?:'(.*)', (\S+?:\d+)|(\S+?:\d+))/;

function cargoBuild(lines: Lines): FailureSignature | null {
  const error = firstMatch(lines, /^error(?:\[E\d+\])?: (?!could not compile|test failed|aborting)(.+)/);
  const place = error && firstMatch(lines, /^\s*--> (\S+?:\d+)/, error.at, error.at + 4);
  if (!error || !place) return null;
  return { test: null, location: place.groups[0] ?? null, message: lines[error.at] ?? null };
}

function pytest(lines: Lines): FailureSignature | null {
  const summary = firstMatch(lines, /^(?:FAILED|ERROR) ([^\s:]+\.py(?:::.+?)?)(?: - (.*))?$/);
  const verbose = summary ? null : firstMatch(lines, /^([^\s:]+\.py::\S+) (?:FAILED|ERROR)\b/);
  const header = firstMatch(lines, /^_{3,} (?:ERROR \w+ (?:of )?)?([^_\s].*?) _{3,}$/);
  if (!summary && !verbose && !(header && firstMatch(lines, /^=+ (?:FAILURES|ERRORS) =+$/))) return null;
  const from = header?.at ?? 0;
  const place = firstMatch(lines, /^([^\s:]+\.py:\d+): /, from);
  const error = firstMatch(lines, /^E {2,}(\S.*)$/, from);
  return {
    test: summary?.groups[0] ?? verbose?.groups[0] ?? header?.groups[0] ?? null,
    location: place?.groups[0] ?? null,
    message: error?.groups[0] ?? summary?.groups[1] ?? null,
  };
}

function goTest(lines: Lines): FailureSignature | null {
  let failed = firstMatch(lines, GO_FAIL);
  const panic = firstMatch(lines, /^panic: (.+?)(?: \[recovered\])?$/);
  if (!failed && !(panic && firstMatch(lines, /^goroutine \d+ /))) return goBuild(lines);
  // A test is printed before its subtests: the innermost first one is meant.
  for (let below = failed; failed && below; ) {
    below = firstMatch(lines, GO_FAIL, below.at + 1, below.at + 50);
    if (below?.groups[0]?.startsWith(`${failed.groups[0]}/`)) failed = below;
  }
  const test = failed?.groups[0] ?? null;
  if (panic) {
    const place = firstMatch(lines, /^\t(\S+_test\.go:\d+|(?!\S*\/src\/)\S+\.go:\d+)/, panic.at);
    return { test, location: place?.groups[0] ?? null, message: panic.groups[0] ?? null };
  }
  // Without -v the log follows the verdict, with it it stands before.
  const from = failed?.at ?? 0;
  const log = firstMatch(lines, GO_LOG, from, from + 50) ?? firstMatch(lines, GO_LOG);
  const [location = null, message = null] = log?.groups ?? [];
  const said = message?.trim() || (log ? lineFrom(lines, log.at + 1) : null);
  return { test, location, message: said?.trim() ?? null };
}
const GO_FAIL = /^ *--- FAIL: (\S+)/;
const GO_LOG = /^\s+(\S+\.go:\d+): (.*)$/;

function goBuild(lines: Lines): FailureSignature | null {
  if (!firstMatch(lines, /^FAIL\s+\S+ \[(?:build|setup) failed\]/)) return null;
  const error = firstMatch(lines, /^(?:vet: )?(?:\.\/)?(\S+\.go:\d+):(?:\d+:)? (.+)$/);
  return error && { test: null, location: error.groups[0] ?? null, message: error.groups[1] ?? null };
}

function vitest(lines: Lines): FailureSignature | null {
  const failed = firstMatch(
    lines,
    /^ *FAIL {2}(?:\|[^|]*\| |\S+ (?=\S+\.[cm]?[jt]sx?))?(\S+\.[cm]?[jt]sx?(?: > .+| \[.*\])?)$/,
  );
  if (!failed) return null;
  const place = firstMatch(lines, /^ ❯ (?:.* \()?([^\s():]+:\d+):\d+/, failed.at);
  const error = firstMatch(lines, /^((?:\w*Error|AssertionError|Error)\b.*)$/, failed.at + 1, failed.at + 10);
  return {
    test: failed.groups[0] ?? null,
    location: place?.groups[0] ?? null,
    message: error?.groups[0] ?? lineFrom(lines, failed.at + 1),
  };
}

function jest(lines: Lines): FailureSignature | null {
  const failed = firstMatch(lines, /^ {2}● (?!Console)(\S.*)$/);
  if (!failed || !firstMatch(lines, /^FAIL\s+\S+|^Tests?(?: Suites)?: /)) return null;
  const place =
    firstMatch(lines, /^\s+at .*?\(?((?!node:)[^\s():]+\.[cm]?[jt]sx?:\d+):\d+\)?$/, failed.at) ?? null;
  return {
    test: failed.groups[0] ?? null,
    location: place?.groups[0] ?? null,
    message: lineFrom(lines, failed.at + 1),
  };
}

function nodeSpec(lines: Lines): FailureSignature | null {
  const list = firstMatch(lines, /^✖ failing tests:/);
  if (!list) return null;
  const failed = firstMatch(lines, /^✖ (.+?)(?: \([\d.]+ms\))?$/, list.at + 1);
  if (!failed) return null;
  const place = firstMatch(lines, /^test at (?:file:\/\/)?(\S+?:\d+):\d+/, list.at, failed.at);
  return {
    test: failed.groups[0] ?? null,
    location: place?.groups[0] ?? null,
    message: lineFrom(lines, failed.at + 1),
  };
}

function nodeTap(lines: Lines): FailureSignature | null {
  // A suite fails with its tests and stands behind them, less far to the right.
  const failed = firstMatch(lines, /^ *not ok \d+ - (?!.*# (?:TODO|SKIP))(.+)$/);
  if (!failed) return null;
  const place = firstMatch(
    lines,
    /^\s+location: '?(?:file:\/\/)?(.+?:\d+):\d+'?$/,
    failed.at,
    failed.at + 12,
  );
  const error = firstMatch(lines, /^\s+error: (.*)$/, failed.at, failed.at + 12);
  const folded = error !== null && /^[|>]-?$/.test(error.groups[0] ?? '');
  const said = folded ? lineFrom(lines, error.at + 1) : (error?.groups[0]?.replace(/^'|'$/g, '') ?? null);
  return { test: failed.groups[0] ?? null, location: place?.groups[0] ?? null, message: said };
}

function normalised({ test, location, message }: FailureSignature): FailureSignature {
  const text = (value: string | null) => (value === null ? null : withoutChance(value) || null);
  return { test: text(test), location: text(location), message: text(message) };
}

/** What differs from run to run as "…": addresses, ids, durations, the names of temporary folders. */
function withoutChance(text: string): string {
  return text
    .replace(/\b0x[0-9a-f]{4,}\b/gi, '0x…')
    .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '…')
    .replace(/(\/tmp\/|\/var\/folders\/)[^\s:'"]*\//g, '$1…/')
    .replace(/\b(pid|thread|goroutine)([ =:#-]+)\d+/gi, '$1$2…')
    .replace(/\b\d+(?:\.\d+)?(?: ?(?:ns|µs|us|ms|s|sec|secs|seconds|milliseconds)\b)/g, '…')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, MAX_TEXT_CHARS);
}
