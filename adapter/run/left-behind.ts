// Finds what an agent started and left running in sessions of its own, by a mark in the environment that every
// child inherits, and ends it. Linux alone shows the environment of a process; elsewhere it finds nothing.
import { readdirSync, readFileSync } from 'node:fs';
import { processFolder } from '../platform.ts';

export const MARK_VARIABLE = 'PLAYHEAD_RUN_MARK';
/** Something that forks while it is looked for is found by a later round. */
const MAX_ROUNDS = 5;

/** @returns how many processes were ended, and how many still ran after the last round */
export function endMarked(mark: string): { readonly ended: number; readonly left: number } {
  const ended = new Set<number>();
  let found = marked(mark);
  for (let round = 0; found.length > 0 && round < MAX_ROUNDS; round++) {
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
        ended.add(pid);
      } catch {
        // It ended by itself, or is not ours to end.
      }
    }
    found = marked(mark);
  }
  return { ended: ended.size, left: found.filter((pid) => !ended.has(pid)).length };
}

function marked(mark: string): number[] {
  const processes = processFolder();
  if (processes === null) return [];
  const entry = Buffer.from(`${MARK_VARIABLE}=${mark}\0`);
  return readdirSync(processes).flatMap((name) => {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) return [];
    try {
      return readFileSync(`${processes}/${name}/environ`).includes(entry) ? [Number(name)] : [];
    } catch {
      return []; // Gone, or another user's.
    }
  });
}
