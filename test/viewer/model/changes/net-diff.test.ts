// The edits of a file put together: what comes of them, told as one diff.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiffHunk } from '../../../../viewer/model/changes/diff-rows.ts';
import { netDiff } from '../../../../viewer/model/changes/net-diff.ts';

interface Edit {
  /** Where, as a share of the file. */
  readonly at: number;
  readonly removes: number;
  readonly adds: readonly string[];
}

const anEdit: fc.Arbitrary<Edit> = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removes: fc.nat(4),
  adds: fc.array(fc.constantFrom('a', 'b', 'c', '', '  d'), { maxLength: 4 }),
});

/** A unified diff of one edit with three lines of context, and the file after it. */
function edited(file: readonly string[], { at, removes, adds }: Edit): { diff: string; after: string[] } {
  const from = Math.min(file.length, Math.floor(at * (file.length + 1)));
  const removed = file.slice(from, from + removes);
  const before = file.slice(Math.max(0, from - 3), from);
  const behind = file.slice(from + removed.length, from + removed.length + 3);
  const counts = [
    before.length + removed.length + behind.length,
    before.length + adds.length + behind.length,
  ];
  const start = from - before.length + 1;
  const ranges = counts.map((count) => `${count === 0 ? start - 1 : start},${count}`);
  const lines = [
    ...before.map((line) => ` ${line}`),
    ...removed.map((line) => `-${line}`),
    ...adds.map((line) => `+${line}`),
    ...behind.map((line) => ` ${line}`),
  ];
  return {
    diff: `@@ -${ranges[0]} +${ranges[1]} @@\n${lines.map((line) => `${line}\n`).join('')}`,
    after: [...file.slice(0, from), ...adds, ...file.slice(from + removed.length)],
  };
}

/** The file as the hunks leave it; throws where they do not fit it. */
function applied(file: readonly string[], hunks: readonly DiffHunk[]): string[] {
  const after: string[] = [];
  let read = 0;
  for (const line of hunks.flatMap((hunk) => hunk.lines)) {
    if (line.kind === 'added') {
      // A line added after unchanged ones that no hunk shows stands where its number says.
      while (line.newNo !== null && after.length < line.newNo - 1) after.push(file[read++] ?? 'nothing');
      after.push(line.text);
      continue;
    }
    while (line.oldNo !== null && read < line.oldNo - 1) after.push(file[read++] ?? 'nothing');
    expect(file[read]).toBe(line.text);
    read++;
    if (line.kind === 'same') after.push(line.text);
  }
  return [...after, ...file.slice(read)];
}

describe('edits put together', () => {
  test('lead from the file as it was to the file as it is, whatever they were', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('x', 'y', 'z', 'a', ''), { maxLength: 40 }),
        fc.array(anEdit, { minLength: 1, maxLength: 6 }),
        (file, edits) => {
          let now: string[] = [...file];
          const diffs: string[] = [];
          for (const edit of edits) {
            const { diff, after } = edited(now, edit);
            diffs.push(diff);
            now = after;
          }
          const hunks = netDiff(diffs);
          expect(hunks).not.toBeNull();
          expect(applied(file, hunks ?? [])).toEqual(now);
        },
      ),
      { numRuns: 500 },
    );
  });

  test('of which one takes back the other come to nothing', () => {
    const there = '@@ -1,2 +1,2 @@\n a\n-b\n+c\n';
    const back = '@@ -1,2 +1,2 @@\n a\n-c\n+b\n';
    expect(netDiff([there, back])).toEqual([]);
  });

  test('mark the lines of the last one, and what changed within a line', () => {
    const hunks = netDiff(['@@ -1,1 +1,1 @@\n-one way\n+two way\n', '@@ -9,0 +10,1 @@\n+last\n']);
    const lines = hunks?.flatMap((hunk) => hunk.lines) ?? [];
    expect(lines.filter(({ isNew }) => isNew).map(({ text }) => text)).toEqual(['last']);
    expect(lines.find(({ text }) => text === 'two way')?.changed).toEqual([0, 3]);
  });

  test('that do not fit one another have no answer, nor have those without line numbers', () => {
    expect(netDiff(['@@ -1,1 +1,1 @@\n-a\n+b\n', '@@ -1,1 +1,1 @@\n-c\n+d\n'])).toBeNull();
    expect(netDiff(['-a\n+b\n'])).toBeNull();
  });
});
