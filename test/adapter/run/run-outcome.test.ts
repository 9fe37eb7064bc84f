// What the command line says of a run that no collector took: the outcome and the sentence that the collector's page
// has for the same run.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { judgeRun } from '../../../bin/run-table.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { runShell, scratchFolder } from '../../support/runs.ts';

const sharedOne = sharedCollector({ now: () => BigInt(Date.now()) * 1_000_000n });
/** Answers with the status that its path names. */
const provider = createServer((request, response) => {
  const status = Number(/\d{3}/.exec(request.url ?? '')?.[0]);
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(
    status === 200
      ? '{"model":"m","choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}'
      : '{"error":{"message":"not now","type":"odd"}}',
  );
});
let address = '';
beforeAll(async () => {
  await new Promise<void>((resolve) => provider.listen(0, '127.0.0.1', resolve));
  address = `http://127.0.0.1:${(provider.address() as AddressInfo).port}`;
});
afterAll(() => {
  provider.close();
});

test.each([
  [[503], 'provider_error'],
  [[200, 429], 'rate_limited'],
  [[404], 'incompatible'],
  [[503, 200], 'failed'],
] as const)('model calls answered with %j: %s', async (answers, outcome) => {
  const collector = sharedOne();
  const call = `curl -s -o /dev/null -H 'content-type: application/json' -d '{"model":"m"}'`;
  const script = answers.map((status) => `${call} "$OPENAI_BASE_URL/${status}/chat/completions"`).join('; ');
  const task = `outage/after-${answers.join('-')}`;
  const scratch = scratchFolder();
  const result = await runShell(collector.url, scratch, `${script}; date > new.txt`, {
    ...{ task, verify: 'exit 1', proxy: true },
    env: { PATH: process.env.PATH, HOME: scratch.folder, OPENAI_BASE_URL: address, OPENAI_API_KEY: 'none' },
  });
  const cell = await collector.cell(`tests/shell/none/${task}`);
  expect(cell.outcome).toBe(outcome);
  const away = await judgeRun({ endpoint: collector.url }, { ...result, spoolFile: 'spool.jsonl' });
  expect([away.outcome, away.sentence]).toEqual([cell.outcome, cell.judgement.sentence]);
  const numbersOf = (headlines: typeof away.headlines) =>
    headlines.filter(({ axis }) => axis !== 'cost').map(({ axis, value }) => [axis, value]);
  expect(numbersOf(away.headlines)).toEqual(numbersOf(cell.headlines));
});
