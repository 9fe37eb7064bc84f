// Applies the unified diff of one file to its text, strictly: every line that the diff names must be where it says and
// as it says, to the last character. Guesses no place, opens no file.

/** A file as a patch knows it. */
export interface PatchedFile {
  /** Null where its bytes are no text in UTF-8. */
  readonly text: string | null;
  readonly isExecutable: boolean;
}

export interface FilePatch {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  /** Null where none was recorded. */
  readonly diff: string | null;
}

/** The patch cannot be applied; the message is a sentence without a stop. */
export class PatchError extends Error {
  readonly code = 'patch_refused';
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const EXECUTABLE = '100755';
const PLAIN = '100644';

/**
 * @param before null where there is no file
 * @returns null where the file is removed
 * @throws PatchError
 */
export function applyPatch(
  before: PatchedFile | null,
  { path, change, diff }: FilePatch,
): PatchedFile | null {
  if (change === 'added' && before !== null) throw new PatchError(`${path} was added, and is there already`);
  if (change !== 'added' && before === null) throw new PatchError(`${path} was ${change}, and is not there`);
  // Nothing of a file that goes is needed.
  if (change === 'removed') return null;
  if (diff === null)
    throw new PatchError(`the change to ${path} was recorded without its content (no text, or too large)`);
  checkWhole(path, diff);
  const { mode, rest } = readHeader(path, diff);
  if (before?.text === null) throw new PatchError(`${path} is no text in UTF-8`);
  const text = applyHunks(path, before?.text ?? '', rest);
  return { text, isExecutable: mode === null ? (before?.isExecutable ?? false) : mode === EXECUTABLE };
}

/** What recording may have made of a text that it could not keep as it was. */
function checkWhole(path: string, diff: string): void {
  if (/\[redacted:[^\]\n]{1,200}\]/.test(diff))
    throw new PatchError(`a secret was taken out of the change to ${path}`);
  if (diff.includes('\ufffd')) throw new PatchError(`the change to ${path} is no text in UTF-8`);
}

/** Lines before the first hunk. */
function readHeader(path: string, diff: string): { mode: string | null; rest: readonly string[] } {
  const lines = diff.split('\n');
  const at = lines.findIndex((line) => HUNK.test(line));
  const header = at < 0 ? lines : lines.slice(0, at);
  let mode: string | null = null;
  for (const line of header) {
    const [, told] = /^(?:new|new file) mode (\d{6})$/.exec(line) ?? [];
    if (told !== undefined) mode = told;
    else if (!/^(?:$|diff --git |old mode \d{6}$|index [0-9a-f.]+|--- |\+\+\+ )/.test(line))
      throw new PatchError(`the change to ${path} is not in the form of a unified diff`);
  }
  if (mode !== null && mode !== PLAIN && mode !== EXECUTABLE)
    throw new PatchError(`${path} became a link or something else that is no file`);
  if (at < 0 && mode === null) throw new PatchError(`the change to ${path} holds no lines`);
  return { mode, rest: at < 0 ? [] : lines.slice(at) };
}

function applyHunks(path: string, text: string, lines: readonly string[]): string {
  const old = linesOf(text);
  const young: string[] = [];
  let at = 0;
  for (let next = 0; next < lines.length; ) {
    const [hunk, start, oldCount = '1', , newCount = '1'] = HUNK.exec(lines[next] ?? '') ?? [];
    if (hunk === undefined) {
      if (next === lines.length - 1 && lines[next] === '') break;
      throw new PatchError(`the change to ${path} is cut off, or is no unified diff`);
    }
    next++;
    // Of no lines it names the one before.
    const from = Number(start) - (oldCount === '0' ? 0 : 1);
    if (from < at || from > old.length) throw misfit(path, Number(start));
    for (; at < from; at++) young.push(old[at] ?? '');
    const left = { old: Number(oldCount), young: Number(newCount) };
    while (left.old > 0 || left.young > 0) {
      const line = lines[next++];
      if (line === undefined) throw new PatchError(`the change to ${path} is cut off`);
      const isLast = lines[next]?.startsWith('\\') ?? false;
      if (isLast) next++;
      const content = `${line.slice(1)}${isLast ? '' : '\n'}`;
      const sign = line[0];
      if (sign !== ' ' && sign !== '-' && sign !== '+')
        throw new PatchError(`the change to ${path} is cut off, or is no unified diff`);
      if (sign !== '+') {
        if (old[at] !== content) throw misfit(path, at + 1);
        at++;
        left.old--;
      }
      if (sign !== '-') {
        young.push(content);
        left.young--;
      }
    }
    if (left.old < 0 || left.young < 0) throw new PatchError(`the change to ${path} is no unified diff`);
  }
  for (; at < old.length; at++) young.push(old[at] ?? '');
  return young.join('');
}

function misfit(path: string, line: number): PatchError {
  return new PatchError(`the change to ${path} does not fit at line ${line}: the run began with other files`);
}

/** With the line feeds that end them. */
function linesOf(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}
