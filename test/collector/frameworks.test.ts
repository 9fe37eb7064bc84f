// Captures of real instrumentations, each beside what the scripted model served to it: what Playhead says of a run is
// what was served, without what the capture does not tell. `npm run capture:frameworks` makes them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Captured } from '../frameworks/reading.ts';
import { capturedFrameworks, expectedOf, readingOf } from '../frameworks/reading.ts';
import { TestCollector } from '../support/collector.ts';

/** Later than every capture. */
const NOW_NS = 1_900_000_000_000_000_000n;

describe('captures of instrumentations', () => {
  let collector: TestCollector;
  const folder = mkdtempSync(join(tmpdir(), 'playhead-frameworks-'));
  const captures = capturedFrameworks();

  beforeAll(async () => {
    collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now: () => NOW_NS });
  });
  afterAll(async () => {
    await collector.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function send(captured: Captured): Promise<string> {
    const cell = `frameworks/${captured.name}/gpt-5/family/task`;
    for (const signal of ['traces', 'logs'] as const)
      for (const body of captured[signal]) {
        const headers = { 'content-type': 'application/json' };
        const path = `/cells/${encodeURIComponent(cell)}/v1/${signal}`;
        const response = await collector.request(path, { method: 'POST', headers, body });
        expect([response.status, await response.json()]).toEqual([200, {}]);
      }
    return cell;
  }

  test.each(captures.map((captured) => [captured.name, captured] as const))(
    '%s is read as it was served',
    async (_name, captured) => {
      const cell = await send(captured);
      const { modelCalls } = await collector.modelCalls(cell);
      const { spans } = await collector.trace(cell);
      expect(readingOf(modelCalls, spans)).toEqual(expectedOf(captured));
    },
  );
});
