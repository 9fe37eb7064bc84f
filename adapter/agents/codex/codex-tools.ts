// What Codex's tools give back: text that names the exit code in a line of its own, older text that is
// JSON, and patches as an object keyed by path or as a list. Keys are data: they are walked, never used.
import { addedFile, readPatch, relativePath } from '../reading/diff.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { exitCodeAt, isObject, objectAt, parseObject, plainText, textAt } from '../reading/json-value.ts';
import type { FileChange, Json } from '../step.ts';

/** The text that went back to the model, and the exit code where it names one. */
export function readToolText(output: Json | undefined): { text: string; exitCode: number | null } {
  const text = plainText(output) ?? plainText(isObject(output) ? output.content : null) ?? '';
  const older = parseObject(text);
  const told = textAt(older, 'output');
  if (older !== null && told !== null)
    return { text: told, exitCode: exitCodeAt(objectAt(older, 'metadata'), 'exit_code') };
  const code = /(?:^|\n)(?:Process exited with code|Exit code:) (-?\d{1,10})(?:\n|$)/.exec(
    text.slice(0, 2000),
  );
  return { text, exitCode: code === null ? null : Number(code[1]) };
}

/** `{path: {add: {content}} | {update: {unified_diff}} | {delete: …}}`, or the same as a list with `path`. */
export function readPatchChanges(changes: Json | undefined, base: string | null): FileChange[] {
  const entries: (readonly [string, Json])[] = Array.isArray(changes)
    ? changes.map((change) => [textAt(change, 'path') ?? '', change] as const)
    : isObject(changes)
      ? Object.entries(changes)
      : [];
  return entries.flatMap(([path, change]) =>
    path === '' ? [] : readChange(relativePath(path, base), change),
  );
}

function readChange(path: string, change: Json): FileChange[] {
  const kind = textAt(change, 'type') ?? textAt(change, 'kind') ?? firstKey(change);
  const body: JsonObject | null = objectAt(change, kind) ?? (isObject(change) ? change : null);
  if (kind === 'add') {
    const content = textAt(body, 'content');
    return [{ path, change: 'added', diff: content === null ? null : addedFile(path, content) }];
  }
  if (kind === 'delete') return [{ path, change: 'removed', diff: null }];
  const hunks = textAt(body, 'unified_diff') ?? textAt(body, 'diff');
  const patch = hunks === null ? [] : readPatch(`--- a/${path}\n+++ b/${path}\n${hunks}`, () => path);
  return patch.length > 0 ? patch : [{ path, change: 'modified', diff: null }];
}

function firstKey(value: Json): string {
  return isObject(value) ? (Object.keys(value)[0] ?? '') : '';
}
