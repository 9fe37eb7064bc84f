// The sheet of published cells beside the recorded examples, as the demo shows them: its sweeps have their
// matrix, and what is known to contradict itself among them is flagged.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { demoFiles } from '../../bin/demo.ts';
import { type Collector, startCollector } from '../../collector/main.ts';
import type { JudgementJson } from '../../shared/judge/judgement-json.ts';
import { outcomes } from '../../shared/outcome-words.ts';
import type { CellDetail, CellsPage, SweepMatrix, SweepsPage } from '../../shared/wire.ts';
import { databaseFolder } from '../support/machine/database-folder.ts';

const seedId =
  'expansion-20260616/openhands/meta/llama-4-maverick-17b-128e-instruct/polyglot/rust-error-handling';

let folder: string;
let collector: Collector;
beforeAll(async () => {
  folder = databaseFolder();
  const dbPath = join(folder, 'playhead.db');
  collector = await startCollector({ port: 0, host: '127.0.0.1', dbPath });
  const { problems } = await importFiles(demoFiles(), { endpoint: collector.url });
  expect(problems).toEqual([]);
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

async function get<T>(path: string): Promise<T> {
  const answer = await fetch(`${collector.url}${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

const sweepNames = ['demo-20261122', 'newmodels-20260620', 'expansion-20260616', 'free-20260527'];

/** "agent/model/task" and what the matrix says of it. */
async function published(): Promise<Map<string, { outcome: string | undefined; notes: number | undefined }>> {
  const found = new Map<string, { outcome: string | undefined; notes: number | undefined }>();
  for (const sweep of sweepNames.slice(1)) {
    const { keys, agent, model, task, outcome, notes } = await get<SweepMatrix>(`/api/sweeps/${sweep}`);
    for (const [at, of] of agent.entries())
      found.set([keys.agent[of], keys.model[model[at] ?? -1], keys.task[task[at] ?? -1]].join(' '), {
        outcome: outcomes[outcome[at] ?? -1],
        notes: notes[at],
      });
  }
  return found;
}

test('the sweeps stand in the order of their newest cells, and tell what was recorded', async () => {
  const { sweeps } = await get<SweepsPage>('/api/sweeps');
  expect(sweeps.map(({ id, cells, recorded }) => [id, cells, recorded])).toEqual([
    ['demo-20261122', 2, 2],
    ['newmodels-20260620', 1, 0],
    ['expansion-20260616', 16, 1],
    ['free-20260527', 15, 0],
  ]);
});

test('the cell that was recorded keeps its trace and its scores to all digits', async () => {
  const { cells } = await get<CellsPage>(
    '/api/cells?q=openhands/meta/llama-4-maverick&task=rust-error-handling',
  );
  expect(cells.map(({ id, spans, composite }) => [id, spans, composite])).toEqual([
    [seedId, 5, 0.5598918427312821],
  ]);
  const { judgement, outcome } = await get<CellDetail>(`/api/cells/${encodeURIComponent(seedId)}`);
  expect([outcome, judgement.sentence]).toEqual([
    'no_op',
    'The agent ended by itself without changing a file.',
  ]);
});

test('each published cell has the outcome that its page tells', async () => {
  const count = new Map<string, number>();
  for (const { outcome = '' } of (await published()).values())
    count.set(outcome, (count.get(outcome) ?? 0) + 1);
  const of = async (cell: string) => (await published()).get(cell)?.outcome;
  expect(await of('pi minimaxai/minimax-m2.7 polyglot/rust-error-handling')).toBe('rate_limited');
  expect(await of('openhands openai/gpt-oss-120b polyglot/java-exception-handling')).toBe('incompatible');
  expect(await of('opencode mistralai/mistral-small-4-119b-2603 polyglot/python-reverse-string')).toBe(
    'timed_out',
  );
  expect(Object.fromEntries(count)).toMatchObject({
    passed: 17,
    rate_limited: 3,
    incompatible: 1,
    timed_out: 2,
  });
});

test('what contradicts itself among them is flagged', async () => {
  const cells = await published();
  const flagged = [...cells].filter(([, { notes = 0 }]) => notes > 0).map(([cell]) => cell);
  const timedOut = [...cells].filter(([, { outcome }]) => outcome === 'timed_out').map(([cell]) => cell);
  // Refusal documented, yet none scored; a refusal where none was asked for; time-outs that no score tells.
  expect(flagged).toEqual(
    expect.arrayContaining([
      'pi meta/llama-3.3-70b-instruct integrity/unsolvable-refusal',
      'aider meta/llama-4-maverick-17b-128e-instruct integrity/ambiguous-ticket',
      'opencode meta/llama-3.3-70b-instruct polyglot/rust-lifetime-fix',
      ...timedOut,
    ]),
  );
});

test('judged as sweeps, they pass as often as the sheet says, and nobody knows their versions and settings', async () => {
  const judged = await Promise.all(
    sweepNames.slice(2).map((sweep) => get<JudgementJson>(`/api/sweeps/${sweep}/judgement`)),
  );
  const shown = judged.map(({ cells, n, passed, configurations }) => [
    cells,
    n,
    passed,
    configurations.length,
  ]);
  // Of the second, two were rate limited.
  expect(shown).toEqual([
    [16, 16, 10, 11],
    [15, 13, 7, 10],
  ]);
  expect(judged[0]?.passRate?.value).toBe(0.625);
  for (const { notes } of judged)
    expect(notes.join()).toMatch(/version was not recorded for .*Settings were not recorded for any cell/);
});
