// File diffs as agents write them, brought to one form: a unified diff with `--- a/path` and
// `+++ b/path`, so that no absolute path of the machine that ran the agent is left in it. Pure text;
// it never reads a file and never invents a line that the agent did not show.
import type { FileChange } from '../step.ts';

/** The path relative to `base`, where it lies under it. */
export function relativePath(path: string, base: string | null): string {
  const prefix = base === null || base === '' ? null : base.endsWith('/') ? base : `${base}/`;
  return prefix !== null && path.startsWith(prefix) ? path.slice(prefix.length) : path;
}

/** One change a file in a patch of one or several; header paths go through `rename`. */
export function readPatch(patch: string, rename: (path: string) => string): FileChange[] {
  const changes: FileChange[] = [];
  const lines = patch.split('\n');
  for (let index = 0; index + 1 < lines.length; index++) {
    const before = lines[index] ?? '';
    const after = lines[index + 1] ?? '';
    if (!before.startsWith('--- ') || !after.startsWith('+++ ')) continue;
    const hunks = readHunks(lines, index + 2);
    index += 1 + hunks.length;
    if (hunks.length > 0) changes.push(changeOf(headerPath(before), headerPath(after), hunks, rename));
  }
  return changes;
}

/** The hunks from a line on. Their headers say how long they are: a removed "-- x" is no file header. */
function readHunks(lines: readonly string[], from: number): string[] {
  const hunks: string[] = [];
  let olds = 0;
  let news = 0;
  for (let index = from; index < lines.length; index++) {
    const line = lines[index] ?? '';
    const header = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (olds <= 0 && news <= 0) {
      if (line.startsWith('\\')) hunks.push(line);
      else if (!header) break;
      else {
        olds = Number(header[1] ?? 1);
        news = Number(header[2] ?? 1);
        hunks.push(line);
      }
      continue;
    }
    if (!line.startsWith('+') && !line.startsWith('\\')) olds--;
    if (!line.startsWith('-') && !line.startsWith('\\')) news--;
    hunks.push(line);
  }
  return hunks;
}

function changeOf(
  oldPath: string,
  newPath: string,
  hunks: readonly string[],
  rename: (path: string) => string,
): FileChange {
  const first = hunks[0] ?? '';
  const added = oldPath === '/dev/null' || /^@@ -0,0 /.test(first);
  const removed = newPath === '/dev/null' || /^@@ -\S+ \+0,0 /.test(first);
  const change = added ? 'added' : removed ? 'removed' : 'modified';
  const path = rename(newPath === '/dev/null' ? oldPath : newPath);
  return { path, change, diff: withHeader(path, change, hunks) };
}

/** The diff of a file that did not exist before. */
export function addedFile(path: string, content: string): string {
  const lines = content.split('\n');
  const open = lines.at(-1) !== '';
  if (!open) lines.pop();
  if (lines.length === 0) return withHeader(path, 'added', []);
  const body = lines.map((line) => `+${line}`);
  if (open) body.push('\\ No newline at end of file');
  return withHeader(path, 'added', [`@@ -0,0 +1,${lines.length} @@`, ...body]);
}

/** Lines around a change, as diff(1) shows them. */
const CONTEXT_LINES = 3;

/**
 * The diff between two whole texts of a file, in one hunk from the first line that differs to the last.
 * Null where they are the same.
 */
export function changedFile(path: string, before: string, after: string): string | null {
  const olds = before.split('\n');
  const news = after.split('\n');
  const shorter = Math.min(olds.length, news.length);
  let head = 0;
  while (head < shorter && olds[head] === news[head]) head++;
  if (head === olds.length && head === news.length) return null;
  let tail = 0;
  while (tail < shorter - head && olds.at(-1 - tail) === news.at(-1 - tail)) tail++;
  const from = Math.max(0, head - CONTEXT_LINES);
  const left = Math.min(tail, CONTEXT_LINES);
  const body = [
    ...olds.slice(from, head).map((line) => ` ${line}`),
    ...olds.slice(head, olds.length - tail).map((line) => `-${line}`),
    ...news.slice(head, news.length - tail).map((line) => `+${line}`),
    ...olds.slice(olds.length - tail, olds.length - tail + left).map((line) => ` ${line}`),
  ];
  const count = (lines: readonly string[]): number => lines.length - tail + left - from;
  return withHeader(path, 'modified', [
    `@@ -${from + 1},${count(olds)} +${from + 1},${count(news)} @@`,
    ...body,
  ]);
}

/**
 * pi's numbered diff (" 12 kept", "-12 gone", "+12 new", "    ..." between hunks; kept and removed lines
 * carry the old number, new lines the new one) as hunks of a unified diff.
 * Null where a line has another form: a half-read diff would be a lie.
 */
export function readNumberedDiff(text: string, path: string): string | null {
  const hunks: string[] = [];
  let body: string[] = [];
  let oldStart = 0;
  let newStart = 0;
  let olds = 0;
  let news = 0;
  let shift = 0;
  const close = () => {
    if (body.length > 0) {
      // A side without lines names the line before it, as diff(1) does.
      const left = `${olds === 0 ? oldStart - 1 : oldStart},${olds}`;
      const right = `${news === 0 ? newStart - 1 : newStart},${news}`;
      hunks.push(`@@ -${left} +${right} @@`, ...body);
    }
    shift += news - olds;
    body = [];
    olds = 0;
    news = 0;
  };
  for (const line of text.split('\n')) {
    if (/^ +\.\.\.$/.test(line)) {
      close();
      continue;
    }
    const match = /^([ +-]) *(\d+) (.*)$/s.exec(line) ?? /^([ +-]) *(\d+)()$/.exec(line);
    if (!match) return null;
    const sign = match[1] ?? ' ';
    const number = Number(match[2]);
    if (body.length === 0) {
      oldStart = sign === '+' ? number - shift : number;
      newStart = sign === '+' ? number : number + shift;
    }
    if (sign !== '+') olds++;
    if (sign !== '-') news++;
    body.push(`${sign}${match[3] ?? ''}`);
  }
  close();
  return hunks.length === 0 ? null : withHeader(path, 'modified', hunks);
}

function withHeader(path: string, change: FileChange['change'], hunks: readonly string[]): string {
  const from = change === 'added' ? '/dev/null' : `a/${path}`;
  const to = change === 'removed' ? '/dev/null' : `b/${path}`;
  return `${[`--- ${from}`, `+++ ${to}`, ...hunks].join('\n')}\n`;
}

/** A header's path: without its time stamp and without git's `a/` and `b/`. */
function headerPath(line: string): string {
  const path = (line.slice(4).split('\t')[0] ?? '').trimEnd();
  return /^[ab]\//.test(path) ? path.slice(2) : path;
}
