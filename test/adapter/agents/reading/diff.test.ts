// Patches become one change a file, with headers relative to the project.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  addedFile,
  readNumberedDiff,
  readPatch,
  relativePath,
} from '../../../../adapter/agents/reading/diff.ts';

const same = (path: string): string => path;

describe('a patch with absolute paths', () => {
  const patch = [
    'Index: /w/src/lib.rs',
    '===================================================================',
    '--- /w/src/lib.rs\t',
    '+++ /w/src/lib.rs\t',
    '@@ -1,3 +1,3 @@',
    ' a',
    '--- b',
    '+++ c',
    ' d',
    'Index: /w/new.txt',
    '===================================================================',
    '--- /w/new.txt',
    '+++ /w/new.txt',
    '@@ -0,0 +1,1 @@',
    '+hello',
    '\\ No newline at end of file',
    '',
  ].join('\n');
  const changes = readPatch(patch, (path) => relativePath(path, '/w'));

  test('becomes one change a file with relative headers', () => {
    expect(changes.map(({ path, change }) => [path, change])).toEqual([
      ['src/lib.rs', 'modified'],
      ['new.txt', 'added'],
    ]);
    expect(changes[1]?.diff).toBe(
      '--- /dev/null\n+++ b/new.txt\n@@ -0,0 +1,1 @@\n+hello\n\\ No newline at end of file\n',
    );
  });

  test('keeps removed and added lines that look like file headers', () => {
    expect(changes[0]?.diff).toBe(
      '--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,3 +1,3 @@\n a\n--- b\n+++ c\n d\n',
    );
  });
});

test("git's own headers lose their prefixes and a deletion is a removal", () => {
  const patch =
    'diff --git a/x b/x\ndeleted file mode 100644\n--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n';
  expect(readPatch(patch, same)).toEqual([
    { path: 'x', change: 'removed', diff: '--- a/x\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n' },
  ]);
});

test('text without a hunk is no change', () => {
  expect(readPatch('--- a\n+++ b\n', same)).toEqual([]);
  expect(readPatch('no diff at all', same)).toEqual([]);
});

test('a path outside the working directory stays as it is', () => {
  expect(relativePath('/work/a', '/work')).toBe('a');
  expect(relativePath('/workshop/a', '/work')).toBe('/workshop/a');
  expect(relativePath('a', '/work')).toBe('a');
  expect(relativePath('/work/a', null)).toBe('/work/a');
});

test('an added file is a diff of its lines alone', () => {
  expect(addedFile('n', 'a\nb\n')).toBe('--- /dev/null\n+++ b/n\n@@ -0,0 +1,2 @@\n+a\n+b\n');
  expect(addedFile('n', 'a')).toContain('+a\n\\ No newline at end of file\n');
  expect(addedFile('n', '')).toBe('--- /dev/null\n+++ b/n\n');
});

test('a numbered diff with a line of another form is not half read', () => {
  expect(readNumberedDiff('+1 a\nwhat is this', 'x')).toBeNull();
  expect(readNumberedDiff('', 'x')).toBeNull();
});

test('law: a numbered diff, brought to unified form, turns the old file into the new one', () => {
  const block = fc.record({
    kept: fc.array(line(), { minLength: 9, maxLength: 14 }),
    removed: fc.array(line(), { maxLength: 3 }),
    added: fc.array(line(), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(block, { minLength: 1, maxLength: 4 }),
      fc.array(line(), { maxLength: 9 }),
      (blocks, tail) => {
        fc.pre(blocks.some(({ removed, added }) => removed.length + added.length > 0));
        const oldFile = [...blocks.flatMap(({ kept, removed }) => [...kept, ...removed]), ...tail];
        const newFile = [...blocks.flatMap(({ kept, added }) => [...kept, ...added]), ...tail];
        const unified = readNumberedDiff(numberedDiff(blocks, tail), 'f');
        expect(unified).not.toBeNull();
        expect(applyUnified(oldFile, unified ?? '')).toEqual(newFile);
      },
    ),
  );
});

function line(): fc.Arbitrary<string> {
  return fc.stringMatching(/^[a-z0-9 .+-]{0,8}$/);
}

interface Block {
  kept: string[];
  removed: string[];
  added: string[];
}

/** The agent's form, with four lines of context: kept and removed lines by old number, added by new. */
function numberedDiff(blocks: readonly Block[], tail: readonly string[]): string {
  const out: string[] = [];
  const row = (sign: string, number: number, text: string) =>
    out.push(`${sign}${String(number).padStart(3)} ${text}`);
  let oldLine = 1;
  let newLine = 1;
  let changed = false;
  const context = (lines: readonly string[], changeFollows: boolean) => {
    for (const [index, text] of lines.entries()) {
      const near = (changed && index < 4) || (changeFollows && index >= lines.length - 4);
      if (near) row(' ', oldLine, text);
      else if (out.length > 0 && out.at(-1) !== '     ...') out.push('     ...');
      oldLine++;
      newLine++;
    }
  };
  for (const { kept, removed, added } of blocks) {
    const changes = removed.length + added.length > 0;
    context(kept, changes);
    for (const text of removed) row('-', oldLine++, text);
    for (const text of added) row('+', newLine++, text);
    changed = changes;
  }
  context(tail, false);
  return out.join('\n');
}

function applyUnified(oldFile: readonly string[], diff: string): string[] {
  const result: string[] = [];
  let at = 0;
  for (const text of diff.split('\n').slice(2, -1)) {
    const header = /^@@ -(\d+),(\d+) \+(\d+),\d+ @@$/.exec(text);
    if (header) {
      const start = Number(header[2]) === 0 ? Number(header[1]) : Number(header[1]) - 1;
      while (at < start) result.push(oldFile[at++] ?? '');
      // The other side of the header must agree with what was written so far.
      const newStart = Number(header[3]);
      expect(newStart === result.length + 1 || newStart === result.length).toBe(true);
    } else if (text.startsWith('+')) result.push(text.slice(1));
    else {
      expect(oldFile[at]).toBe(text.slice(1));
      if (text.startsWith(' ')) result.push(oldFile[at] ?? '');
      at++;
    }
  }
  return [...result, ...oldFile.slice(at)];
}
