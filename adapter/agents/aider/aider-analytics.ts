// aider's analytics log: a line an event, stamped to the second. It knows when a message was sent and
// answered and what it cost, exactly, and nothing of what was said.
import { linesOf } from '../reading/arrivals.ts';
import { timeOfSeconds } from '../reading/clock.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { numberAt, objectAt, parseEvent, textAt, tokensAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, TokenCounts } from '../step.ts';

/** Reads a log; null where the file is none. Never throws. */
export function parseAnalytics(text: string): AgentRun | null {
  const first = parseEvent(linesOf(text).next().value ?? '');
  if (textAt(first, 'event') === null || textAt(first, 'user_id') === null) return null;
  if (objectAt(first, 'properties') === null || numberAt(first, 'time') === null) return null;
  const draft = new RunDraft('aider', null);
  for (const line of draft.account.linesOf(text)) {
    const event = parseEvent(line);
    const name = textAt(event, 'event');
    if (name !== null) draft.account.of(name);
    if (event === null || name === null) draft.others.add({ atNs: null, stream: 'stdout', text: line });
    else readEvent(draft, name, event);
  }
  return draft.finish();
}

const SETUP = 'how aider is set up or used by hand';

export const analyticsLines: LineKinds = {
  unit: 'line',
  read: ['launched', 'exit', 'message_send_starting', 'message_send', 'message_send_exception'],
  leftOut: {
    'cli session': SETUP,
    'gui session': SETUP,
    'no-repo': SETUP,
    'repo*': SETUP,
    'auto_commits*': SETUP,
    'command_*': SETUP,
    'ai-comments*': SETUP,
    'model warning': SETUP,
    'interactive*': SETUP,
    'copy-paste*': SETUP,
  },
};

function readEvent(draft: RunDraft, name: string, event: JsonObject): void {
  const told = objectAt(event, 'properties');
  const at = draft.at(null, timeOfSeconds(numberAt(event, 'time')));
  draft.agentVersion ??= textAt(told, 'aider_version');
  draft.model ??= textAt(told, 'main_model');
  if (name === 'launched') draft.started ??= at;
  else if (name === 'exit') draft.ended = at;
  if (name === 'message_send_starting') draft.pass(at);
  else if (name === 'message_send')
    draft.modelCall({
      end: at,
      // Both ends are told, to the second.
      start: draft.boundary,
      model: textAt(told, 'main_model'),
      tokens: readTokens(told),
      costUsd: numberAt(told, 'cost'),
    });
  else if (name === 'message_send_exception')
    draft.error('message_send_exception', textAt(told, 'exception') ?? 'the model call failed', at);
  else if (!analyticsLines.read.includes(name)) draft.passOver(analyticsLines, name);
}

function readTokens(told: JsonObject | null): TokenCounts {
  return {
    input: tokensAt(told, 'prompt_tokens'),
    cacheRead: null,
    cacheWrite: null,
    output: tokensAt(told, 'completion_tokens'),
    reasoning: null,
  };
}
