// A recorded diff applied to the text that it was made from gives the text that it was made to, and to no other text
// anything at all.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { applyPatch, PatchError } from '../../../adapter/rejudge/patch.ts';
import { ContentStore, type StoredFile } from '../../../adapter/run/files/content-store.ts';

let dir: string;
let store: ContentStore;
let stored = 0;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'playhead-patch-'));
  store = await ContentStore.create(dir, '/nonexistent', process.env);
});
afterAll(() => {
  store.close();
  rmSync(dir, { recursive: true, force: true });
});

function keep(text: string, mode: StoredFile['mode'] = 'file'): StoredFile {
  const content = `h${stored++}`;
  store.put(content, Buffer.from(text));
  return { content, mode };
}

const line = fc.constantFrom('a', 'b', '', ' c', '-x', '+y', '@@ -1 +1 @@', '\\ No newline', 'ü\r', '\u2028');
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('', '\n'))
  .map(([lines, end]) => (lines.length === 0 ? '' : lines.join('\n') + end));

test('a diff gives the text that it was made to', async () => {
  await fc.assert(
    fc.asyncProperty(text, text, async (old, young) => {
      fc.pre(old !== young);
      const diff = await store.diff(keep(old), keep(young), 'f');
      const patched = applyPatch({ text: old, isExecutable: false }, { path: 'f', change: 'modified', diff });
      expect(patched?.text).toBe(young);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['an empty file', '', 'file'],
  ['a program', '#!/bin/sh\n', 'executable'],
  ['an empty program', '', 'executable'],
  ['a text without an end of line', 'x', 'file'],
] as const)('%s that was added is there, with its mode', async (_what, content, mode) => {
  const diff = await store.diff(null, keep(content, mode), 'a b.sh');
  expect(applyPatch(null, { path: 'a b.sh', change: 'added', diff })).toEqual({
    text: content,
    isExecutable: mode === 'executable',
  });
});

test('a mode alone is a change', async () => {
  const file = keep('x\n');
  const diff = await store.diff(file, { ...file, mode: 'executable' }, 'run.sh');
  expect(diff).toBe('diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n');
  const before = { text: 'x\n', isExecutable: false };
  expect(applyPatch(before, { path: 'run.sh', change: 'modified', diff })).toEqual({
    text: 'x\n',
    isExecutable: true,
  });
});

const before = { text: 'one\ntwo\n', isExecutable: false };
const hunk = '--- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n';

test.each([
  ['another text', { text: 'one\nzwei\n', isExecutable: false }, hunk, 'does not fit at line 2'],
  ['a text without its last line feed', { text: 'one\ntwo', isExecutable: false }, hunk, 'does not fit'],
  ['bytes that are no text', { text: null, isExecutable: false }, hunk, 'is no text in UTF-8'],
  ['no content', before, null, 'recorded without its content'],
  ['a diff that was cut', before, hunk.slice(0, -6), 'is cut off'],
  ['a diff with a mark in its middle', before, hunk.replace(' one\n', '… (9 left out) …\n'), 'cut off'],
  ['a secret', before, hunk.replace('TWO', '[redacted:API_KEY]'), 'a secret was taken out'],
  ['bytes that were no text', before, hunk.replace('TWO', '\ufffd'), 'no text in UTF-8'],
  ['words', before, 'the agent changed two to TWO', 'not in the form'],
  ['a link', before, `diff --git a/f b/f\nold mode 100644\nnew mode 120000\n${hunk}`, 'became a link'],
  ['a place beyond the end', before, '--- a/f\n+++ b/f\n@@ -9 +9 @@\n-x\n+y\n', 'does not fit at line 9'],
  ['a file that is not there', null, hunk, 'is not there'],
] as const)('%s is refused by name', (_what, file, diff, words) => {
  const apply = () => applyPatch(file, { path: 'f', change: 'modified', diff });
  expect(apply).toThrow(PatchError);
  expect(apply).toThrow(words);
});

test('a file that is there already is not added, and of one that goes nothing is needed', () => {
  expect(() => applyPatch(before, { path: 'f', change: 'added', diff: hunk })).toThrow('is there already');
  const goes = { path: 'f', change: 'removed', diff: null } as const;
  expect(applyPatch({ text: null, isExecutable: false }, goes)).toBeNull();
});
