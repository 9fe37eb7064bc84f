// What opencode writes in the same words wherever it writes it, in its stream and in its session: tool calls,
// tokens, errors, the age of a message. Does not know where a part was found.
import { mediaIn } from '../../../shared/media/media.ts';
import { earlier, type Moment, timeOfMs } from '../reading/clock.ts';
import { addedFile, readPatch } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { exitCodeAt, field, numberAt, objectAt, textAt, tokensAt } from '../reading/json-value.ts';
import type { RunDraft } from '../reading/run-draft.ts';
import type { FileChange, TokenCounts, ToolCallStep } from '../step.ts';

export function readToolCall(part: JsonObject | null, atNs: bigint): ToolCallStep {
  const state = objectAt(part, 'state');
  const time = objectAt(state, 'time');
  const startNs = timeOfMs(numberAt(time, 'start'));
  const endNs = timeOfMs(numberAt(time, 'end'));
  const status = textAt(state, 'status');
  const failed = status === 'error';
  const media = mediaIn(field(state, 'attachments'));
  return {
    type: 'tool_call',
    startNs: earlier(startNs ?? atNs, endNs ?? atNs),
    endNs: endNs ?? atNs,
    timing: startNs !== null && endNs !== null ? 'measured' : 'derived',
    tool: textAt(part, 'tool') ?? 'unknown',
    callId: textAt(part, 'callID'),
    arguments: field(state, 'input') ?? null,
    output: textAt(state, 'output') ?? textAt(state, 'error'),
    status,
    failed,
    exitCode: exitCodeAt(objectAt(state, 'metadata'), 'exit'),
    changes: failed ? [] : readChanges(state),
    ...(media.length === 0 ? {} : { media }),
  };
}

/** edit tells a patch; write tells the path and whether the file was there, and its input the content. */
function readChanges(state: JsonObject | null): FileChange[] {
  const metadata = objectAt(state, 'metadata');
  const title = textAt(state, 'title');
  const rename = (path: string): string => (title !== null && path.endsWith(`/${title}`) ? title : path);
  const patch = textAt(objectAt(metadata, 'filediff'), 'patch') ?? textAt(metadata, 'diff');
  if (patch !== null) return readPatch(patch, rename);
  const written = textAt(metadata, 'filepath');
  const existed = field(metadata, 'exists');
  const content = textAt(objectAt(state, 'input'), 'content');
  if (written === null || content === null || typeof existed !== 'boolean') return [];
  const path = rename(written);
  return existed
    ? [{ path, change: 'modified', diff: null }]
    : [{ path, change: 'added', diff: addedFile(path, content) }];
}

/** opencode counts cache reads and writes apart from input, and reasoning apart from output. */
export function readTokens(tokens: JsonObject | null): TokenCounts {
  const cache = objectAt(tokens, 'cache');
  const input = tokensAt(tokens, 'input');
  const cacheRead = tokensAt(cache, 'read');
  const cacheWrite = tokensAt(cache, 'write');
  const output = tokensAt(tokens, 'output');
  const reasoning = tokensAt(tokens, 'reasoning');
  const allInput = input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0);
  const total = tokensAt(tokens, 'total');
  // Its total tells whether the output it prints already holds the reasoning.
  const held = total !== null && allInput !== null && output !== null && total === allInput + output;
  return {
    input: allInput,
    cacheRead,
    cacheWrite,
    output: output === null ? null : held ? output : output + (reasoning ?? 0),
    reasoning,
  };
}

/** Notes an error by its name, and by what it says where it says anything. */
export function readError(draft: RunDraft, error: JsonObject | null, at: Moment): void {
  const name = textAt(error, 'name') ?? 'error';
  draft.error(name, textAt(objectAt(error, 'data'), 'message') ?? textAt(error, 'message') ?? name, at);
}

/**
 * When a message was made. opencode's ids begin with 12 hex digits: the low 48 bits of milliseconds
 * × 4096 + a counter, so the low 36 bits of the time; `nearNs` gives the rest (they wrap in 2.2 years).
 */
export function messageBirth(id: string | null, nearNs: bigint): bigint | null {
  const hex = /^msg_([0-9a-f]{12})/.exec(id ?? '')?.[1];
  if (hex === undefined) return null;
  const span = 1n << 36n;
  const nearMs = nearNs / 1_000_000n;
  const low = BigInt(`0x${hex}`) >> 12n;
  const ms = nearMs - (nearMs % span) + low;
  return (ms > nearMs + span / 2n ? ms - span : ms) * 1_000_000n;
}
