// `playhead sweep`: agents × models × tasks × attempts from a file, so many at once, each as `playhead run` would record it. Goes
// on where it was interrupted. Orchestrates no containers or machines.
import { readClient } from '../client.ts';
import { command } from '../command.ts';
import { printJson, printLine, printProblem } from '../json.ts';
import { readCount, readUsd } from '../quantities.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import type { Limits } from '../sweep/budget.ts';
import type { Group } from '../sweep/slots.ts';

const DEFAULT_AT_ONCE = 2;
const DEFAULT_RETRY = 1;

export const sweep = command({
  name: 'sweep',
  about:
    'Runs agents × models × tasks × attempts from a file in YAML or JSON (docs/sweep.md), each as `playhead run` records it. What is judged already is not run again, so that a sweep goes on where it was interrupted. A run that its surroundings ended (provider, rate limit, verifier, Ctrl-C) is tried again under the next attempt’s number, and its cell gives way to the new one. Exit code 0 where every run is judged, 1 where some are not, 130 where it was interrupted.',
  args: [{ name: 'FILE', about: 'what to run' }],
  flags: {
    'at-once': {
      value: 'N',
      about: `how many runs at once; the file’s at_once, or ${DEFAULT_AT_ONCE}`,
      short: 'n',
    },
    retry: {
      value: 'N',
      about: `how often a run is tried again that its surroundings ended; the file’s retry, or ${DEFAULT_RETRY}`,
    },
    'keep-failed': { about: 'keeps the cells of runs that were tried again' },
    'max-cost': {
      value: 'USD',
      about: 'no run begins once the sweep is known to have cost so much; the file’s max_cost, or no limit',
    },
    'max-cell-cost': {
      value: 'USD',
      about: 'names each run that cost more; the file’s max_cell_cost, or no limit',
    },
    'dry-run': { about: 'only says what would be run' },
    ...clientFlags,
    ...jsonFlags,
  },
  examples: [
    { line: 'playhead sweep sweep.yaml --dry-run', says: 'what there is already, and what would be run' },
    { line: 'playhead sweep sweep.yaml --at-once 2', says: 'runs what is missing, two at once' },
  ],
  async run({ values, args: [file = ''] }) {
    const client = readClient(values);
    const { readPlan } = await import('../sweep/plan.ts');
    const plan = readPlan(file);
    const atOnce =
      values['at-once'] === undefined
        ? (plan.atOnce ?? DEFAULT_AT_ONCE)
        : readCount('at-once', values['at-once'], 1, 256);
    const retry =
      values.retry === undefined ? (plan.retry ?? DEFAULT_RETRY) : readCount('retry', values.retry, 0, 100);
    const { Budget, spentOn } = await import('../sweep/budget.ts');
    const budget = new Budget(limitsOf(plan.limits, values), await spentOn(plan.sweep, client));
    const { cellsOf, runSweep } = await import('../sweep/run-sweep.ts');
    const { groupsOf } = await import('../sweep/slots.ts');
    const { SweepScreen } = await import('../sweep/sweep-screen.ts');
    const screen = new SweepScreen(process.stderr, plan.attempts);
    const stop = stopOnSignal();
    let groups: readonly Group[];
    if (values['dry-run'])
      groups = groupsOf(plan.combinations, plan.attempts, await cellsOf(plan.sweep, client));
    else {
      const keepFailed = values['keep-failed'] === true;
      const { signal } = stop;
      groups = await runSweep(plan, {
        client,
        atOnce,
        retry,
        keepFailed,
        budget,
        env: process.env,
        signal,
        on: screen,
      });
    }
    stop.release();
    screen.finish(groups);
    const slots = groups.flatMap((group) => group.slots);
    const judged = slots.filter(({ done }) => done !== null).length;
    const url = `${client.endpoint}/sweeps/${encodeURIComponent(plan.sweep)}`;
    const interrupted = stop.signal.aborted;
    if (values.json) {
      const missing = slots.length - judged;
      const told = { sweep: plan.sweep, url, judged, missing, interrupted, budget: budget.json() };
      printJson({ ...told, runs: runsOf(groups) });
    } else printLine(`${judged} of ${slots.length} runs are judged: ${url}`);
    for (const line of budget.words(slots.length - judged)) printProblem(line);
    if (interrupted) process.exitCode = 130;
    else if (!values['dry-run'] && judged < slots.length) process.exitCode = 1;
  },
});

/** A flag outranks the file. @throws UsageError */
function limitsOf(
  { maxCostUsd, maxCellCostUsd }: Limits,
  values: { readonly 'max-cost'?: string; readonly 'max-cell-cost'?: string },
): Limits {
  const { 'max-cost': whole, 'max-cell-cost': cell } = values;
  return {
    maxCostUsd: whole === undefined ? maxCostUsd : readUsd('max-cost', whole),
    maxCellCostUsd: cell === undefined ? maxCellCostUsd : readUsd('max-cell-cost', cell),
  };
}

/** What `--json` tells of a sweep's runs: docs/command-line.md. */
function runsOf(groups: readonly Group[]): object[] {
  return groups.flatMap(({ combination: { agent, model, task }, slots }) =>
    slots.map(({ place, done, replaces }) => ({
      agent,
      model,
      task,
      place,
      cell: (done ?? replaces)?.id ?? null,
      outcome: (done ?? replaces)?.outcome ?? null,
    })),
  );
}
