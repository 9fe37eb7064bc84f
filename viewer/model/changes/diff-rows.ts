// A unified diff as rows to look at: numbered lines in hunks, pairs of old and new side by side, and
// within a pair what changed. Does not apply a diff or guess at what none of its lines says.

export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  /** Line numbers in the old and the new file; null where it has none there or the diff gives none. */
  readonly oldNo: number | null;
  readonly newNo: number | null;
  /** Without its sign. */
  readonly text: string;
  /** What differs from the line it is paired with: [from, to) in UTF-16 units, or null for all or nothing. */
  readonly changed: readonly [from: number, to: number] | null;
  /** Whether the last of several edits made it so; where there is but one, nobody asks. */
  readonly isNew?: boolean;
}

export interface DiffHunk {
  /** "@@ -1,4 +1,4 @@ fn main" as it stands; '' where the diff has none. */
  readonly header: string;
  readonly lines: readonly DiffLine[];
}

export interface SideRow {
  readonly left: DiffLine | null;
  readonly right: DiffLine | null;
}

const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;
const HEADER =
  /^(?:diff --git |index [0-9a-f]|--- |\+\+\+ |new file mode |deleted file mode |(?:old|new) mode |similarity |rename )/;

/** The hunks of one file's diff. Headers are left out; "\ No newline" lines too. */
export function diffHunks(diff: string): DiffHunk[] {
  const hunks: { header: string; lines: DiffLine[] }[] = [];
  let left = { oldNo: 0, newNo: 0, old: 0, new: 0 };
  const bare = !/^@@ /m.test(diff);
  for (const text of diff.replace(/\n$/, '').split('\n')) {
    const inHunk = left.old > 0 || left.new > 0;
    const hunk = inHunk ? null : HUNK.exec(text);
    if (hunk) {
      hunks.push({ header: text, lines: [] });
      left = {
        oldNo: Number(hunk[1]),
        newNo: Number(hunk[3]),
        old: Number(hunk[2] ?? 1),
        new: Number(hunk[4] ?? 1),
      };
      continue;
    }
    if (text.startsWith('\\') || (!inHunk && (!bare || HEADER.test(text)))) continue;
    if (hunks.length === 0) hunks.push({ header: '', lines: [] });
    hunks.at(-1)?.lines.push(lineOf(text, left, bare));
  }
  return hunks.map(({ header, lines }) => ({ header, lines: markChanged(lines) }));
}

function lineOf(
  text: string,
  left: { oldNo: number; newNo: number; old: number; new: number },
  bare: boolean,
): DiffLine {
  const kind = text.startsWith('+') ? 'added' : text.startsWith('-') ? 'removed' : 'same';
  const line: DiffLine = {
    kind,
    oldNo: bare || kind === 'added' ? null : left.oldNo,
    newNo: bare || kind === 'removed' ? null : left.newNo,
    text: text.slice(1),
    changed: null,
  };
  if (kind !== 'added') {
    left.oldNo++;
    left.old--;
  }
  if (kind !== 'removed') {
    left.newNo++;
    left.new--;
  }
  return line;
}

/** The line of the old file that a hunk begins at; null where its diff has no line numbers. */
export function hunkStart({ header }: DiffHunk): number | null {
  const match = HUNK.exec(header);
  // Without a line of the old file it stands behind the one that it names.
  return match && Number(match[1]) + (match[2] === '0' ? 1 : 0);
}

/** Runs of removed lines and the same number of added ones are pairs, in order. */
export function markChanged(lines: readonly DiffLine[]): DiffLine[] {
  const marked = [...lines];
  for (const { removedFrom, addedFrom, end } of changeRuns(lines)) {
    const count = addedFrom - removedFrom;
    if (count === 0 || count !== end - addedFrom) continue;
    for (let i = 0; i < count; i++) {
      const before = lines[removedFrom + i];
      const after = lines[addedFrom + i];
      if (!before || !after) continue;
      const [old, now] = differences(before.text, after.text);
      marked[removedFrom + i] = { ...before, changed: old };
      marked[addedFrom + i] = { ...after, changed: now };
    }
  }
  return marked;
}

/** Stretches of removed lines with the added ones behind them. */
function* changeRuns(
  lines: readonly DiffLine[],
): Generator<{ removedFrom: number; addedFrom: number; end: number }> {
  for (let at = 0; at < lines.length; ) {
    const removedFrom = at;
    while (lines[at]?.kind === 'removed') at++;
    const addedFrom = at;
    while (lines[at]?.kind === 'added') at++;
    if (at > removedFrom) yield { removedFrom, addedFrom, end: at };
    else at++;
  }
}

type Range = readonly [from: number, to: number];

/** What lies between the common start and the common end; null for both where little is common. */
function differences(before: string, after: string): [Range | null, Range | null] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start++;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  // Never between the halves of a surrogate pair.
  if (isHighSurrogate(before.charCodeAt(start - 1))) start--;
  if (isHighSurrogate(before.charCodeAt(before.length - end - 1))) end--;
  const common =
    before.slice(0, start).trim().length + before.slice(before.length - Math.max(0, end)).trim().length;
  if (end < 0 || common < 3) return [null, null];
  return [
    [start, before.length - end],
    [start, after.length - end],
  ];
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

/** Old on the left, new on the right; what has no partner stands alone. */
export function sideRows(hunk: DiffHunk): SideRow[] {
  const { lines } = hunk;
  const rows: SideRow[] = [];
  for (let at = 0; at < lines.length; ) {
    const line = lines[at];
    if (line?.kind === 'same') {
      rows.push({ left: line, right: line });
      at++;
      continue;
    }
    const removed: DiffLine[] = [];
    const added: DiffLine[] = [];
    for (; lines[at]?.kind === 'removed'; at++) removed.push(lines[at] as DiffLine);
    for (; lines[at]?.kind === 'added'; at++) added.push(lines[at] as DiffLine);
    for (let i = 0; i < Math.max(removed.length, added.length); i++)
      rows.push({ left: removed[i] ?? null, right: added[i] ?? null });
  }
  return rows;
}
