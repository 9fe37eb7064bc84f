// Which attempt a run is where nobody said: the next one of its cell.
import { expect, test } from 'vitest';
import { nextAttempt } from '../../../adapter/sdk/attempt.ts';
import { openCell } from '../../../adapter/sdk/cell-recorder.ts';
import { TestCollector } from '../../support/collector.ts';

const cell = { sweep: 's', agent: 'pi', model: 'local/m', task: 'family/task' };

test('is the first where there is none, else the one after the last', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  expect(await nextAttempt({ endpoint: collector.url }, cell)).toBe(1);
  for (const attempt of [1, 4]) {
    const recorder = openCell({ ...cell, attempt, endpoint: collector.url });
    recorder.phase('task_setup', 'prepare').end();
    await recorder.close();
  }
  expect(await nextAttempt({ endpoint: collector.url }, cell)).toBe(5);
  expect(await nextAttempt({ endpoint: collector.url }, { ...cell, task: 'family/other' })).toBe(1);
});

test('is the first where no collector answers', async () => {
  expect(await nextAttempt({ endpoint: 'http://127.0.0.1:9' }, cell)).toBe(1);
});
