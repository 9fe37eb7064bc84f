// A sweep's columns as judging reads them: configurations by agent, version, model and settings, costs by today's prices,
// and which verdicts stand. Judges nothing.
import { createHash } from 'node:crypto';
import { formatCellId } from '../../../shared/cell-id.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { type Configuration, type JudgedCells, type Tables, tablesOf } from '../../../shared/judge/tables.ts';
import type { SweepReads } from '../../cell/stores.ts';
import type { JudgedColumns } from '../../cell/sweep-cell.ts';
import type { Prices } from '../../prices/prices.ts';
import { costsOf, outcomesNow, wordsOf } from '../sweeps/sweep-matrix.ts';

const MAX_CORRECTED = 100;
const MAX_VERIFIERS = 20;

export interface ReadSweep {
  readonly tables: Tables;
  readonly verdicts: JudgementJson['verdicts'];
}

/** Bytes that a read sweep takes, roughly: measured at 50,000 cells. */
export function sizeOfRead({ tables }: ReadSweep): number {
  const { units, cells, tasks, configurations } = tables;
  const chars =
    tasks.reduce((sum, task) => sum + task.length, 0) +
    configurations.reduce((sum, { settings }) => sum + (settings?.length ?? 0), 0);
  return 160 * units.length + 200 * (tasks.length + configurations.length) + 16 * cells + 2 * chars;
}

/** @param nowNs by the clock that stamps requests */
export async function readJudgedSweep(
  sweeps: SweepReads,
  sweep: string,
  nowNs: bigint,
  prices: Prices,
): Promise<ReadSweep> {
  const columns = await sweeps.judgedColumns(sweep);
  const { agent, model, version, settings, task, oddId, verifier } = columns;
  const textOf = await wordsOf(sweeps, [agent, model, version, settings, task, oddId, verifier]);
  const wordOf = (no: number | null | undefined) => (no == null ? null : textOf(no));
  const configurations: Configuration[] = [];
  const places: Places = { at: null, below: new Map() };
  const configuration = agent.map((_, at) => {
    const place = placeAt(places, [agent[at], version[at], model[at], settings[at]]);
    place.at ??=
      configurations.push({
        agent: wordOf(agent[at]) ?? '',
        version: wordOf(version[at]),
        model: wordOf(model[at]),
        settings: wordOf(settings[at]),
      }) - 1;
    return place.at;
  });
  const tasks: string[] = [];
  const taskPlaces = new Map<number, number>();
  const cells: JudgedCells = {
    sweep,
    configurations,
    tasks,
    configuration,
    task: task.map((no) => {
      if (no === null) return -1;
      const known = taskPlaces.get(no);
      if (known !== undefined) return known;
      taskPlaces.set(no, tasks.length);
      return tasks.push(wordOf(no) ?? '') - 1;
    }),
    outcome: outcomesNow(columns, nowNs),
    pass: columns.pass,
    cost: costsOf(columns, textOf, prices),
    wallMs: columns.latency,
    tokens: columns.tokens,
  };
  return { tables: tablesOf(cells), verdicts: verdictsOf(columns, cells, wordOf) };
}

/** A tree by words' numbers: a text of them for each of 50,000 cells takes longer. */
interface Places {
  at: number | null;
  readonly below: Map<number | null | undefined, Places>;
}

function placeAt(places: Places, path: readonly (number | null | undefined)[]): Places {
  let place = places;
  for (const word of path) {
    let next = place.below.get(word);
    if (next === undefined) {
      next = { at: null, below: new Map() };
      place.below.set(word, next);
    }
    place = next;
  }
  return place;
}

type WordOf = (no: number | null) => string | null;

