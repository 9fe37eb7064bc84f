// Changes on disk, seen from outside: which file, how, when; whatever the file or its name is made of.
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SeenChange } from '../../../../adapter/record/observations.ts';
import { FileChanges } from '../../../../adapter/run/files/file-changes.ts';
import { scratchFolder } from '../../../support/runs.ts';

async function watch(files: Record<string, string>) {
  const { workdir } = scratchFolder(files);
  const seen: SeenChange[] = [];
  const changes = await FileChanges.start(workdir, process.env);
  changes.listen((found) => seen.push(...found));
  onTestFinished(() => changes.remove());
  const write = (path: string, text: string | Buffer) => {
    mkdirSync(join(workdir, path, '..'), { recursive: true });
    writeFileSync(join(workdir, path), text);
  };
  return { workdir, seen, changes, write };
}

const brief = ({ path, change, diff }: { path: string; change: string; diff: string | null }) => ({
  path,
  change,
  diff,
});

test('an edit, a new file and a removal are told with their diffs', async () => {
  const { workdir, seen, changes, write } = await watch({ 'a.txt': 'one\ntwo\n', 'b.txt': 'gone\n' });
  write('a.txt', 'one\nTWO\n');
  write('dir/c.txt', 'new');
  rmSync(join(workdir, 'b.txt'));
  await changes.look();
  expect(seen.map(brief).sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
    {
      path: 'a.txt',
      change: 'modified',
      diff: '--- a/a.txt\n+++ b/a.txt\n@@ -1,2 +1,2 @@\n one\n-two\n+TWO\n',
    },
    { path: 'b.txt', change: 'removed', diff: '--- a/b.txt\n+++ /dev/null\n@@ -1 +0,0 @@\n-gone\n' },
    {
      path: 'dir/c.txt',
      change: 'added',
      diff: '--- /dev/null\n+++ b/dir/c.txt\n@@ -0,0 +1 @@\n+new\n\\ No newline at end of file\n',
    },
  ]);
});

test('a change is told once, and a change back is a change', async () => {
  const { seen, changes, write } = await watch({ 'a.txt': 'one\n' });
  write('a.txt', 'two\n');
  await changes.look();
  await changes.look();
  write('a.txt', 'one\n');
  await changes.look();
  expect(seen.map(({ diff }) => diff?.split('\n').slice(3, 5))).toEqual([
    ['-one', '+two'],
    ['-two', '+one'],
  ]);
  // Taken together the run changed nothing.
  expect(await changes.finish()).toEqual({ changes: [], extraGitDir: false, problems: [] });
});

test('the moment is the file’s own; one that was set by hand is not believed', async () => {
  const { workdir, seen, changes, write } = await watch({});
  const beforeMs = Date.now();
  write('real.txt', 'x');
  write('forged.txt', 'x');
  utimesSync(join(workdir, 'forged.txt'), 1_000_000_000, 1_000_000_000);
  await changes.look();
  const of = (path: string) => seen.find((change) => change.path === path)!;
  expect(of('real.txt').timing).toBe('measured');
  expect(Math.abs(Number(of('real.txt').atNs / 1_000_000n) - beforeMs)).toBeLessThan(1000);
  expect(of('forged.txt').timing).toBe('arrival');
  expect(Number(of('forged.txt').atNs / 1_000_000n)).toBeGreaterThanOrEqual(beforeMs);
});

test('binary files are changes without a text; a link and a mode say what they are', async () => {
  const { workdir, seen, changes, write } = await watch({ 'run.sh': 'echo\n' });
  write('image.bin', Buffer.from([0, 1, 2, 0, 255]));
  symlinkSync('/etc/passwd', join(workdir, 'link'));
  chmodSync(join(workdir, 'run.sh'), 0o755);
  await changes.look();
  expect(seen.map(({ path, change }) => `${path} ${change}`).sort()).toEqual([
    'image.bin added',
    'link added',
    'run.sh modified',
  ]);
  expect(seen.find(({ path }) => path === 'image.bin')?.diff).toBeNull();
  // The link's own text, never the file that it names.
  const link = seen.find(({ path }) => path === 'link')?.diff;
  expect(link).toMatch(/^diff --git a\/link b\/link\nnew file mode 120000\n[\s\S]*\n\+\/etc\/passwd\n/);
  expect(seen.find(({ path }) => path === 'run.sh')?.diff).toBe(
    'diff --git a/run.sh b/run.sh\nold mode 100644\nnew mode 100755\n',
  );
});

test('names are data: spaces, quotes, line breaks, globs and git’s own magic', async () => {
  const names = [
    'a b.txt',
    'q"uote.txt',
    'line\nbreak.txt',
    ':(top)x.txt',
    '*.txt',
    '-rf',
    'ü.txt',
    '.hidden',
  ];
  const { seen, changes, write } = await watch({});
  for (const name of names) write(name, 'x\n');
  await changes.look();
  expect(seen.map(({ path }) => path).sort()).toEqual(names.toSorted());
  for (const { diff } of seen) expect(diff).toContain('+x');
});

test('what the project ignores and what tools build is left out', async () => {
  const { seen, changes, write } = await watch({ '.gitignore': '*.log\n' });
  write('out.log', 'x');
  write('node_modules/pkg/index.js', 'x');
  write('target/debug/app', 'x');
  write('src/app.ts', 'x');
  await changes.look();
  expect(seen.map(({ path }) => path)).toEqual(['src/app.ts']);
});

test('a repository that the run made inside is noticed and stops nothing', async () => {
  const { workdir, changes, write, seen } = await watch({ 'a.txt': 'one\n' });
  mkdirSync(join(workdir, 'inner/.git'), { recursive: true });
  write('inner/.git/HEAD', 'ref: refs/heads/main\n');
  write('inner/x.txt', 'x');
  write('a.txt', 'two\n');
  const net = await changes.finish();
  expect(net.extraGitDir).toBe(true);
  expect(seen.map(({ path }) => path)).toContain('a.txt');
});

test('a moved file is one removed and one added', async () => {
  const { workdir, seen, changes } = await watch({ 'a.txt': 'one\n' });
  renameSync(join(workdir, 'a.txt'), join(workdir, 'b.txt'));
  await changes.look();
  expect(seen.map(({ path, change }) => `${path} ${change}`).sort()).toEqual([
    'a.txt removed',
    'b.txt added',
  ]);
});
