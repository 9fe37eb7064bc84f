// A working directory that fights back: what lies in it runs nothing, hides nothing and holds nothing up.
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { SeenChange } from '../../../../adapter/record/observations.ts';
import { FileChanges } from '../../../../adapter/run/files/file-changes.ts';
import { scratchFolder } from '../../../support/runs.ts';

const PATH = process.env.PATH ?? '';

async function watch(workdir: string, searchPath = PATH) {
  const seen: SeenChange[] = [];
  const changes = await FileChanges.start(workdir, { PATH: searchPath });
  changes.listen((found) => seen.push(...found));
  onTestFinished(() => changes.remove());
  return { seen, changes };
}

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'ignore' });

test.each(['.', 'vendor/lib', 'a/b/c/d/e/f/g/h'])(
  'a repository in %s runs none of its programs',
  async (at) => {
    const { folder, workdir } = scratchFolder({ 'a.txt': 'one\n' });
    const inner = join(workdir, at);
    mkdirSync(inner, { recursive: true });
    writeFileSync(join(inner, 'code.txt'), 'x\n');
    git(inner, 'init', '-q');
    git(inner, 'add', '-A');
    git(inner, 'commit', '-qm', 'x');
    const ran = join(folder, 'ran');
    const program = `sh -c 'touch ${ran}; cat'`;
    for (const key of [
      'filter.x.clean',
      'filter.x.smudge',
      'filter.x.process',
      'diff.x.textconv',
      'diff.x.command',
    ])
      git(inner, 'config', key, program);
    git(inner, 'config', 'core.fsmonitor', program);
    git(inner, 'config', 'diff.external', program);
    writeFileSync(join(inner, '.gitattributes'), '* filter=x diff=x\n');
    const { changes } = await watch(workdir);
    utimesSync(join(inner, 'code.txt'), 1, 1);
    writeFileSync(join(inner, 'new.txt'), 'x\n');
    await changes.look();
    const net = await changes.finish();
    expect(existsSync(ran)).toBe(false);
    expect(net.changes).toEqual([
      {
        path: join(at, 'new.txt'),
        change: 'added',
        diff: `--- /dev/null\n+++ b/${join(at, 'new.txt')}\n@@ -0,0 +1 @@\n+x\n`,
      },
    ]);
  },
);

test('a git that the agent puts into the search path is not run', async () => {
  const { folder, workdir } = scratchFolder({ 'a.txt': 'one\n', 'bin/.keep': '' });
  const ran = join(folder, 'ran');
  writeFileSync(join(workdir, 'bin/git'), `#!/bin/sh\ntouch ${ran}\n`);
  chmodSync(join(workdir, 'bin/git'), 0o755);
  const { changes } = await watch(workdir, [join(workdir, 'bin'), 'bin', '', PATH].join(delimiter));
  writeFileSync(join(workdir, 'a.txt'), 'two\n');
  expect((await changes.finish()).changes[0]?.diff).toContain('+two');
  expect(existsSync(ran)).toBe(false);
});

test.each([
  '* working-tree-encoding=UTF-16',
  '* -diff',
  '* binary',
  '* text eol=crlf ident',
  '* filter=none diff=none',
])('attributes (%s) change neither what is seen nor its diff', async (attributes) => {
  const { workdir } = scratchFolder({ 'a.txt': 'one\n' });
  const { changes } = await watch(workdir);
  writeFileSync(join(workdir, '.gitattributes'), `${attributes}\n`);
  writeFileSync(join(workdir, 'a.txt'), 'two\r\n$Id$\n');
  const net = await changes.finish();
  expect(net.changes.map(({ path }) => path)).toEqual(['.gitattributes', 'a.txt']);
  expect(net.changes[1]?.diff).toContain('-one\n+two\r\n+$Id$\n');
});

