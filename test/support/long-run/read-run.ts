// A run of a collector as the viewer reads it: who acts in it, its turns, and what they were. For tests that say what
// is read of real files. Does not judge it.

import { decodeTraceColumns, TRACE_COLUMNS_TYPE, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { ModelCallJson, SpanJson } from '../../../shared/wire.ts';
import { type Actors, actorsOf } from '../../../viewer/model/actors/actors.ts';
import { type Turns, turnsOf } from '../../../viewer/model/actors/turns.ts';
import { buildTree, indexRows, rowKeyAt, rowKeyOf } from '../../../viewer/model/trace/trace-tree.ts';
import { cellPath, type TestCollector } from '../collector.ts';

export interface ReadRun {
  readonly columns: TraceColumns;
  readonly spans: readonly SpanJson[];
  readonly calls: readonly ModelCallJson[];
  readonly actors: Actors;
  readonly turns: Turns;
}

export async function readRun(collector: TestCollector, cell: string): Promise<ReadRun> {
  const path = `${cellPath(cell)}/trace`;
  const response = await collector.request(path, { headers: { accept: TRACE_COLUMNS_TYPE } });
  const columns = decodeTraceColumns(await response.arrayBuffer());
  const { spans } = await collector.trace(cell, '?limit=10000');
  const { modelCalls: calls } = await collector.modelCalls(cell);
  return { columns, spans, calls, ...readTrace(columns, spans, calls) };
}

export function readTrace(
  columns: TraceColumns,
  spans: readonly SpanJson[],
  calls: readonly ModelCallJson[],
): Pick<ReadRun, 'actors' | 'turns'> {
  const byKey = new Map(spans.map((span) => [rowKeyOf(span), span]));
  const tree = buildTree(columns);
  const actors = actorsOf(columns, tree, (row) => byKey.get(rowKeyAt(columns, row)) ?? null);
  const rows = indexRows(columns);
  return { actors, turns: turnsOf(columns, tree, actors, calls, (key) => rows.get(key) ?? -1) };
}

/** Each actor and how many turns it has: "main 3, Explore 2". */
export function actorWords({ actors, turns }: Pick<ReadRun, 'actors' | 'turns'>): string {
  return actors.list.map(({ name, index }) => `${name} ${turns.ofActor[index]?.length ?? 0}`).join(', ');
}
