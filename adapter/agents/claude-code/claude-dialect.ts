// How Claude Code counts tokens and tells what its tools changed. Its counts are Anthropic's: cached
// input stands beside input, not in it. Its edits come as hunks (`structuredPatch`) beside the result.
import type { AnthropicDialect } from '../reading/anthropic-reader.ts';
import { addedFile, readPatch, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { isObject, listAt, numberAt, objectAt, textAt, tokensAt } from '../reading/json-value.ts';
import type { RunDraft } from '../reading/run-draft.ts';
import type { FileChange, Json, TokenCounts } from '../step.ts';

export function claudeDialect(draft: RunDraft): AnthropicDialect {
  return {
    readTokens: readClaudeTokens,
    readChanges: (tool, args, result) => readClaudeChanges(tool, args, result, draft.workingDirectory),
  };
}

export function readClaudeTokens(usage: JsonObject | null): TokenCounts {
  const input = tokensAt(usage, 'input_tokens');
  const cacheRead = tokensAt(usage, 'cache_read_input_tokens');
  const cacheWrite = tokensAt(usage, 'cache_creation_input_tokens');
  const long = tokensAt(objectAt(usage, 'cache_creation'), 'ephemeral_1h_input_tokens');
  return {
    input: input === null ? null : input + (cacheRead ?? 0) + (cacheWrite ?? 0),
    cacheRead,
    cacheWrite,
    ...(long ? { cacheWriteLong: long } : {}),
    output: tokensAt(usage, 'output_tokens'),
    // Thinking is counted as output and named nowhere.
    reasoning: null,
  };
}

const writers = new Set(['Write', 'Edit', 'MultiEdit', 'NotebookEdit', 'write_file', 'edit', 'replace']);

/** What a tool that writes changed; nothing is said of tools that run commands. */
export function readClaudeChanges(
  tool: string,
  args: Json,
  result: Json | undefined,
  base: string | null,
): FileChange[] {
  if (!writers.has(tool)) return [];
  const file = textAt(result, 'filePath') ?? textAt(args, 'file_path') ?? textAt(args, 'notebook_path');
  if (file === null) return [];
  const path = relativePath(file, base);
  const content = textAt(result, 'content') ?? textAt(args, 'content');
  if (textAt(result, 'type') === 'create')
    return [{ path, change: 'added', diff: content === null ? null : addedFile(path, content) }];
  const hunks = listAt(result, 'structuredPatch').map(hunkText).join('\n');
  const patch = hunks === '' ? [] : readPatch(`--- a/${path}\n+++ b/${path}\n${hunks}`, () => path);
  return patch.length > 0 ? patch : [{ path, change: 'modified', diff: null }];
}

function hunkText(hunk: Json): string {
  if (!isObject(hunk)) return '';
  const at = (key: string): number => numberAt(hunk, key) ?? 0;
  const lines = listAt(hunk, 'lines').filter((line) => typeof line === 'string');
  return [`@@ -${at('oldStart')},${at('oldLines')} +${at('newStart')},${at('newLines')} @@`, ...lines].join(
    '\n',
  );
}
