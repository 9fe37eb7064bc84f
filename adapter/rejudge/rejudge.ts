// Judges a recorded run by another verifier: what the run left behind is made again, in a folder that lives no longer
// than that, and the verifier runs there under the bounds of `playhead run`. Puts the verdict as a score record; the one
// before stays in its history. Starts no agent.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { infrastructureOutcomes } from '../../shared/outcome-blame.ts';
import { isoFromNs } from '../../shared/time.ts';
import type { CellDetail, ChangesJson } from '../../shared/wire.ts';
import { definedEnv, withoutToken } from '../run/environment.ts';
import { rejudgeRun } from '../run/scores.ts';
import { judgeWork } from '../run/verify.ts';
import { type ClientOptions, cellPath, putScores, readJson } from '../sdk/collector-client.ts';
import { nowNs } from '../sdk/instant.ts';
import { Redactor } from '../sdk/redact.ts';
import { applyKeptPatch, changedPaths } from './kept-patch.ts';
import { PatchError } from './patch.ts';

export interface Verifier {
  /** A shell command. */
  readonly command: string;
  /** Under which its verdicts are listed. */
  readonly name: string;
  readonly timeoutMs: number;
  /** Files or folders in which it writes JUnit's XML or CTRF. */
  readonly reports: readonly string[];
}

export interface RejudgeOptions {
  readonly client: ClientOptions;
  readonly verifier: Verifier;
  /** The folder that the run began with; nothing is written there. Null where it began with none. */
  readonly base: string | null;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Only looks whether the patch can be applied. */
  readonly dryRun: boolean;
  readonly signal: AbortSignal;
}

export interface Rejudged {
  readonly cell: string;
  readonly before: number | null;
  /** Null where the verdict from before stands. */
  readonly after: number | null;
  /** Why it was not judged again, as a sentence without a stop; null where it was, or would be. */
  readonly refused: string | null;
  /** What went wrong beside it, in sentences. */
  readonly problems: readonly string[];
}

/** @throws CollectorError */
export async function rejudgeCell(cellId: string, options: RejudgeOptions): Promise<Rejudged> {
  const { client } = options;
  const cell = await readJson<CellDetail>(client, cellPath(cellId));
  const passed = cell.scores.find(({ axis }) => axis === 'pass_rate')?.values.pass;
  const before = typeof passed === 'number' ? passed : null;
  const told = { cell: cellId, before, after: null, refused: null, problems: [] };
  const folder = mkdtempSync(join(tmpdir(), 'playhead-rejudge-'));
  try {
    checkOutcome(cell);
    const expected = changedPaths(cell.scores);
    const { changes } = await readJson<ChangesJson>(client, `${cellPath(cellId)}/changes`);
    const workdir = join(folder, 'work');
    mkdirSync(workdir);
    if (options.base !== null) cpSync(options.base, workdir, { recursive: true, verbatimSymlinks: true });
    applyKeptPatch(workdir, changes, expected);
    return options.dryRun ? told : { ...told, ...(await judge(cell, workdir, options)) };
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    return { ...told, refused: error.message };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a run that its surroundings ended there is no work to be judged. @throws PatchError */
function checkOutcome({ outcome }: CellDetail): void {
  if (outcome === 'running') throw new PatchError('it is still under way');
  if (infrastructureOutcomes.has(outcome) && outcome !== 'verifier_error')
    throw new PatchError(`its surroundings failed (${outcome}): there is no work of the agent to judge`);
}

/** @throws PatchError where the verifier came to no verdict, CollectorError */
async function judge(
  cell: CellDetail,
  workdir: string,
  options: RejudgeOptions,
): Promise<Pick<Rejudged, 'after' | 'problems'>> {
  const { client, verifier, signal } = options;
  const env = withoutToken(definedEnv(options.env), { token: client.token, telemetry: true });
  const redactor = Redactor.of({ ...options.env, PLAYHEAD_TOKEN: client.token });
  const { command, timeoutMs } = verifier;
  const judging = { command, workdir, env, timeoutMs, redactor, signal };
  const { verdict, problems } = await judgeWork(judging, verifier.reports);
  if (verdict.failure !== null) throw new PatchError(`${verdict.failure}: the verdict from before stands`);
  const name = redactor.clean(verifier.name);
  await putScores(client, cell.id, rejudgeRun(cell.scores, verdict, name, isoFromNs(nowNs())));
  return { after: verdict.pass ? 1 : 0, problems };
}
