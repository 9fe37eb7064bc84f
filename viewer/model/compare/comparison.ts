// Two cells as a table of differences: outcome, scores, tokens, time, steps, files. What one of them never
// recorded is a word, and has no difference. It refuses to call a difference significant.

import { formatUsd } from '../../../shared/money.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import type { CellDetail, FileChangeJson, HeadlineJson } from '../../../shared/wire.ts';
import { changedLines, diffTally } from '../changes/diff-tally.ts';
import { formatCount, NOT_RECORDED, notedHeadline } from '../display/format.ts';

export interface ComparedCell {
  readonly detail: CellDetail;
  readonly changes: readonly FileChangeJson[];
  /** Steps taken, where the transcript is here. */
  readonly steps: number | null;
}

export type ComparisonGroup = 'outcome' | 'scores' | 'tokens' | 'time' | 'files';

export interface ComparisonRow {
  readonly group: ComparisonGroup;
  /** "Pass", "Input tokens", "Wall", "src/lib.rs". */
  readonly label: string;
  /** As shown: a number with its unit, or the grade's word. */
  readonly a: string;
  readonly b: string;
  /** b − a in words: "+1,204", "−6.0 s", "other lines"; null where equal or not comparable. */
  readonly difference: string | null;
  /** Whether both sides are known and equal; null where one is not known. */
  readonly equal: boolean | null;
}

/** Rows in reading order. */
export function compareCells(a: ComparedCell, b: ComparedCell): ComparisonRow[] {
  return [...outcomeRows(a, b), ...scoreRows(a, b), ...tokenRows(a, b), ...timeRows(a, b), ...fileRows(a, b)];
}

function outcomeRows({ detail: a }: ComparedCell, { detail: b }: ComparedCell): ComparisonRow[] {
  return [
    worded('outcome', 'Outcome', outcomeWord(a.outcome), outcomeWord(b.outcome)),
    numbered('outcome', 'Exit code', a.identity.exitCode, b.identity.exitCode, String, () => null),
  ];
}

/** The headline numbers but for tokens and time, which have rows of their own. */
function scoreRows({ detail: a }: ComparedCell, { detail: b }: ComparedCell): ComparisonRow[] {
  const rows: ComparisonRow[] = [];
  for (const headline of a.headlines) {
    if (headline.axis === 'tokens' || headline.axis === 'latency') continue;
    const other = b.headlines.find(({ axis }) => axis === headline.axis);
    if (!other) continue;
    const bothKnown = headline.value !== null && other.value !== null;
    const by = bothKnown ? (other.value ?? 0) - (headline.value ?? 0) : 0;
    rows.push({
      group: 'scores',
      label: headline.label,
      a: notedHeadline(headline),
      b: notedHeadline(other),
      difference: bothKnown && by !== 0 ? signed(by, wordsOf(headline, other)) : null,
      equal: bothKnown ? by === 0 : null,
    });
  }
  return rows;
}

/** A difference of costs that are known in different ways says so. */
function wordsOf(a: HeadlineJson, b: HeadlineJson): (value: number) => string {
  if (a.unit !== 'usd') return (value) => trimmed(value.toFixed(3));
  const how = a.grade === b.grade ? '' : ` (A ${a.grade}, B ${b.grade})`;
  return (value) => `${formatUsd(value)}${how}`;
}

const tokenKinds = [
  ['Input tokens', 'input'],
  ['Read from cache', 'cacheRead'],
  ['Output tokens', 'output'],
  ['Reasoning tokens', 'reasoning'],
] as const;

function tokenRows({ detail: a }: ComparedCell, { detail: b }: ComparedCell): ComparisonRow[] {
  const rows = tokenKinds
    .map(([label, key]) => numbered('tokens', label, a.tokens[key], b.tokens[key], formatCount, formatCount))
    .filter((row) => row.a !== NOT_RECORDED || row.b !== NOT_RECORDED);
  return [...rows, numbered('tokens', 'Model calls', callsOf(a), callsOf(b), formatCount, formatCount)];
}

