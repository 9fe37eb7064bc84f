// A sweep's answer made from cells as objects, by the rules of the wire: keys told once, in order of
// appearance, ids only where they do not follow from the parts.
import { outcomes } from '../../shared/outcome-words.ts';
import type { FailureGroup, SweepMatrix } from '../../shared/wire.ts';
import type { MatrixCell } from '../../viewer/model/sweep/matrix.ts';

export interface SweepCell extends MatrixCell {
  readonly failure?: FailureGroup;
  readonly notes?: number;
  readonly spans?: number;
  readonly startMs?: number;
}

export function aSweep(cells: readonly SweepCell[], id = 's'): SweepMatrix {
  const agent = ordinals(cells.map((cell) => cell.agent));
  const model = ordinals(cells.map((cell) => cell.model ?? ''));
  const family = ordinals(cells.map((cell) => cell.family ?? ''));
  const task = ordinals(cells.map((cell) => cell.task ?? ''));
  const posted = cells.flatMap(({ costGrade }, at) => (costGrade === 'as posted' ? [at] : []));
  const estimated = cells.flatMap(({ costGrade }, at) => (costGrade === 'estimated' ? [at] : []));
  const names = [...new Set(cells.flatMap((cell) => (cell.values ?? []).map(([name]) => name)))];
  const failures: FailureGroup[] = [];
  for (const { failure } of cells) if (failure && !failures.includes(failure)) failures.push(failure);
  return {
    id,
    keys: { agent: agent.keys, model: model.keys, family: family.keys, task: task.keys },
    agent: agent.of,
    model: model.of,
    family: family.of,
    task: task.of,
    attempt: cells.map((cell) => cell.attempt),
    outcome: cells.map((cell) => outcomes.indexOf(cell.outcome)),
    ids: cells.flatMap((cell, at): [number, string][] =>
      cell.id === usualId(cell, id) ? [] : [[at, cell.id]],
    ),
    startMs: cells.map((cell) => cell.startMs ?? null),
    pass: cells.map((cell) => cell.pass),
    composite: cells.map((cell) => cell.composite),
    durationMs: cells.map((cell) => cell.durationMs),
    spans: cells.map((cell) => cell.spans ?? 0),
    measures: [
      ...names.map((name) => ({
        name,
        values: cells.map((cell) => cell.values?.find(([one]) => one === name)?.[1] ?? null),
      })),
      { name: 'cost', values: cells.map(({ costUsd }) => costUsd ?? null) },
    ].filter(({ values }) => values.some((value) => value !== null)),
    costGrades: { estimated, posted, atLeast: [] },
    failures,
    failure: cells.map((cell) => (cell.failure ? failures.indexOf(cell.failure) : -1)),
    notes: cells.map((cell) => cell.notes ?? 0),
  };
}

function usualId({ agent, model, task, attempt }: MatrixCell, sweep: string): string {
  return `${sweep}/${agent}/${model ?? ''}/${task ?? ''}${attempt > 1 ? `#run${attempt}` : ''}`;
}

function ordinals(values: readonly string[]): { keys: string[]; of: number[] } {
  const keys = [...new Set(values)];
  const place = new Map(keys.map((key, at) => [key, at]));
  return { keys, of: values.map((value) => place.get(value) ?? 0) };
}
