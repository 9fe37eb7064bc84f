// By what a step of an agent's run is known again in another file of that run, or in a copy of it: the agent's own id of
// an answer, else what it says and when. Does not look at what was recorded before.
import { createHash } from 'node:crypto';
import { isUniqueId } from '../../shared/unique-id.ts';
import type { AgentRun, ModelCallStep, Step } from '../agents/step.ts';

/** Who tells of a run's calls, and by what the run is known. */
export interface Told {
  readonly by: 'session' | 'stream' | 'bare';
  readonly agent: string;
  /** Spans of one run share a trace and their ids, whichever of its files they come from. */
  readonly run: string;
  /** Of what was printed, which process of the run printed it: one that goes on from another has the same session. */
  readonly process: string;
}

/**
 * @param by what the run was read from
 * @param content stands for all that was done in it, where no more of that is at hand than the first step
 */
export function toldOf(run: AgentRun, by: Told['by'], content?: string): Told {
  const { agent, sessionId } = run;
  // A session that others may be called like is known by all that was done in it.
  const steps =
    sessionId !== null && isUniqueId(sessionId) ? null : (content ?? digest(run.steps.map(placeless)));
  return { by, agent, run: JSON.stringify([agent, sessionId, steps]), process: processOf(run, by) };
}

/** The same for an output and for a longer copy of it. */
function processOf({ startNs, timing, steps }: AgentRun, by: Told['by']): string {
  if (by === 'session') return '';
  if (timing !== 'none') return String(startNs);
  const [first] = steps;
  return first === undefined ? '' : digest(openingOf(first));
}

/** How a step begins: what an output that breaks off there has told as well. */
function openingOf(step: Step): unknown {
  if (step.type === 'tool_call') return [step.tool, step.arguments];
  if (step.type !== 'model_call')
    return [step.type, beginningOf(step.type === 'error' ? step.message : step.text)];
  const [part] = step.parts;
  if (part === undefined) return step.model;
  return part.type === 'tool_call' ? [part.tool, part.arguments] : beginningOf(part.text);
}

function beginningOf(text: string): string {
  return text.slice(0, 80);
}

/**
 * The answer's id: equal for copies of it, whatever session they stand in; null where nothing tells it from others.
 * Behind a word for its kind, of which ids can be compared.
 */
export function answerIdOf(told: Told | null, step: ModelCallStep): string | null {
  if (step.answerId) return step.answerId;
  // An output holds no copies of what another one said.
  if (told === null || told.by !== 'session' || step.timing === 'none') return null;
  const { endNs, model, tokens, parts } = step;
  const said = parts.map((part) => (part.type === 'tool_call' ? [part.tool, part.callId] : part.text));
  return `${told.agent}.${told.by}:${digest([endNs, model, tokens, said])}`;
}

/** What the step is in its run. */
export function stepKey(told: Told, step: Step): string {
  return `${told.by} ${told.process} ${step.type} ${digest(saidBy(told, step))}`;
}

export function runKey(told: Told): string {
  return `${told.by} ${told.process} run`;
}

function saidBy(told: Told, step: Step): unknown {
  switch (step.type) {
    case 'model_call':
      return answerIdOf(told, step) ?? placeless(step);
    case 'tool_call':
      return [step.tool, step.callId, step.arguments, step.timing === 'none' ? null : step.startNs];
    case 'error':
      return [step.name, step.message, step.timing === 'none' ? null : step.startNs];
    case 'message':
      return [step.role, step.text];
  }
}

/** Without times that are none: they follow from when the file was written. */
function placeless(step: Step): unknown {
  if (step.timing !== 'none') return step;
  const { startNs: _start, endNs: _end, ...said } = step;
  if (said.type !== 'model_call') return said;
  const parts = said.parts.map((part) => (part.type === 'tool_call' ? part : [part.type, part.text]));
  return { ...said, parts, firstChunkNs: null };
}

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_key, item) => (typeof item === 'bigint' ? String(item) : item));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
