// What every phase of a run has at hand: what was prepared, the cell that is recorded, and the list of what
// could not be. Starts and ends nothing of the agent.
import { formatCellId } from '../../shared/cell-id.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import { openCell } from '../sdk/cell-recorder.ts';
import { Redactor } from '../sdk/redact.ts';
import { Spool } from '../sdk/spool.ts';
import { bounds } from './run-bounds.ts';
import type { RunOptions } from './run-options.ts';
import type { RunSetup } from './run-setup.ts';
import { spoolPath } from './run-setup.ts';
import { TelemetryRelay } from './telemetry-relay.ts';

/** A collector that takes longer for one request than this is treated as one that is not there. */
const EXPORT_TIMEOUT_MS = 3000;
/** Finding out why nothing was taken comes behind it. */
const CLOSE_TIMEOUT_MS = bounds.sending.maxMs - 1000;

export interface RunContext {
  readonly setup: RunSetup;
  readonly options: RunOptions;
  readonly recorder: CellRecorder;
  readonly redactor: Redactor;
  readonly spool: Spool;
  /** What could not be recorded, in sentences; each phase adds its own. */
  readonly problems: string[];
  /** One line for the user, without secrets. */
  progress(line: string): void;
}

export function openRun(setup: RunSetup): RunContext {
  const { options } = setup;
  const { sweep, agent, agentVersion, settings, model, task, attempt, endpoint, token, image, spoolDir } =
    options;
  const cell = { sweep, agent, model, task, attempt };
  const cellId = formatCellId(cell);
  const redactor = Redactor.of({ ...options.env, PLAYHEAD_TOKEN: token });
  const spool = new Spool(spoolPath(spoolDir, cellId), cellId);
  const recorder = openCell({
    ...cell,
    agentVersion,
    settings,
    ...(image === null ? {} : { image }),
    ...(setup.container?.digest ? { imageDigest: setup.container.digest } : {}),
    endpoint,
    token,
    exportTimeoutMs: EXPORT_TIMEOUT_MS,
    closeTimeoutMs: CLOSE_TIMEOUT_MS,
    redactor,
    spool,
  });
  const progress = (line: string): void => options.onProgress?.(redactor.clean(line));
  return { setup, options, recorder, redactor, spool, problems: [], progress };
}

/** Stands between the agent's own telemetry and the collector; null where it is not wanted. */
export async function startRelay(context: RunContext): Promise<TelemetryRelay | null> {
  const { setup, options, recorder, redactor, spool, problems } = context;
  // What the proxy measures and the parser reads would be in the cell a second time.
  const twice = setup.proxy !== null && setup.agent.reportsItself === true;
  if (!options.telemetry || twice) return null;
  return TelemetryRelay.start({
    endpoint: options.endpoint,
    token: options.token,
    cellId: recorder.cellId,
    redactor,
    spool,
    timeoutMs: EXPORT_TIMEOUT_MS,
    onProblem: (problem) => problems.push(problem),
  });
}
