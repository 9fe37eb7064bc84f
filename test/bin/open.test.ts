// What `playhead open` takes for an address.
import { expect, test } from 'vitest';
import { TestCollector } from '../support/collector.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';
import { said } from './said.ts';

test('a run whose id begins like an address is a run', async () => {
  const collector = await TestCollector.start();
  const cell = 'http:x/agent/model/family/task';
  await collector.sendTraces([aBatch([aSpan()])], { cell });
  const { out } = await said(['open', cell, '--print', '--endpoint', collector.url]);
  expect(out).toBe(`${collector.url}/cell/agent/model/family/task?sweep=http%3Ax\n`);
});
