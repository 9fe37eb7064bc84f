// A run under way: what the agent has told so far is in the collector before the agent has ended.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readArrivals } from '../../../adapter/agents/reading/arrivals.ts';
import { TestCollector } from '../../support/collector.ts';
import { examplePath } from '../../support/recordings.ts';
import { runCellId as id, runShell, scratchFolder } from '../../support/runs.ts';

test('the steps of a stream are recorded as they are printed, and once', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const { lines } = readArrivals(
    readFileSync(examplePath('pi-rust-error-handling-failed/arrivals.jsonl'), 'utf8'),
  );
  const stdout = [...lines].flatMap(({ stream, text }) => (stream === 'stdout' ? [text] : []));
  const secondTool = stdout.findLastIndex((line) => line.startsWith('{"type":"tool_execution_end"'));
  const scratch = scratchFolder();
  const part = (name: string, some: readonly string[]) =>
    writeFileSync(join(scratch.folder, name), `${some.join('\n')}\n`);
  part('first', stdout.slice(0, secondTool));
  part('rest', stdout.slice(secondTool));
  const go = join(scratch.folder, 'go');
  const script = `cat ../first; until [ -e ${go} ]; do sleep 0.05; done; cat ../rest`;
  const running = runShell(collector.url, scratch, script, { agent: 'pi', terminal: 'pipes' });
  const cellId = id.replace('shell', 'pi');
  const tools = async (): Promise<string[]> => {
    const answer = await collector.request(`/api/cells/${encodeURIComponent(cellId)}/trace`);
    if (answer.status !== 200) return [];
    const { spans } = (await answer.json()) as { spans: { name: string; kind: string }[] };
    return spans.flatMap(({ name, kind }) => (kind === 'tool_call' ? [name] : []));
  };
  const all = ['read', 'bash', 'edit', 'bash'].map((name) => `execute_tool ${name}`);
  // The test's own time limit ends it.
  while ((await tools()).length < all.length - 1) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(await tools()).toEqual(all.slice(0, -1));
  writeFileSync(go, '');
  expect(await running).toMatchObject({ exitCode: 0, problems: [], toolCalls: 4, modelCalls: 5 });
  expect(await tools()).toEqual(all);
  const cell = await collector.cell(cellId);
  expect(cell).toMatchObject({ modelCalls: 5, tokens: { input: 9000, output: 237 } });
});
