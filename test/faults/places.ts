// Disks that are full or read-only, made of what the machine allows: a tmpfs where we may mount one, else
// the nearest thing that an ordinary user can do. Each says what it is, so that a report can.
import { spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { aFolder } from './fault-test.ts';

const NOBODY = 65534;

function run(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** A folder on a file system of its own, or null where we may not mount one. */
export function aSmallDisk(megabytes: number): string | null {
  const folder = aFolder();
  if (!run('mount', '-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder)) return null;
  onTestFinished(() => {
    run('umount', '-l', folder);
  });
  return folder;
}

export interface FullDisk {
  readonly how: string;
  readonly folder: string;
  /** Makes room again, under the running process. */
  readonly free: (pid: number) => void;
  /** Takes that room away from the running process, before it is needed. */
  readonly limit: (pid: number) => void;
}

/** A disk that will be full after some megabytes, and that can be given room again. */
export function aFullDisk(): FullDisk {
  const folder = aSmallDisk(6);
  if (folder) {
    const ballast = join(folder, 'ballast');
    writeFileSync(ballast, Buffer.alloc(3 * 2 ** 20));
    return { how: 'tmpfs of 6 MiB', folder, limit: () => undefined, free: () => rmSync(ballast) };
  }
  const size = (pid: number, bytes: string) => {
    if (!run('prlimit', '--pid', String(pid), `--fsize=${bytes}:`)) throw new Error('prlimit refused');
  };
  return {
    how: 'files limited to 3 MiB (no right to mount)',
    folder: aFolder(),
    limit: (pid) => size(pid, String(3 * 2 ** 20)),
    free: (pid) => size(pid, 'unlimited'),
  };
}

export interface ReadOnlyPlace {
  readonly how: string;
  /** The user to run as, where rights and not the disk forbid writing. */
  readonly uid?: number;
}

/** Makes all in a folder of `aSmallDisk` or `aFolder` unwritable until the test ends. */
export function makeReadOnly(folder: string, isMount: boolean): ReadOnlyPlace {
  if (isMount) {
    if (!run('mount', '-o', 'remount,ro', folder)) throw new Error('cannot remount');
    return { how: 'tmpfs remounted read-only' };
  }
  onTestFinished(() => chmodSync(folder, 0o755));
  for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444);
  chmodSync(folder, 0o555);
  // Rights do not bind root.
  return process.getuid?.() === 0
    ? { how: 'rights taken away, as another user', uid: NOBODY }
    : { how: 'rights taken away' };
}
