// A sweep's columns as judging reads them: configurations by agent, version, model and settings, costs by today's prices,
// and which verdicts stand. Judges nothing.
import { createHash } from 'node:crypto';
import { formatCellId } from '../../../shared/cell-id.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import type { Configuration, JudgedCells } from '../../../shared/judge/tables.ts';
import type { ScoreRecord } from '../../../shared/score.ts';
import type { SweepReads } from '../../cell/stores.ts';
import type { JudgedColumns } from '../../cell/sweep-cell.ts';
import type { Prices } from '../../prices/prices.ts';
import { costsOf, outcomesNow, wordsOf } from '../sweep-matrix.ts';

const MAX_CORRECTED = 100;

export interface ReadSweep {
  readonly cells: JudgedCells;
  readonly verdicts: JudgementJson['verdicts'];
}

/** @param nowNs by the clock that stamps requests */
export async function readJudgedCells(
  sweeps: SweepReads,
  sweep: string,
  nowNs: bigint,
  prices: Prices,
): Promise<ReadSweep> {
  const columns = await sweeps.judgedColumns(sweep);
  const { agent, model, version, settings, task, oddId } = columns;
  const textOf = await wordsOf(sweeps, [agent, model, version, settings, task, oddId]);
  const wordOf = (no: number | null | undefined) => (no == null ? null : textOf(no));
  const configurations: Configuration[] = [];
  const places = new Map<string, number>();
  const configuration = agent.map((_, at) => {
    const key = `${agent[at]} ${version[at]} ${model[at]} ${settings[at]}`;
    const known = places.get(key);
    if (known !== undefined) return known;
    places.set(key, configurations.length);
    return (
      configurations.push({
        agent: wordOf(agent[at]) ?? '',
        version: wordOf(version[at]),
        model: wordOf(model[at]),
        settings: wordOf(settings[at]),
      }) - 1
    );
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
  return { cells, verdicts: verdictsOf(columns, cells, wordOf) };
}

function verdictsOf(
  columns: JudgedColumns,
  cells: JudgedCells,
  wordOf: (no: number | null) => string | null,
): JudgementJson['verdicts'] {
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
  const names = cells.configurations.map(({ agent, model }) => `${agent} ${model}`);
  const used: string[] = [];
  const corrected: { at: number; atMs: number }[] = [];
  let newestMs = Number.NEGATIVE_INFINITY;
  for (const [at, atMs] of columns.verdictMs.entries()) {
    if (atMs === null) continue;
    // A cell's parts name it as its id does, which would take as long to make as reading the rows.
    const configuration = cells.configuration[at] ?? 0;
    const which = `${names[configuration]} ${cells.tasks[cells.task[at] ?? -1]} ${columns.attempt[at]}`;
    const odd = columns.oddId[at] ?? null;
    used.push(`${odd === null ? which : wordOf(odd)} ${columns.pass[at]} ${columns.outcome[at]}`);
    if (atMs > newestMs) newestMs = atMs;
    if (columns.replaced[at] !== null) corrected.push({ at, atMs });
  }
  const digest = createHash('sha256').update(used.sort().join('\n'));
  corrected.sort((a, b) => b.atMs - a.atMs);
  return {
    count: used.length,
    digest: digest.digest('hex'),
    newestAt: used.length === 0 ? null : new Date(newestMs).toISOString(),
    corrected: corrected.slice(0, MAX_CORRECTED).map(({ at, atMs }) => ({
      cell: idOf(at),
      before: formerPass(columns.replaced[at] ?? null),
      after: columns.pass[at] ?? null,
      at: new Date(atMs).toISOString(),
    })),
    correctedCount: corrected.length,
  };
}

/** The verdict before the one that stands. */
function formerPass(text: string | null): number | null {
  const former = text === null ? [] : (JSON.parse(text) as { record: string | ScoreRecord | null }[]);
  const last = former.at(-1)?.record ?? null;
  const record: ScoreRecord | null = typeof last === 'string' ? JSON.parse(last) : last;
  const pass = record?.values.pass;
  return typeof pass === 'number' ? pass : null;
}