/** No recorded call is the absence of a record where the tokens are not known either. */
function callsOf({ modelCalls, tokens }: CellDetail): number | null {
  return modelCalls === 0 && tokens.input === null ? null : modelCalls;
}

function timeRows(a: ComparedCell, b: ComparedCell): ComparisonRow[] {
  return [
    numbered(
      'time',
      'Length',
      a.detail.timing.durationMs,
      b.detail.timing.durationMs,
      formatDuration,
      formatDuration,
    ),
    numbered('time', 'Steps', a.steps, b.steps, formatCount, formatCount),
  ];
}

/** All paths that either changed, sorted; the changes of one path together. */
function fileRows(a: ComparedCell, b: ComparedCell): ComparisonRow[] {
  const inA = filesOf(a.changes);
  const inB = filesOf(b.changes);
  const paths = [...new Set([...inA.keys(), ...inB.keys()])].sort();
  return paths.map((path): ComparisonRow => {
    const [mine, theirs] = [inA.get(path), inB.get(path)];
    // A run of which no change at all was recorded may not have been watched.
    const unknown = a.changes.length === 0 || b.changes.length === 0;
    const equal = unknown ? null : mine && theirs ? sameLines(mine, theirs) : false;
    return {
      group: 'files',
      label: path,
      a: mine?.words ?? unchangedWords(a),
      b: theirs?.words ?? unchangedWords(b),
      difference:
        equal === false
          ? mine && theirs
            ? 'other lines'
            : mine
              ? 'only in the first'
              : 'only in the second'
          : null,
      equal,
    };
  });
}

interface ChangedFile {
  readonly words: string;
  /** Added and removed lines in order; null where a diff was not recorded. */
  readonly lines: string | null;
}

function filesOf(changes: readonly FileChangeJson[]): Map<string, ChangedFile> {
  const byPath = new Map<string, FileChangeJson[]>();
  for (const change of changes) {
    const list = byPath.get(change.path);
    if (list) list.push(change);
    else byPath.set(change.path, [change]);
  }
  return new Map([...byPath].map(([path, list]) => [path, changedFile(list)]));
}

function changedFile(changes: readonly FileChangeJson[]): ChangedFile {
  const words = [...new Set(changes.map(({ change }) => change))].join(', then ');
  let [added, removed, known] = [0, 0, true];
  for (const { diff } of changes) {
    if (diff === null) known = false;
    const tally = diff === null ? { added: 0, removed: 0 } : diffTally(diff);
    added += tally.added;
    removed += tally.removed;
  }
  return {
    words: known ? `${words} +${formatCount(added)} −${formatCount(removed)}` : words,
    lines: known ? changes.map(({ diff }) => changedLines(diff ?? '')).join('\n') : null,
  };
}

/** null where a diff is missing: nothing can be said. */
function sameLines(a: ChangedFile, b: ChangedFile): boolean | null {
  return a.lines === null || b.lines === null ? null : a.lines === b.lines;
}

function unchangedWords({ changes }: ComparedCell): string {
  return changes.length === 0 ? 'no change recorded' : 'not changed';
}

function worded(group: ComparisonGroup, label: string, a: string, b: string): ComparisonRow {
  return { group, label, a, b, difference: null, equal: a === b };
}

function numbered(
  group: ComparisonGroup,
  label: string,
  a: number | null,
  b: number | null,
  show: (value: number) => string,
  showDifference: (value: number) => string | null,
): ComparisonRow {
  const shown = (value: number | null) => (value === null ? NOT_RECORDED : show(value));
  const equal = a === null || b === null ? null : a === b;
  const difference = a === null || b === null || a === b ? null : signed(b - a, showDifference);
  return { group, label, a: shown(a), b: shown(b), difference, equal };
}

/** "+1,204", "−6.04 s". */
function signed(by: number, show: (value: number) => string | null): string | null {
  const text = show(Math.abs(by));
  return text === null ? null : `${by < 0 ? '−' : '+'}${text}`;
}

function trimmed(text: string): string {
  return text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
}
