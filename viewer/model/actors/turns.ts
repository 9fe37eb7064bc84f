// The turns of a run: one answer of a model and the tools that it asked for, numbered over all actors in order of start.
// Several spans that tell of one call are one turn. Reads numbers from the model calls as the API normalised them;
// what no call tells is null, never 0. Does not draw.
import { kindAt, statusAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { rowEndNs, rowKeyOf, rowStartNs, type TraceTree } from '../trace/trace-tree.ts';
import { type Actors, MAIN } from './actors.ts';

export interface Turn {
  /** 1-based. */
  readonly number: number;
  readonly actor: number;
  /** The model call's row. */
  readonly row: number;
  readonly startNs: number;
  /** Of the answer, and of the turn with its tools. */
  readonly answerEndNs: number;
  readonly endNs: number;
  /** Rows of its tool calls, in order of start. */
  readonly tools: readonly number[];
  /** Null until the calls are here, and where the span is no counted call. */
  readonly call: ModelCallJson | null;
  readonly failed: boolean;
}

export interface Turns {
  readonly list: readonly Turn[];
  /** Index of the turn that each row belongs to; -1 for what is in none. */
  readonly ofRow: Int32Array;
  /** Each actor's turns, by the actor's index. */
  readonly ofActor: readonly (readonly Turn[])[];
}

type Draft = { -readonly [K in keyof Turn]: Turn[K] extends readonly number[] ? number[] : Turn[K] };

/** @param rowOf the row of a span by its key, -1 where it is not here */
export function turnsOf(
  columns: TraceColumns,
  tree: TraceTree,
  actors: Actors,
  calls: readonly ModelCallJson[],
  rowOf: (key: string) => number,
): Turns {
  const { callOf, primaryOf } = readCalls(calls, rowOf);
  const list: Draft[] = [];
  const ofRow = new Int32Array(columns.count).fill(-1);
  const turnAt = (row: number) => ofRow[row] ?? -1;
  /** The last turn of each actor so far: rows ascend by start. */
  const last: number[] = [];
  const retold: number[] = [];
  for (let row = 0; row < columns.count; row++) {
    const kind = kindAt(columns, row);
    const actor = actors.ofRow[row] ?? MAIN;
    if (kind === 'model_call') {
      const isRetold = primaryOf.has(row) || (!callOf.has(row) && nearestCall(columns, tree, row) >= 0);
      if (isRetold) retold.push(row);
      else {
        last[actor] = list.length;
        ofRow[row] = list.length;
        list.push(newTurn(columns, row, list.length + 1, actor, callOf.get(row) ?? null));
      }
    } else if (kind === 'tool_call' || kind === 'agent_step' || kind === 'other') {
      const at = last[actor] ?? -1;
      ofRow[row] = at;
      const turn = list[at];
      if (turn && kind === 'tool_call') {
        turn.tools.push(row);
        turn.endNs = Math.max(turn.endNs, rowEndNs(columns, row));
      }
    }
  }
  for (const row of retold) {
    const primary = primaryOf.get(row) ?? nearestCall(columns, tree, row);
    ofRow[row] = primary >= 0 ? turnAt(primary) : -1;
  }
  const ofActor: Turn[][] = actors.list.map(() => []);
  for (const turn of list) ofActor[turn.actor]?.push(turn);
  return { list, ofRow, ofActor };
}

function newTurn(
  columns: TraceColumns,
  row: number,
  number: number,
  actor: number,
  call: ModelCallJson | null,
): Draft {
  const endNs = rowEndNs(columns, row);
  const failed = statusAt(columns, row) === 'error';
  return {
    number,
    actor,
    row,
    startNs: rowStartNs(columns, row),
    answerEndNs: endNs,
    endNs,
    tools: [],
    call,
    failed,
  };
}

/** Each call by its row, and of further spans that tell of it the row of the first. */
function readCalls(calls: readonly ModelCallJson[], rowOf: (key: string) => number) {
  const callOf = new Map<number, ModelCallJson>();
  const primaryOf = new Map<number, number>();
  for (const call of calls) {
    const row = rowOf(rowKeyOf(call));
    if (row < 0) continue;
    callOf.set(row, call);
    for (const other of call.otherSpans) {
      const at = rowOf(rowKeyOf(other));
      if (at >= 0 && at !== row) primaryOf.set(at, row);
    }
  }
  return { callOf, primaryOf };
}

/**
 * The outermost model call around a row, with no tool call between; -1 for none. An instrumentation of the client
 * within one of the framework tells of one call twice.
 */
function nearestCall(columns: TraceColumns, tree: TraceTree, row: number): number {
  let found = -1;
  for (let up = tree.parent[row] ?? -1, steps = 0; up >= 0 && steps < MAX_STEPS; steps++) {
    const kind = kindAt(columns, up);
    if (kind === 'tool_call') break;
    if (kind === 'model_call') found = up;
    up = tree.parent[up] ?? -1;
  }
  return found;
}
/** Calls told twice lie close; a chain of 100,000 spans must not be walked for each of them. */
const MAX_STEPS = 8;

/** The turn on show at a moment: the last that began at or before it; -1 before all. O(log n). */
export function turnAt(turns: readonly Turn[], tNs: number): number {
  let low = 0;
  let high = turns.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((turns[middle]?.startNs ?? 0) <= tNs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
