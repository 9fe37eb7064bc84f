// Makes the runs of a sweep that are missing, so many at once, and tries again what its surroundings ended. Each run is one
// of `playhead run`. Prints nothing.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runAgent } from '../../adapter/run/run.ts';
import { CollectorError, deleteCell, readJson } from '../../adapter/sdk/collector-client.ts';
import type { CellsPage } from '../../shared/wire.ts';
import type { Client } from '../client.ts';
import { readTimeout } from '../quantities.ts';
import { DEFAULT_SIZE, DEFAULT_VERIFY_TIMEOUT, spoolFolder } from '../run-defaults.ts';
import { type JudgedRun, judgeRun } from '../run-table.ts';
import type { Budget } from './budget.ts';
import { filled, type Plan } from './plan.ts';
import { type Group, groupsOf, isJudged, type KnownCell, type Slot } from './slots.ts';
import type { SlotState } from './sweep-table.ts';

/** A run whose recorder fell silent is interrupted half a minute later. */
const SILENCE_MS = 40_000;
const ASK_AGAIN_MS = 1000;

export interface SweepOptions {
  readonly client: Client;
  readonly atOnce: number;
  /** How often a run is tried again that its surroundings ended. */
  readonly retry: number;
  readonly keepFailed: boolean;
  readonly budget: Budget;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  readonly on: SweepWatch;
}

export interface SweepWatch {
  /** What stands where, from now on. */
  states(groups: readonly Group[]): void;
  state(slot: Slot, state: SlotState): void;
  ended(run: EndedRun): void;
}

export interface EndedRun extends Pick<JudgedRun, 'outcome' | 'sentence'> {
  readonly slot: Slot;
  readonly cellId: string;
  readonly url: string;
  /** From 1. */
  readonly attempt: number;
  readonly willRetry: boolean;
}

/** @returns the sweep as it is now. @throws CollectorError where the collector cannot say what there is */
export async function runSweep(plan: Plan, options: SweepOptions): Promise<readonly Group[]> {
  const groups = groupsOf(plan.combinations, plan.attempts, await endedCells(plan.sweep, options));
  options.on.states(groups);
  const waiting = groups.flatMap((group) => {
    const numbers = { next: group.nextAttempt };
    return group.slots.filter(({ done }) => done === null).map((slot) => ({ slot, numbers }));
  });
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (options.signal.aborted || options.budget.isSpent) return;
      await fillSlot(plan, next.slot, next.numbers, options);
    }
  };
  await Promise.all(Array.from({ length: Math.min(options.atOnce, waiting.length) }, work));
  return groupsOf(plan.combinations, plan.attempts, await cellsOf(plan.sweep, options.client));
}

/** Waits for what is under way elsewhere, or was left so by a sweep that was killed. */
async function endedCells(sweep: string, { client, signal }: SweepOptions): Promise<KnownCell[]> {
  const untilMs = performance.now() + SILENCE_MS;
  for (;;) {
    const cells = await cellsOf(sweep, client);
    const isUnderWay = cells.some(({ outcome }) => outcome === 'running');
    if (!isUnderWay || signal.aborted || performance.now() > untilMs) return cells;
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
  }
}

export async function cellsOf(sweep: string, client: Client): Promise<KnownCell[]> {
  const cells: KnownCell[] = [];
  let cursor: string | undefined;
  do {
    const query = new URLSearchParams({ sweep, limit: '500', ...(cursor === undefined ? {} : { cursor }) });
    const page: CellsPage = await readJson<CellsPage>(client, `/api/cells?${query}`);
    cells.push(...page.cells);
    cursor = page.next;
  } while (cursor !== undefined);
  return cells;
}

async function fillSlot(
  plan: Plan,
  slot: Slot,
  numbers: { next: number },
  options: SweepOptions,
): Promise<void> {
  let { replaces } = slot;
  const goesOn = (tries: number) =>
    tries <= options.retry && !options.signal.aborted && !options.budget.isSpent;
  for (let tries = 0; goesOn(tries); tries++) {
    options.on.state(slot, 'running');
    const attempt = numbers.next++;
    const run = await runOnce(plan, slot, attempt, options);
    const judged = isJudged(run);
    const costWords = options.budget.add(run.cellId, run.headlines);
    // What its surroundings ended gives way to the run that was made in its place.
    if (replaces !== null && !options.keepFailed) await forget(options.client, replaces);
    replaces = judged ? null : { id: run.cellId, outcome: run.outcome, attempt };
    options.on.state(slot, run.outcome);
    options.on.ended({
      ...run,
      sentence: costWords === '' ? run.sentence : `${run.sentence} ${costWords}`,
      slot,
      attempt,
      willRetry: !judged && goesOn(tries + 1),
    });
    if (judged) return;
  }
}

async function forget(client: Client, { id }: KnownCell): Promise<void> {
  try {
    await deleteCell(client, id);
  } catch (error) {
    // It may have been deleted by hand.
    if (!(error instanceof CollectorError) || (error.status !== 404 && error.status !== 410)) throw error;
  }
}

async function runOnce(
  plan: Plan,
  { combination }: Slot,
  attempt: number,
  { client, env, signal }: SweepOptions,
): Promise<{ cellId: string; url: string } & JudgedRun> {
  const { agent, model, task, command, files } = combination;
  const folder = mkdtempSync(join(tmpdir(), 'playhead-sweep-'));
  const workdir = join(folder, 'work');
  try {
    mkdirSync(workdir);
    if (files !== null) cpSync(files, workdir, { recursive: true, verbatimSymlinks: true });
    const result = await runAgent({
      ...client,
      ...DEFAULT_SIZE,
      sweep: plan.sweep,
      agent,
      model,
      task,
      attempt,
      command: command.map((word) => filled(word, { attempt: String(attempt) })),
      settings: combination.settings,
      workdir,
      verify: combination.verify ?? null,
      verifyTimeoutMs: combination.verify_timeout ?? readTimeout('verify-timeout', DEFAULT_VERIFY_TIMEOUT),
      reports: combination.report ?? [],
      expect: combination.expect ?? [],
      timeoutMs: combination.timeout ?? null,
      image: null,
      imageEnv: [],
      proxy: true,
      content: false,
      telemetry: true,
      terminal: 'auto',
      stdin: 'none',
      spoolDir: spoolFolder(env),
      env: { ...env, ...combination.env },
      signal,
    });
    return { cellId: result.cellId, url: result.url, ...(await judgeRun(client, result)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
