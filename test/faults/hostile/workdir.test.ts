// F23: a working directory as an agent might make it to hide, to hang or to run something: repositories, filters,
// ignore rules, links, pipes, names, a terabyte that is not there, and 150,000 files. The run ends, nothing of it
// runs, and every change is told.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { FileChanges, type NetChanges } from '../../../adapter/run/files/file-changes.ts';
import { aFolder, faultTest, report, times } from '../fault-test.ts';
import type { Random } from '../random.ts';

const MANY_FILES = 150_000;
/** Measured at ease: 23 s for 150,000 files, 0.2 s for a trap. */
const MAX_LOOK_MS = 90_000;
const TRAPS = times(60);

const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], { cwd, stdio: 'ignore' });

/** Each lays something at a path; says whether what lies there must be told as a change. */
const traps: Record<string, (at: string, ran: string) => boolean> = {
  'a repository whose filter runs a program': (at, ran) => {
    mkdirSync(at);
    git(at, 'init', '-q');
    git(at, 'config', 'filter.x.clean', `touch ${ran}; cat`);
    git(at, 'config', 'core.fsmonitor', `touch ${ran}`);
    writeFileSync(join(at, '.gitattributes'), '* filter=x\n');
    writeFileSync(join(at, 'file'), 'content');
    return true;
  },
  'a file that says it is a repository elsewhere': (at) => {
    mkdirSync(at);
    writeFileSync(join(at, '.git'), 'gitdir: /\n');
    writeFileSync(join(at, 'file'), 'content');
    return true;
  },
  'attributes that make every look fail': (at) => {
    mkdirSync(at);
    writeFileSync(join(at, '.gitattributes'), '* working-tree-encoding=UTF-16 -diff\n');
    writeFileSync(join(at, 'file'), 'content');
    return true;
  },
  'rules that ignore everything': (at) => {
    mkdirSync(at);
    writeFileSync(join(at, '.gitignore'), '*\n');
    writeFileSync(join(at, 'file'), 'content');
    return true;
  },
  'a link to the root': (at) => {
    symlinkSync('/', at);
    return true;
  },
  'a link to itself': (at) => {
    symlinkSync(at, at);
    return true;
  },
  'a pipe': (at) => {
    execFileSync('mkfifo', [at]);
    return false;
  },
  'a terabyte that is not there': (at) => {
    writeFileSync(at, '');
    truncateSync(at, 2 ** 40);
    return true;
  },
  'a deep folder': (at) => {
    const deep = join(at, ...Array.from({ length: 60 }, () => 'd'));
    mkdirSync(deep, { recursive: true });
    writeFileSync(join(deep, 'file'), '');
    return true;
  },
  'an unreadable file': (at) => {
    writeFileSync(at, 'x', { mode: 0 });
    return true;
  },
};

function aName(random: Random): string {
  return random.pick([
    'plain',
    'with space',
    'new\nline',
    '-rf',
    '$(touch x)',
    '"quoted"',
    'é',
    'a\u202eb',
    '\x1b[31m',
  ]);
}

async function changesOf(workdir: string, lay: () => void): Promise<{ net: NetChanges; ms: number }> {
  const changes = await FileChanges.start(workdir, { PATH: process.env.PATH ?? '' });
  try {
    changes.watch();
    lay();
    const began = performance.now();
    return { net: await changes.finish(), ms: performance.now() - began };
  } finally {
    await changes.remove();
  }
}

faultTest('workdir', `F23: ${TRAPS} traps in a working directory`, 120_000, async (random) => {
  const workdir = aFolder();
  const ran = join(aFolder(), 'ran');
  const expected: string[] = [];
  const { net, ms } = await changesOf(workdir, () => {
    for (let n = 0; n < TRAPS; n++) {
      const [, lay] = random.pick(Object.entries(traps));
      const name = `${n} ${aName(random)}`;
      if (lay(join(workdir, name), ran)) expected.push(name);
    }
    writeFileSync(join(workdir, 'expected.txt'), 'x');
  });
  const told = net.changes.map(({ path }) => path);
  expect(existsSync(ran)).toBe(false);
  expect(told).toContain('expected.txt');
  for (const name of expected)
    expect(told.filter((path) => path === name || path.startsWith(`${name}/`))).not.toEqual([]);
  expect(ms).toBeLessThan(MAX_LOOK_MS);
  report(
    'F23 workdir',
    `${TRAPS} traps, ${told.length} changes told, nothing run, last look ${ms.toFixed(0)} ms`,
  );
});

faultTest('workdir', `F23: ${MANY_FILES} new files are all told`, 180_000, async () => {
  const workdir = aFolder();
  const { net, ms } = await changesOf(workdir, () => {
    for (let folder = 0; folder < 150; folder++) {
      mkdirSync(join(workdir, String(folder)));
      for (let n = 0; n < MANY_FILES / 150; n++) writeFileSync(join(workdir, String(folder), `f${n}`), '');
    }
  });
  expect(net.changes.length).toBe(MANY_FILES);
  expect(ms).toBeLessThan(MAX_LOOK_MS);
  report(
    'F23 many files',
    `${MANY_FILES} new files told ${(ms / 1000).toFixed(1)} s after the last was written`,
  );
});
