// A unified diff as rows: numbers, pairs, what changed within a pair, and no line lost.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffHunks, sideRows } from '../../../../viewer/model/changes/diff-rows.ts';
import { diffTally } from '../../../../viewer/model/changes/diff-tally.ts';

const edit = `--- a/src/lib.rs
+++ b/src/lib.rs
@@ -1,4 +1,4 @@ fn sum
 pub fn sum() {
-    v.parse::<i64>().unwrap()
+    v.parse::<i64>().unwrap_or(0)
 }
 // end
@@ -20 +20,2 @@
-old
+new
+newer
\\ No newline at end of file
`;

test('numbers lines on both sides, hunk by hunk, and leaves headers out', () => {
  const [first, second] = diffHunks(edit);
  expect(first?.header).toBe('@@ -1,4 +1,4 @@ fn sum');
  expect(first?.lines.map(({ oldNo, newNo }) => [oldNo, newNo])).toEqual([
    [1, 1],
    [2, null],
    [null, 2],
    [3, 3],
    [4, 4],
  ]);
  expect(second?.lines.map(({ oldNo, newNo, text }) => [oldNo, newNo, text])).toEqual([
    [20, null, 'old'],
    [null, 20, 'new'],
    [null, 21, 'newer'],
  ]);
});

test('says what changed within a pair of lines', () => {
  const [removed, added] = (diffHunks(edit)[0]?.lines ?? []).filter(({ kind }) => kind !== 'same');
  const changedText = (line: typeof removed) => line?.text.slice(...(line.changed ?? [0, 0]));
  expect([changedText(removed), changedText(added)]).toEqual(['(', '_or(0']);
});

test('lines that have little in common are no pair, and unequal runs have none', () => {
  const lines = diffHunks('@@ -1,1 +1,1 @@\n-abc\n+xyz\n')[0]?.lines ?? [];
  expect(lines.map(({ changed }) => changed)).toEqual([null, null]);
  expect(diffHunks(edit)[1]?.lines.every(({ changed }) => changed === null)).toBe(true);
});

test('a line that looks like a header inside a hunk is a line', () => {
  const [hunk] = diffHunks('@@ -1,2 +1,2 @@\n--- a comment\n+++ another\n same\n');
  expect(hunk?.lines.map(({ kind, text }) => [kind, text])).toEqual([
    ['removed', '-- a comment'],
    ['added', '++ another'],
    ['same', 'same'],
  ]);
});

test('a diff without hunk headers has lines without numbers', () => {
  const [hunk] = diffHunks('--- a/x\n+++ b/x\n-old\n+new\n');
  expect(hunk?.lines.map(({ kind, oldNo, newNo }) => [kind, oldNo, newNo])).toEqual([
    ['removed', null, null],
    ['added', null, null],
  ]);
});

test('side by side, old and new of a pair share a row and the rest stands alone', () => {
  const hunk = diffHunks(edit)[1];
  if (!hunk) throw new Error('no hunk');
  expect(sideRows(hunk).map(({ left, right }) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ['old', 'new'],
    [null, 'newer'],
  ]);
});

test('agrees with the tally and loses no line, whatever the text', () => {
  const aLine = fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replace(/[\r\n]/g, ''));
  const aChange = fc.tuple(fc.constantFrom(' ', '+', '-'), aLine).map(([sign, text]) => sign + text);
  fc.assert(
    fc.property(fc.array(aChange, { minLength: 1, maxLength: 30 }), (lines) => {
      const old = lines.filter((line) => !line.startsWith('+')).length;
      const now = lines.filter((line) => !line.startsWith('-')).length;
      const diff = `@@ -1,${old} +1,${now} @@\n${lines.join('\n')}\n`;
      const [hunk] = diffHunks(diff);
      const sign = { same: ' ', added: '+', removed: '-' };
      expect(hunk?.lines.map(({ kind, text }) => sign[kind] + text)).toEqual(lines);
      const count = (kind: string) => hunk?.lines.filter((line) => line.kind === kind).length;
      expect({ added: count('added'), removed: count('removed') }).toEqual(diffTally(diff));
      const rows = hunk ? sideRows(hunk) : [];
      expect(rows.filter(({ left }) => left).length).toBe(old);
      expect(rows.filter(({ right }) => right).length).toBe(now);
      for (const { changed, text } of hunk?.lines ?? [])
        if (changed)
          expect(0 <= changed[0] && changed[0] <= changed[1] && changed[1] <= text.length).toBe(true);
    }),
  );
});
