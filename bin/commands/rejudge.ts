// `playhead rejudge`: runs another verifier on what recorded runs left behind, and puts its verdicts in place of theirs.
// Starts no agent; the files that the runs began with are the user's to give.
import { statSync } from 'node:fs';
import type { Rejudged, RejudgeOptions } from '../../adapter/rejudge/rejudge.ts';
import { parseCellId, toSegments } from '../../shared/cell-id.ts';
import { isPass } from '../../shared/judge/attempts.ts';
import { type Client, isAddress, readCell, readClient } from '../client.ts';
import { command, type Values } from '../command.ts';
import { printJson, printLine, printProblem } from '../json.ts';
import { readTimeout } from '../quantities.ts';
import { DEFAULT_VERIFY_TIMEOUT } from '../run-defaults.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import { UsageError } from '../usage-error.ts';

const rejudgeFlags = {
  verify: { value: 'COMMAND', about: 'the verifier: a shell command; exit code 0 is a pass' },
  'verify-timeout': {
    value: 'TIME',
    about: `what it may take a run; ${DEFAULT_VERIFY_TIMEOUT} where absent`,
  },
  verifier: { value: 'NAME', about: 'under which its verdicts are listed; the command where absent' },
  report: {
    value: 'PATH',
    multiple: true,
    about: 'a file or folder in which it writes JUnit’s XML or CTRF; may be given several times',
  },
  workdir: {
    value: 'DIR',
    about: 'the files that the runs began with; they are copied, and stay as they are',
  },
  task: { value: 'FAMILY/TASK', about: 'of a sweep only the runs of this task' },
  plan: { value: 'FILE', about: 'takes files and verifier of each task from the file of `playhead sweep`' },
  'dry-run': { about: 'only says which runs can be judged again' },
  ...clientFlags,
  ...jsonFlags,
} as const;

type Judge = Pick<RejudgeOptions, 'base' | 'verifier'>;

export const rejudge = command({
  name: 'rejudge',
  about:
    'Judges recorded runs by another verifier: makes again what each left behind, from its recorded changes and the files that it began with, and runs the verifier there. The new verdict takes the place of the old one, which stays in the run’s history. A run whose changes were not recorded whole is refused by name. Exit code 0 where every run was judged, 1 where one was refused, 130 where it was interrupted.',
  args: [{ name: 'SWEEP|CELL', about: 'a sweep, or one run: its id, or the address of its replay' }],
  flags: rejudgeFlags,
  examples: [
    {
      line: "playhead rejudge nightly --task demo/hello --workdir tasks/hello --verify 'test -s hello.txt'",
      says: 'judges the runs of this task by another command',
    },
    {
      line: 'playhead rejudge nightly --plan sweep.yaml --dry-run',
      says: 'which runs can be judged again, with files and verifiers of the sweep’s file',
    },
  ],
  async run({ values, args: [what = ''] }) {
    const judgeOf = await readJudges(values);
    const { client, cells } = await cellsOf(what, values);
    const { rejudgeCell } = await import('../../adapter/rejudge/rejudge.ts');
    const stop = stopOnSignal();
    const dryRun = values['dry-run'] === true;
    const done: Rejudged[] = [];
    for (const cell of cells) {
      const judge = judgeOf(cell);
      if (judge === null) continue;
      if (stop.signal.aborted) break;
      const common = { client: { ...client, timeoutMs: 60_000 }, env: process.env, signal: stop.signal };
      const one = await rejudgeCell(cell, { ...common, ...judge, dryRun });
      done.push(one);
      if (!values.json) printOne(one, dryRun);
      for (const problem of one.problems) printProblem(problem);
    }
    stop.release();
    if (done.length === 0 && !stop.signal.aborted) throw new Error(`${what} has no run that this judges`);
    const refused = done.filter((one) => one.refused !== null).length;
    const changed = done.filter(({ before, after }) => after !== null && after !== before).length;
    const interrupted = stop.signal.aborted;
    if (values.json) {
      const count = done.length - refused;
      printJson({ dryRun, judged: count, changed, refused, interrupted, runs: done.map(runJson) });
    } else
      printLine(
        dryRun
          ? `can be judged again: ${done.length - refused} of ${done.length}`
          : `judged again: ${done.length - refused} of ${done.length}; verdicts that changed: ${changed}`,
      );
    if (interrupted) process.exitCode = 130;
    else if (refused > 0) process.exitCode = 1;
  },
});

function runJson({ problems: _problems, ...run }: Rejudged): Omit<Rejudged, 'problems'> {
  return run;
}

function printOne({ cell, before, after, refused }: Rejudged, dryRun: boolean): void {
  const word = (pass: number | null) => (pass === null ? 'no verdict' : isPass(pass) ? 'passed' : 'failed');
  if (refused !== null) printLine(`${cell}: refused: ${refused}`);
  else if (dryRun) printLine(`${cell}: can be judged again (${word(before)})`);
  else printLine(`${cell}: ${word(after)}${before === after ? ', as before' : ` (${word(before)} before)`}`);
}

/** How each run is judged; null for runs that are not asked about. @throws UsageError */
async function readJudges(values: Values<typeof rejudgeFlags>): Promise<(cell: string) => Judge | null> {
  const { verify, workdir, plan, task, verifier: name, report = [] } = values;
  const timeoutMs = readTimeout('verify-timeout', values['verify-timeout'] ?? DEFAULT_VERIFY_TIMEOUT);
  const judgeOf = (base: string | null, command: string): Judge => ({
    base: base === null ? null : readBase(base),
    verifier: { command, name: name ?? command, timeoutMs, reports: report },
  });
  const isMeant = (cell: string) => task === undefined || taskOf(cell) === toSegments(task);
  if (plan !== undefined) {
    if (workdir !== undefined)
      throw new UsageError('--plan says what runs began with: --workdir does not go with it');
    const { readPlan } = await import('../sweep/plan.ts');
    const byTask = new Map<string, Judge>();
    for (const { task: of, files, verify: own } of readPlan(plan).combinations) {
      const line = verify ?? own;
      const key = toSegments(of);
      if (!byTask.has(key) && line !== undefined) byTask.set(key, judgeOf(files, line));
    }
    return (cell) => (isMeant(cell) ? (byTask.get(taskOf(cell)) ?? null) : null);
  }
  if (verify === undefined || workdir === undefined)
    throw new UsageError('rejudge needs --verify and --workdir, or --plan');
  const judge = judgeOf(workdir, verify);
  return (cell) => (isMeant(cell) ? judge : null);
}

function taskOf(cell: string): string {
  const { family, task } = parseCellId(cell);
  return `${family}/${task}`;
}

/** @throws UsageError */
function readBase(folder: string): string {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`${folder} is no folder: it has to hold the files that the runs began with`);
  return folder;
}

/** @throws UsageError, CollectorError */
async function cellsOf(
  what: string,
  values: Values<typeof rejudgeFlags>,
): Promise<{ readonly client: Client; readonly cells: readonly string[] }> {
  if (isAddress(what) || what.includes('/')) {
    const { client, cellId } = await readCell(what, values);
    return { client, cells: [cellId] };
  }
  const client = readClient(values);
  const { cellsOf: cellsOfSweep } = await import('../sweep/run-sweep.ts');
  const cells = (await cellsOfSweep(what, client)).map(({ id }) => id).sort();
  if (cells.length === 0) throw new Error(`${client.endpoint} has no sweep ${what}`);
  return { client, cells };
}