function verdictsOf(columns: JudgedColumns, cells: JudgedCells, wordOf: WordOf): JudgementJson['verdicts'] {
  const idOf = (at: number): string => {
    const { agent, model } = cells.configurations[cells.configuration[at] ?? -1] ?? {
      agent: '',
      model: null,
    };
    const task = cells.tasks[cells.task[at] ?? -1] ?? '';
    const odd = wordOf(columns.oddId[at] ?? null);
    return (
      odd ??
      formatCellId({ sweep: cells.sweep, agent, model: model ?? '', task, attempt: columns.attempt[at] ?? 1 })
    );
  };
  const used: number[] = [];
  const corrected: { at: number; atMs: number }[] = [];
  const byVerifier = new Map<number | null, { count: number; newestMs: number }>();
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const [at, atMs] of columns.verdictMs.entries()) {
    if (atMs === null) continue;
    used.push(at);
    if (atMs > newestMs) newestMs = atMs;
    if (columns.replaced[at] === 1) corrected.push({ at, atMs });
    const by = byVerifier.get(columns.verifier[at] ?? null);
    if (by === undefined) byVerifier.set(columns.verifier[at] ?? null, { count: 1, newestMs: atMs });
    else {
      by.count++;
      by.newestMs = Math.max(by.newestMs, atMs);
    }
  }
  corrected.sort((a, b) => b.atMs - a.atMs);
  return {
    count: used.length,
    digest: digestOf(columns, cells, wordOf, used),
    newestAt: used.length === 0 ? null : isoOf(newestMs),
    verifiers: [...byVerifier]
      .sort(([, a], [, b]) => b.count - a.count)
      .slice(0, MAX_VERIFIERS)
      .map(([no, by]) => ({ name: wordOf(no), count: by.count, newestAt: isoOf(by.newestMs) })),
    corrected: corrected.slice(0, MAX_CORRECTED).map(({ at, atMs }) => ({
      cell: idOf(at),
      before: numberOrNull(columns.formerPass[at]),
      after: columns.pass[at] ?? null,
      at: isoOf(atMs),
    })),
    correctedCount: corrected.length,
  };
}

/**
 * Over cells and what they came to, in an order that no database decides. Sorted by numbers: the texts of 50,000 cells
 * take longer to sort than their rows to read.
 */
function digestOf(
  columns: JudgedColumns,
  cells: JudgedCells,
  wordOf: WordOf,
  used: readonly number[],
): string {
  const names = cells.configurations.map(({ agent, model }) => JSON.stringify([agent, model]));
  const nameRank = ranksOf(names);
  const taskRank = ranksOf(cells.tasks);
  const name = cells.configuration.map((one) => nameRank[one] ?? -1);
  const task = cells.task.map((one) => taskRank[one] ?? -1);
  const oddOf = (at: number) => wordOf(columns.oddId[at] ?? null) ?? '';
  const inOrder = Uint32Array.from(used).sort(
    (a, b) =>
      (name[a] ?? 0) - (name[b] ?? 0) ||
      (task[a] ?? 0) - (task[b] ?? 0) ||
      (columns.attempt[a] ?? 0) - (columns.attempt[b] ?? 0) ||
      compareText(oddOf(a), oddOf(b)),
  );
  const digest = createHash('sha256');
  let last = '';
  let text = '';
  for (const at of inOrder) {
    const group = `${name[at]} ${task[at]}`;
    if (group !== last) {
      digest.update(text);
      text = `\n${names[cells.configuration[at] ?? -1]} ${cells.tasks[cells.task[at] ?? -1] ?? ''}`;
      last = group;
    }
    text += `\n${columns.attempt[at]} ${oddOf(at)} ${columns.pass[at]} ${columns.outcome[at]}`;
  }
  return digest.update(text).digest('hex');
}

/** Equal texts have one rank. */
function ranksOf(texts: readonly string[]): number[] {
  const rankOf = new Map([...new Set(texts)].sort(compareText).map((text, rank) => [text, rank]));
  return texts.map((text) => rankOf.get(text) ?? 0);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function isoOf(ms: number): string {
  return new Date(ms).toISOString();
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
