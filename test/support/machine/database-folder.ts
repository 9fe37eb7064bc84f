// Where tests keep databases: in memory, where the machine has room for files there. A commit is synced whatever it
// lies on, and a disk makes each test wait for that. Power cuts and full disks have tests of their own, on disks.
import { mkdtempSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const IN_MEMORY = '/dev/shm';
/** Many times what the databases of two workers hold. A container often has 64 MB, which would not do. */
const ENOUGH_BYTES = 2 ** 30;

const parent = hasRoom() ? IN_MEMORY : tmpdir();

/** A new folder. Whoever asks removes it. */
export function databaseFolder(): string {
  return mkdtempSync(join(parent, 'playhead-test-'));
}

function hasRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize >= ENOUGH_BYTES;
  } catch {
    return false;
  }
}
