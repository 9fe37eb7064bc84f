// What a run left behind is made again from what was recorded of it, whole or not at all, and nowhere but in its folder.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { applyKeptPatch, changedPaths } from '../../../adapter/rejudge/kept-patch.ts';
import type { FilePatch } from '../../../adapter/rejudge/patch.ts';
import { FileChanges } from '../../../adapter/run/files/file-changes.ts';
import { scratchFolder } from '../../support/runs.ts';

/** Every file below a folder: its text, and an x where it can be run. */
function treeOf(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return Object.fromEntries(
    files
      .map((one) => join(one.parentPath, one.name))
      .sort()
      .map((path) => {
        const isRun = (statSync(path).mode & 0o111) !== 0;
        return [path.slice(folder.length + 1) + (isRun ? ' x' : ''), readFileSync(path, 'utf8')];
      }),
  );
}

test('edits over several looks come out as the run left them', async () => {
  const files = { 'a.txt': 'one\ntwo\nthree\n', 'gone.txt': 'x', 'dir/b.txt': 'b', 'run.sh': 'echo\n' };
  const { workdir } = scratchFolder(files);
  const again = `${workdir}-again`;
  cpSync(workdir, again, { recursive: true });
  onTestFinished(() => rmSync(again, { recursive: true, force: true }));
  const seen: FilePatch[] = [];
  const changes = await FileChanges.start(workdir, process.env);
  changes.listen((found) => seen.push(...found));
  onTestFinished(() => changes.remove());
  writeFileSync(join(workdir, 'a.txt'), 'one\nTWO\nthree\n');
  writeFileSync(join(workdir, 'for-a-while.txt'), 'x');
  await changes.look();
  writeFileSync(join(workdir, 'a.txt'), 'ONE\nTWO\nthree');
  rmSync(join(workdir, 'for-a-while.txt'));
  rmSync(join(workdir, 'gone.txt'));
  mkdirSync(join(workdir, 'gone.txt'));
  writeFileSync(join(workdir, 'gone.txt/now a folder.txt'), 'ü\r\n');
  writeFileSync(join(workdir, 'empty.py'), '');
  chmodSync(join(workdir, 'run.sh'), 0o755);
  const net = await changes.finish();
  applyKeptPatch(again, seen, new Set(net.changes.map(({ path }) => path)));
  expect(treeOf(again)).toEqual(treeOf(workdir));
});

const added = (path: string, text = 'x'): FilePatch => ({
  path,
  change: 'added',
  diff: `--- /dev/null\n+++ b/f\n@@ -0,0 +1 @@\n+${text}\n`,
});

test.each([
  ['../out.txt', 'is no path below'],
  ['/etc/out.txt', 'is no path below'],
  ['a/../../out.txt', 'is no path below'],
  ['.git/hooks/pre-commit', 'is no path below'],
  ['sub/.GIT/config', 'is no path below'],
  ['link/out.txt', 'leads through a link'],
  ['link', 'is no regular file'],
  ['a\0b', 'is no path below'],
  ['dir', 'is no regular file'],
])('%j is written nowhere', (path, words) => {
  const { workdir } = scratchFolder({ 'dir/a.txt': 'a' });
  const outside = `${workdir}-outside`;
  mkdirSync(outside);
  onTestFinished(() => rmSync(outside, { recursive: true, force: true }));
  symlinkSync(outside, join(workdir, 'link'));
  expect(() => applyKeptPatch(workdir, [added('ok.txt'), added(path)], new Set(['ok.txt', path]))).toThrow(
    words,
  );
  expect(readdirSync(outside)).toEqual([]);
  expect(existsSync(join(workdir, 'ok.txt'))).toBe(false);
});

test('what the run’s last look found and nothing recorded is named, and so is what it did not find', () => {
  const { workdir } = scratchFolder({});
  expect(() => applyKeptPatch(workdir, [added('a.txt')], new Set(['a.txt', 'b.bin']))).toThrow(
    'b.bin changed, and its change was not recorded',
  );
  expect(() => applyKeptPatch(workdir, [added('a.txt')], new Set())).toThrow(
    'a.txt comes out changed, and was not at the run’s end',
  );
});

test('of a run that nobody watched nothing is made', () => {
  const blast = { axis: 'blast_radius', values: { added: [], removed: [], modified: [], agent_files: [] } };
  expect(changedPaths([{ ...blast, scorer: 'playhead run' }])).toEqual(new Set());
  expect(() => changedPaths([])).toThrow('nobody looked at its files');
  expect(() => changedPaths([blast])).toThrow('nobody looked at its files');
  expect(() => changedPaths([{ ...blast, scorer: 'playhead run', values: { blast_radius: null } }])).toThrow(
    'could not be looked at',
  );
});
