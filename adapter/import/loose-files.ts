// Which of the files that no manifest names belong into one cell. Sends nothing.
import { groupRuns, readRuns } from './agent-run.ts';
import type { CellPlan, Source } from './format.ts';

/** Files without a manifest: one cell where it is named or there is one run, else a cell a run. */
export function planLoose(sources: readonly Source[], cellId: string | undefined): CellPlan[] {
  const plan = (of: readonly Source[]): CellPlan => ({
    cell: cellId === undefined ? null : { cellId },
    sources: of,
    phases: [],
    manifest: null,
  });
  if (sources.length === 0) return [];
  const runs = sources.filter(({ format }) => format.phase === 'run');
  if (cellId !== undefined || runs.length < 2) return [plan(sources)];
  const groups = groupRuns(readRuns(runs)).map((group) => group.sources);
  const others = sources.filter(({ format }) => format.phase !== 'run');
  const [only, second] = groups;
  if (only !== undefined && second === undefined) return [plan([...only, ...others])];
  return [...groups.map(plan), ...(others.length > 0 ? [plan(others)] : [])];
}
