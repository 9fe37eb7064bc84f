// What of a run that goes on is known already: which steps are told whole, so that what follows in its file
// can change no word of them, and whether it is under way at this very moment. Does not compare steps with those of an earlier reading.
import type { AgentRun, Step } from '../agents/step.ts';

/**
 * The run without what may still change: a tool call waits for its end, an answer for its tokens and for what follows it, or
 * for the next answer, and an error for the end of the run: until then it may be one that the agent tries again.
 */
export function settledPart(run: AgentRun): AgentRun {
  const last = run.steps.findLast(({ type }) => type !== 'message');
  const lastAnswers = new Map<string | null, Step>();
  for (const step of run.steps)
    if (step.type === 'model_call') lastAnswers.set(step.withinCallId ?? null, step);
  const isSettled = (step: Step): boolean => {
    if (step.type === 'message') return true;
    if (step.type === 'tool_call') return step.status !== null;
    if (step.type === 'error') return false;
    if (step.finishReason !== null || lastAnswers.get(step.withinCallId ?? null) !== step) return true;
    // Some tell the tokens after the calls that an answer asked for.
    return step.tokens.input !== null && step !== last;
  };
  return { ...run, steps: run.steps.filter(isSettled) };
}

/** A collector takes a run for interrupted whose recorder spoke for more than 15 s after its end. */
const FRESH_NS = 10_000_000_000n;

/** Whether something was done just now, so that the run may be said to go on. */
export function isActive(run: AgentRun, nowNs: bigint): boolean {
  return nowNs - run.endNs < FRESH_NS;
}
