// What a file's edits come to together: one diff from the file as the run found it to the file as it is now, made of the
// edits' own diffs. Lines that no diff shows are not known and not shown. Refuses to guess: where two diffs do not fit
// one another there is no answer.
import { type DiffHunk, type DiffLine, diffHunks, hunkStart, markChanged } from './diff-rows.ts';

/** A line that some diff showed, in the order of the file. */
interface Known {
  readonly text: string;
  /** Its number in the file as the run found it; null where the run added it. */
  readonly oldNo: number | null;
  /** Its number now; null where it was removed. */
  nowNo: number | null;
  isNew: boolean;
}

/** Unchanged lines shown around a change. */
const CONTEXT_LINES = 3;
/** What is put together while a playhead moves must fit in a frame. */
const MAX_LINES = 20_000;

/** @param diffs of one file, in order of time @returns null where they do not fit one another or give no line numbers */
export function netDiff(diffs: readonly string[]): DiffHunk[] | null {
  const known: Known[] = [];
  for (const diff of diffs) {
    for (const line of known) line.isNew = false;
    // From the end, so that the numbers of earlier hunks stay true.
    for (const hunk of diffHunks(diff).reverse()) if (!applyHunk(known, hunk)) return null;
    if (known.length > MAX_LINES) return null;
  }
  return hunksOf(known);
}

/** @returns whether the hunk fits what is known */
function applyHunk(known: Known[], hunk: DiffHunk): boolean {
  const start = hunkStart(hunk);
  if (start === null) return false;
  let no = start;
  let at = known.findLastIndex(({ nowNo }) => nowNo !== null && nowNo < start) + 1;
  /** How many more lines stood before this place than in the file as it was, before this edit. */
  let shift = shiftBefore(known, at);
  const passRemoved = () => {
    for (let here = known[at]; here?.nowNo === null && (here.oldNo ?? 0) <= no - shift; here = known[at]) {
      at++;
      shift--;
    }
  };
  passRemoved();
  for (const line of hunk.lines) {
    if (line.kind === 'added') {
      known.splice(at, 0, { text: line.text, oldNo: null, nowNo: -1, isNew: true });
      at++;
      continue;
    }
    passRemoved();
    const here = known[at];
    if (here?.nowNo !== no)
      known.splice(at, 0, { text: line.text, oldNo: no - shift, nowNo: no, isNew: false });
    else if (here.text !== line.text) return false;
    const found = known[at] as Known;
    no++;
    if (found.oldNo === null) shift++;
    if (line.kind === 'removed' && found.oldNo === null) {
      known.splice(at, 1);
      continue;
    }
    if (line.kind === 'removed') {
      found.nowNo = null;
      found.isNew = true;
    }
    at++;
  }
  renumber(known, at, start, no, hunk.lines.filter(({ kind }) => kind !== 'removed').length);
  return true;
}

function shiftBefore(known: readonly Known[], at: number): number {
  let shift = 0;
  for (const { oldNo, nowNo } of known.slice(0, at)) {
    if (oldNo === null) shift++;
    else if (nowNo === null) shift--;
  }
  return shift;
}

/** The lines of a hunk count on from its start; those behind it move by what it made longer. */
function renumber(known: Known[], end: number, start: number, oldEnd: number, length: number): void {
  const by = start + length - oldEnd;
  for (let at = end; at < known.length; at++) {
    const line = known[at] as Known;
    if (line.nowNo !== null) line.nowNo += by;
  }
  let no = start + length;
  for (let at = end - 1; at >= 0 && no > start; at--) {
    const line = known[at] as Known;
    if (line.nowNo !== null) line.nowNo = --no;
  }
}

/** Stretches of lines that follow one another, then of each what lies around its changes. */
function hunksOf(known: readonly Known[]): DiffHunk[] {
  return stretches(known).flatMap((stretch) => changesIn(withoutTakenBack(stretch)));
}

function changesIn(lines: readonly Known[]): DiffHunk[] {
  const isShown = new Uint8Array(lines.length);
  for (const [at, line] of lines.entries())
    if (!isSame(line)) isShown.fill(1, Math.max(0, at - CONTEXT_LINES), at + CONTEXT_LINES + 1);
  const hunks: DiffHunk[] = [];
  for (let at = 0; at < lines.length; ) {
    const from = at;
    while (isShown[at] === 1) at++;
    if (at > from) hunks.push(hunkOf(lines.slice(from, at).map(netLine)));
    else at++;
  }
  return hunks;
}

function stretches(known: readonly Known[]): Known[][] {
  const parts: Known[][] = [];
  let [nextOld, nextNow] = [1, 1];
  for (const line of known) {
    const gap = line.nowNo !== null ? line.nowNo - nextNow : (line.oldNo ?? nextOld) - nextOld;
    if (gap > 0 || parts.length === 0) parts.push([]);
    parts.at(-1)?.push(line);
    // A gap is as long on both sides.
    nextOld += gap + (line.oldNo === null ? 0 : 1);
    nextNow += gap + (line.nowNo === null ? 0 : 1);
  }
  return parts;
}

function isSame({ oldNo, nowNo }: Known): boolean {
  return oldNo !== null && nowNo !== null;
}

/** What was removed and came back as it was, at either end of a change, did not change. */
function withoutTakenBack(lines: readonly Known[]): Known[] {
  const kept: Known[] = [];
  for (let at = 0; at < lines.length; ) {
    const from = at;
    while (at < lines.length && !isSame(lines[at] as Known)) at++;
    if (at > from) kept.push(...settled(lines.slice(from, at)));
    else kept.push(lines[at++] as Known);
  }
  return kept;
}

function settled(run: readonly Known[]): Known[] {
  const removed = run.filter(({ nowNo }) => nowNo === null);
  const added = run.filter(({ oldNo }) => oldNo === null);
  const [before, behind]: [Known[], Known[]] = [[], []];
  while (removed.length > 0 && removed[0]?.text === added[0]?.text)
    before.push(joined(removed.shift() as Known, added.shift() as Known));
  while (removed.length > 0 && removed.at(-1)?.text === added.at(-1)?.text)
    behind.unshift(joined(removed.pop() as Known, added.pop() as Known));
  return [...before, ...removed, ...added, ...behind];
}

function joined({ text, oldNo }: Known, { nowNo }: Known): Known {
  return { text, oldNo, nowNo, isNew: false };
}

function netLine({ text, oldNo, nowNo, isNew }: Known): DiffLine {
  const kind = oldNo === null ? 'added' : nowNo === null ? 'removed' : 'same';
  return { kind, oldNo, newNo: nowNo, text, changed: null, isNew };
}

function hunkOf(lines: readonly DiffLine[]): DiffHunk {
  const first = (side: 'oldNo' | 'newNo') => lines.find((line) => line[side] !== null)?.[side] ?? 0;
  const count = (side: 'oldNo' | 'newNo') => lines.filter((line) => line[side] !== null).length;
  const range = (side: 'oldNo' | 'newNo') => `${first(side)},${count(side)}`;
  const marked = markChanged(lines);
  return {
    header: `@@ -${range('oldNo')} +${range('newNo')} @@`,
    lines: lines.map((line, index) => ({ ...line, changed: marked[index]?.changed ?? null })),
  };
}
