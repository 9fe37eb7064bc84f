// pi's messages, which its stream prints and its session file keeps alike: parts, tokens, tool results.
import { readNumberedDiff, readPatch, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { field, listAt, objectAt, textAt, tokensAt } from '../reading/json-value.ts';
import type { FileChange, Json, OutputPart, TokenCounts } from '../step.ts';

/** pi counts cache reads and writes apart from input. It prints no reasoning tokens. */
export function readPiTokens(usage: JsonObject | null): TokenCounts {
  const input = tokensAt(usage, 'input');
  const cacheRead = tokensAt(usage, 'cacheRead');
  const cacheWrite = tokensAt(usage, 'cacheWrite');
  return {
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    output: tokensAt(usage, 'output'),
    reasoning: null,
  };
}

export function readPiParts(message: JsonObject | null, ends: ReadonlyMap<number, bigint>): OutputPart[] {
  const parts: OutputPart[] = [];
  for (const [index, item] of listAt(message, 'content').entries()) {
    const type = textAt(item, 'type');
    const endNs = ends.get(index) ?? null;
    if (type === 'text') parts.push({ type, text: textAt(item, 'text') ?? '', endNs });
    else if (type === 'thinking')
      parts.push({ type: 'reasoning', text: textAt(item, 'thinking') ?? '', endNs });
    else if (type === 'toolCall')
      parts.push({
        type: 'tool_call',
        callId: textAt(item, 'id'),
        tool: textAt(item, 'name') ?? 'unknown',
        arguments: field(item, 'arguments') ?? null,
      });
  }
  return parts;
}

export function piText(holder: JsonObject | null): string {
  return listAt(holder, 'content')
    .map((item) => textAt(item, 'text') ?? '')
    .join('');
}

/** The bash tool says "Command exited with code N" at the end of a failed call's text, and nothing else. */
export function readPiExitCode(output: string, failed: boolean): number | null {
  const code = failed ? /(?:^|\n)Command exited with code (\d+)\s*$/.exec(output)?.[1] : undefined;
  return code === undefined ? null : Number(code);
}

/** edit tells a diff. write tells the path alone, and never whether the file was there before. */
export function readPiChanges(
  tool: string,
  args: Json,
  result: Json | null,
  base: string | null,
): FileChange[] {
  const given = textAt(args, 'path');
  if (given === null || (tool !== 'edit' && tool !== 'write')) return [];
  const path = relativePath(given, base);
  const diff = tool === 'edit' ? textAt(objectAt(result, 'details'), 'diff') : null;
  const unified = diff === null ? [] : readPatch(diff, () => path);
  if (unified.length > 0) return unified;
  return [{ path, change: 'modified', diff: diff === null ? null : readNumberedDiff(diff, path) }];
}
