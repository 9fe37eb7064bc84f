// Records a run that is over: one adapter_run span from its start to its end, and below it what the recorder
// of steps makes of each. Knows no agent: what an agent's stream means was settled by its parser.
import { spanKey } from '../../shared/conventions.ts';
import type { Media } from '../../shared/media/media.ts';
import type { AgentRun, Step } from '../agents/step.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import type { Phase } from '../sdk/phase.ts';
import { runKey, type Told, toldOf } from './step-identity.ts';
import { StepRecorder } from './step-recorder.ts';
import { recordLine, runAttributes } from './step-spans.ts';

/** A recorder's queue holds 8192 records; a step makes a handful. */
const STEPS_A_FLUSH = 500;
/** A batch is one request, and a collector takes 64 MiB of it. Text grows up to sixfold in JSON. */
const CHARS_A_FLUSH = 1024 * 1024;

/** The steps of a run, and what must be known of all of them before the first is recorded. */
export interface StepSource {
  readonly steps: Iterable<Step> | AsyncIterable<Step>;
  readonly told: Told;
  /** Whether any model call tells its tokens: the agent's own sum is then left out. */
  readonly counted: boolean;
  /** The ids of the run's calls. */
  readonly calls: ReadonlySet<string>;
  /** Those that a step names as its own; null where all may be. */
  readonly named?: ReadonlySet<string> | null;
  /** The run goes on: its own span is told when it is over, and what may still change is not among the steps. */
  readonly isUnderWay?: boolean;
  /** Called when all that was recorded so far was sent. */
  readonly onSent?: () => void;
}

/** A run that lies in memory as a whole. */
export function stepsOf(run: AgentRun, by: Told['by']): StepSource {
  const calls = new Set<string>();
  let counted = false;
  for (const step of run.steps) {
    noteCalls(step, calls);
    counted ||= step.type === 'model_call' && step.tokens.input !== null;
  }
  return { steps: run.steps, told: toldOf(run, by), counted, calls };
}

/** Adds the ids by which others may name a step. */
export function noteCalls(step: Step, calls: Set<string>): void {
  if (step.type === 'tool_call') for (const id of [step.callId, step.agentId]) if (id) calls.add(id);
}

/**
 * Records the run and returns its adapter_run span, ended, or left where the run goes on. What the steps throw leaves that span open.
 * @param name of that span
 */
export async function recordAgentRun(
  recorder: CellRecorder,
  run: AgentRun,
  name: string,
  source: StepSource,
): Promise<Phase> {
  const { told, counted, calls, named = null } = source;
  const phase = recorder.phase('adapter_run', name, {
    startNs: run.startNs,
    timing: run.timing,
    identity: { run: told.run, step: runKey(told), telling: told },
    attributes: { ...runAttributes(run, counted), [spanKey.toldBy]: told.by },
  });
  const pace = new Pace(recorder, source.onSent);
  const steps = new StepRecorder({ recorder, parent: phase, told, named });
  for await (const step of source.steps) {
    // What names a call that the run does not hold stands below the run: nobody has to wait for that call.
    const isLost = step.withinCallId && !calls.has(step.withinCallId);
    // Whose it is stays known: subagents whose calls are lost must not seem to be the agent itself.
    steps.add([isLost ? { ...step, withinCallId: null, lostAgentId: step.withinCallId } : step]);
    await pace.after(sizeOf(step));
  }
  steps.finish();
  if (source.isUnderWay === true) {
    phase.leave();
    return phase;
  }
  for (const line of run.unparsedLines) {
    recordLine(recorder, line, run.endNs);
    await pace.after(line.text.length);
  }
  const { timedOutAfterS } = run;
  const ended = {
    ...(run.exitCode === null ? {} : { [spanKey.exitCode]: run.exitCode }),
    ...(timedOutAfterS === undefined ? {} : { [spanKey.timedOut]: true }),
    ...(typeof timedOutAfterS === 'number' ? { [spanKey.timeoutSeconds]: timedOutAfterS } : {}),
  };
  phase.end({ endNs: run.endNs, attributes: ended, ...runStatus(run) });
  return phase;
}

/** Waits for the exporter before its queue is full or a batch of it too large for a collector. */
class Pace {
  readonly #recorder: CellRecorder;
  readonly #onSent: (() => void) | undefined;
  #records = 0;
  #chars = 0;

  constructor(recorder: CellRecorder, onSent: (() => void) | undefined) {
    this.#recorder = recorder;
    this.#onSent = onSent;
  }

  async after(chars: number): Promise<void> {
    this.#records++;
    this.#chars += chars;
    if (this.#records < STEPS_A_FLUSH && this.#chars < CHARS_A_FLUSH) return;
    this.#records = 0;
    this.#chars = 0;
    await this.#recorder.flush();
    this.#onSent?.();
  }
}

function sizeOf(step: Step): number {
  if (step.type === 'error') return 0;
  if (step.type === 'message') return step.text.length + mediaSize(step.media);
  if (step.type === 'model_call')
    return step.parts.reduce((sum, part) => sum + (part.type === 'tool_call' ? 1000 : part.text.length), 0);
  const diffs = step.changes.reduce((sum, { diff }) => sum + (diff?.length ?? 0), 0);
  return (step.output?.length ?? 0) + diffs + mediaSize(step.media);
}

function mediaSize(media: readonly Media[] = []): number {
  return media.reduce((sum, { base64, text }) => sum + (base64?.length ?? text?.length ?? 0), 0);
}

function runStatus(run: AgentRun): { status?: 'error'; message?: string } {
  if (run.failure !== undefined) return { status: 'error', message: run.failure };
  if (run.signal !== null) return { status: 'error', message: `ended by ${run.signal}` };
  if (run.exitCode !== null && run.exitCode !== 0)
    return { status: 'error', message: `exit code ${run.exitCode}` };
  return {};
}
