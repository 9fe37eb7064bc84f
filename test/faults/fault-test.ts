// What every fault test is built of: its stream of randomness, a line that runs it again, a folder of its
// own, and a place for the figures that the runner prints at the end.
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished, test } from 'vitest';
import { mix, Random } from './random.ts';

/** `npm run test:faults -- --long`: what CI has no time for. */
export const isLong = process.env.PLAYHEAD_FAULTS === 'long';
const seed = Number(process.env.PLAYHEAD_FAULTS_SEED ?? 1);

/** Timeouts end what hangs and measure nothing: a machine busy with other things may take this much longer. */
const BUSY = 4;

/** So many in the short form, `factor` times as many in the long one. */
export function times(short: number, factor = 10): number {
  return isLong ? short * factor : short;
}

/**
 * A test that draws its faults from the seed, and on failure says how to meet them again.
 * @param file the word after `npm run test:faults -- --seed N` that selects the test's file
 */
export function faultTest(
  file: string,
  name: string,
  timeoutMs: number,
  body: (random: Random) => Promise<void>,
): void {
  test(name, { timeout: timeoutMs * (isLong ? 20 : BUSY) }, async () => {
    try {
      await body(new Random(mix(seed, name)));
    } catch (error) {
      const again = `npm run test:faults -- --seed ${seed}${isLong ? ' --long' : ''} ${file}`;
      if (error instanceof Error) error.message += `\nseed ${seed}, again: ${again}`;
      throw error;
    }
  });
}

/** A folder that goes with the test. */
export function aFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'playhead-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A line of the table that the runner prints. */
export function report(fault: string, figures: string): void {
  const path = process.env.PLAYHEAD_FAULTS_REPORT;
  if (path) appendFileSync(path, `${JSON.stringify([fault, figures])}\n`);
}