test('what the agent ignores is seen all the same', async () => {
  const { workdir } = scratchFolder({ 'src/a.txt': 'one\n', '.gitignore': '/out\n' });
  const { changes } = await watch(workdir);
  for (const at of ['.gitignore', 'src/.gitignore', 'new/.gitignore']) {
    mkdirSync(join(workdir, at, '..'), { recursive: true });
    writeFileSync(join(workdir, at), '*\n');
  }
  mkdirSync(join(workdir, '.git/info'), { recursive: true });
  writeFileSync(join(workdir, '.git/info/exclude'), '*\n');
  writeFileSync(join(workdir, 'src/b.txt'), 'x\n');
  writeFileSync(join(workdir, 'out'), 'x\n');
  const net = await changes.finish();
  expect(net.changes.map(({ path }) => path)).toEqual([
    '.gitignore',
    'new/.gitignore',
    'src/.gitignore',
    'src/b.txt',
  ]);
  expect(net.extraGitDir).toBe(true);
});

test('a time that is set back hides no change of the same length', async () => {
  const { workdir } = scratchFolder({ 'a.txt': 'one\n' });
  utimesSync(join(workdir, 'a.txt'), 1000, 1000);
  const { changes } = await watch(workdir);
  writeFileSync(join(workdir, 'a.txt'), 'two\n');
  utimesSync(join(workdir, 'a.txt'), 1000, 1000);
  expect((await changes.finish()).changes).toHaveLength(1);
});

test('a sparse file is told by its size, not read', async () => {
  const { workdir } = scratchFolder({ 'a.txt': 'one\n' });
  const { changes } = await watch(workdir);
  writeFileSync(join(workdir, 'big'), '');
  truncateSync(join(workdir, 'big'), 2 ** 40);
  const began = performance.now();
  const net = await changes.finish();
  expect(net.changes).toEqual([{ path: 'big', change: 'added', diff: null }]);
  expect(net.problems).toEqual([expect.stringContaining('1 files were too large')]);
  expect(performance.now() - began).toBeLessThan(5000);
});

test('pipes, loops, links out and folders that become links are neither opened nor followed', async () => {
  const { folder, workdir } = scratchFolder({ 'dir/a.txt': 'one\n' });
  const outside = mkdtempSync(join(folder, 'outside-'));
  writeFileSync(join(outside, 'secret.txt'), 'the secret of another folder\n');
  const { seen, changes } = await watch(workdir);
  execFileSync('mkfifo', [join(workdir, 'pipe')]);
  symlinkSync('.', join(workdir, 'loop'));
  symlinkSync(outside, join(workdir, 'out'));
  renameSync(join(workdir, 'dir'), join(workdir, 'moved'));
  symlinkSync(outside, join(workdir, 'dir'));
  const net = await changes.finish();
  expect(net.changes.map(({ path, change }) => `${path} ${change}`)).toEqual([
    'dir added',
    'dir/a.txt removed',
    'loop added',
    'moved/a.txt added',
    'out added',
  ]);
  expect(JSON.stringify(seen.map(({ diff }) => diff))).not.toContain('the secret');
});

test('names that are no UTF-8 are files like others', async () => {
  const { workdir } = scratchFolder();
  const { changes } = await watch(workdir);
  writeFileSync(Buffer.concat([Buffer.from(`${workdir}/bad-`), Buffer.from([0xff, 0xfe])]), 'x\n');
  expect((await changes.finish()).changes).toMatchObject([
    { path: 'bad-\ufffd\ufffd', diff: expect.stringContaining('+x') },
  ]);
});

test('a directory that is gone is told, and is no tree without changes', async () => {
  const { workdir } = scratchFolder({ 'a.txt': 'one\n' });
  const { changes } = await watch(workdir);
  rmSync(workdir, { recursive: true });
  await expect(changes.finish()).rejects.toThrow('ENOENT');
});

test('many new files are all told', async () => {
  const { workdir } = scratchFolder();
  const { changes } = await watch(workdir);
  for (let n = 0; n < 600; n++) writeFileSync(join(workdir, `f${n}`), '');
  expect((await changes.finish()).changes).toHaveLength(600);
});
