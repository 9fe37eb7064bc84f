// A run with what was done and without what was said: which tools and models, when, with how many tokens and which ends. For
// those who keep their own sessions and not their words.
import type { AgentRun, OutputPart, Step } from '../agents/step.ts';

export function withoutTexts(run: AgentRun): AgentRun {
  return {
    ...run,
    command: null,
    workingDirectory: null,
    steps: run.steps.flatMap((step) => numbersOf(step) ?? []),
    unparsedLines: [],
    ...(run.failure === undefined ? {} : { failure: 'an error' }),
    remarks: [...(run.remarks ?? []), 'its texts were left out, as was asked'],
  };
}

/** Null where a step is nothing but words. */
function numbersOf(step: Step): Step | null {
  switch (step.type) {
    case 'message':
      return null;
    case 'tool_call':
      return { ...step, arguments: null, output: null, changes: [], media: [] };
    case 'model_call':
      return { ...step, error: step.error === null ? null : 'an error', parts: step.parts.flatMap(calledIn) };
    case 'error':
      return { ...step, message: '' };
  }
}

function calledIn(part: OutputPart): OutputPart[] {
  return part.type === 'tool_call' ? [{ ...part, arguments: null }] : [];
}
