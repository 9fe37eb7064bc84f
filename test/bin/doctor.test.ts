// What `playhead doctor` says of a collector that is there, of one that is not, and of the prices.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { doctor } from '../../bin/commands/doctor.ts';
import { TestCollector } from '../support/collector.ts';
import { scratchFolder } from '../support/runs.ts';

async function says(args: string[], endpoint: string): Promise<string> {
  let said = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += text;
    return true;
  });
  onTestFinished(() => {
    process.exitCode = 0;
  });
  try {
    await doctor.run([...args, '--endpoint', endpoint]);
  } finally {
    write.mockRestore();
  }
  return said;
}

test('it names the day and the source of the prices, and the collector that answers', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const said = await says(['--send'], collector.url);
  expect(said).toMatch(/^Playhead +\d+\.\d+\.\d+, Node \d+/m);
  expect(said).toMatch(/^Prices +of 20\d\d-\d\d-\d\d \(litellm .*\), \d+ models$/m);
  expect(said).toContain(`Collector   ${collector.url} answers, and lets us read`);
  expect(said).toContain('Record      a span was sent, read back and deleted again');
  expect(await collector.cells()).toEqual([]);
});

test('it says that nothing listens, how to start a collector, and leaves with 1', async () => {
  const collector = await TestCollector.start();
  const { url } = collector;
  await collector.close();
  expect(await says([], url)).toMatch(
    /^Collector +nothing listens on 127\.0\.0\.1:\d+\. Start one: playhead serve$/m,
  );
  expect(process.exitCode).toBe(1);
  await collector.reopen();
});

test('a port that the environment names for a collector is none of its own', async () => {
  const collector = await TestCollector.start();
  process.env.PLAYHEAD_PORT = '4999';
  onTestFinished(() => {
    delete process.env.PLAYHEAD_PORT;
  });
  expect(await says(['--no-send'], collector.url)).toContain(`${collector.url} answers`);
});

test('it reads a price file, and says where one is wrong', async () => {
  const { folder } = scratchFolder();
  const file = join(folder, 'prices.json');
  const collector = await TestCollector.start();
  const { url } = collector;
  await collector.close();
  writeFileSync(file, JSON.stringify({ date: '2026-12-01', models: { m: { input: 1, output: 2 } } }));
  expect(await says(['--price-file', file], url)).toContain('of 2026-12-01 (prices.json), 1 model\n');
  writeFileSync(file, '{}');
  await expect(says(['--price-file', file], url)).rejects.toThrow(`${file}: models: `);
  await collector.reopen();
});

test('on a terminal with colours what is wrong is red, and what others wrote is shown, not obeyed', async () => {
  const collector = await TestCollector.start();
  await collector.close();
  vi.stubEnv('FORCE_COLOR', '1');
  onTestFinished(() => void vi.unstubAllEnvs());
  const said = await says(['--db', '/no/such\u001b[2Jfolder/playhead.db'], collector.url);
  expect(said).toMatch(/^Collector +\u001b\[31m.*\u001b\[39m$/m);
  expect(said).not.toContain('\\x1b[3');
  expect(said).not.toContain('\u001b[2J');
});
