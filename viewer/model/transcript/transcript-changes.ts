// Which file changes belong to which entry of the transcript: each to the tool call that made it, the rest
// to themselves. It refuses to guess a cause from times.

import type { FileChangeJson, SpanJson } from '../../../shared/wire.ts';
import { diffTally } from '../changes/diff-tally.ts';
import { rowKeyOf } from '../trace/trace-tree.ts';

export interface TranscriptChange {
  readonly path: string;
  readonly change: FileChangeJson['change'];
  /** Lines, or null where no diff was recorded. */
  readonly added: number | null;
  readonly removed: number | null;
  readonly diff: string | null;
  /** Index into the changes given. */
  readonly index: number;
}

export interface AssignedChanges {
  /** Changes by the row key of the tool call that made them. */
  readonly owned: ReadonlyMap<string, readonly TranscriptChange[]>;
  /** Indices of those whose cause is not among the spans. */
  readonly orphans: readonly number[];
}

/** Gives each change to its tool call. */
export function assignChanges(
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
): AssignedChanges {
  const toolKeys = new Set(spans.filter((span) => span.kind === 'tool_call').map(rowKeyOf));
  const owned = new Map<string, TranscriptChange[]>();
  const orphans: number[] = [];
  for (const [index, change] of changes.entries()) {
    const key = change.traceId !== null && change.spanId !== null ? change.traceId + change.spanId : '';
    if (!toolKeys.has(key)) {
      orphans.push(index);
      continue;
    }
    const list = owned.get(key);
    if (list) list.push(changeOf(change, index));
    else owned.set(key, [changeOf(change, index)]);
  }
  return { owned, orphans };
}

/** The change as an entry shows it. */
export function changeOf(change: FileChangeJson, index: number): TranscriptChange {
  const tally = change.diff === null ? null : diffTally(change.diff);
  return {
    path: change.path,
    change: change.change,
    added: tally?.added ?? null,
    removed: tally?.removed ?? null,
    diff: change.diff,
    index,
  };
}
