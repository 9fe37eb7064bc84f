// A sweep judged by the collector: configurations as they were recorded, verdicts that are corrected, a baseline by tag, the
// trend of a stem, and every table as CSV.
import { expect, test } from 'vitest';
import { type JudgementJson, judgementJson } from '../../../shared/judge/judgement-json.ts';
import type { SweepsPage } from '../../../shared/wire.ts';
import { sharedCollector } from '../../support/hostile.ts';
import { sendSweep, sendVerdict } from '../../support/judging/judged-cells.ts';

const collector = sharedCollector();
const judgementOf = async (sweep: string, query = ''): Promise<JudgementJson> =>
  judgementJson.parse(await collector().get(`/api/sweeps/${sweep}/judgement${query}`));
const tag = (sweep: string, baseline: unknown) =>
  collector().request(`/api/sweeps/${sweep}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ baseline }),
  });

test('version and settings part configurations, in whatever order settings were written', async () => {
  await sendSweep(collector(), 'parted', '1', { version: '1', settings: { effort: 'high', tools: [1] } });
  await sendSweep(collector(), 'parted', '0', {
    version: '1',
    settings: { tools: [1], effort: 'high' },
    attempt: 2,
  });
  await sendSweep(collector(), 'parted', '1', {
    version: '2',
    settings: { effort: 'high', tools: [1] },
    attempt: 3,
  });
  await sendSweep(collector(), 'parted', '1', { attempt: 4 });
  const { configurations, notes } = await judgementOf('parted');
  const shown = configurations.map(({ version, settings, n, passed }) => [version, settings, n, passed]);
  expect(shown.sort()).toEqual(
    [
      [null, null, 1, 1],
      ['1', '{"effort":"high","tools":[1]}', 2, 1],
      ['2', '{"effort":"high","tools":[1]}', 1, 1],
    ].sort(),
  );
  expect(notes.join()).toContain('Settings were not recorded for a × m');
});

test('a sweep is held against another one, failures of the surroundings apart', async () => {
  await sendSweep(collector(), 'held-1', '1111110', { version: '1', usd: 0.1 });
  await sendSweep(collector(), 'held-2', '000001-', { version: '2', usd: 0.2 });
  const { against, configurations } = await judgementOf('held-2', '?against=held-1');
  expect(configurations[0]?.leftOut).toEqual([{ outcome: 'provider_error', count: 1 }]);
  expect(against).toMatchObject({
    baseline: 'held-1',
    verdict: 'worse',
    tasks: { paired: 6, onlyAfter: 0, onlyBefore: 1 },
    flips: { bothPassed: 1, lost: 5, won: 0, bothFailed: 0 },
    cost: { tasks: 6 },
  });
  expect(against?.cost.ratio?.value).toBeCloseTo(2, 9);
});

test('a verdict that is corrected judges the sweep again, and the judgement says so', async () => {
  await sendSweep(collector(), 'corrected', '10');
  const before = await judgementOf('corrected');
  await sendVerdict(collector(), 'corrected/a/m/f/t1', 1);
  const after = await judgementOf('corrected');
  expect([before.passed, after.passed]).toEqual([1, 2]);
  expect([before.verdicts.count, after.verdicts.count]).toEqual([2, 2]);
  expect(after.verdicts.digest).not.toBe(before.verdicts.digest);
  expect(after.verdicts.corrected).toEqual([
    { cell: 'corrected/a/m/f/t1', before: 0, after: 1, at: expect.stringMatching(/^\d{4}-/) },
  ]);
  expect((await judgementOf('corrected')).verdicts).toEqual(after.verdicts);
});

test('the baseline of a stem is tagged, replaced and asked for by that word', async () => {
  for (const sweep of ['nightly-20261127', 'nightly-20261128', 'nightly-20261129'])
    await sendSweep(collector(), sweep, '11111');
  const none = await collector().request('/api/sweeps/nightly-20261129/judgement?against=baseline');
  expect([none.status, (await none.json()).error.code]).toEqual([404, 'no_baseline']);
  expect((await tag('nightly-20261127', true)).status).toBe(200);
  expect((await tag('nightly-20261128', true)).status).toBe(200);
  expect((await judgementOf('nightly-20261129', '?against=baseline')).against?.baseline).toBe(
    'nightly-20261128',
  );
  expect(await judgementOf('nightly-20261128')).toMatchObject({ stem: 'nightly', isBaseline: true });
  const { sweeps } = await collector().get<SweepsPage>('/api/sweeps?limit=50');
  expect(sweeps.filter(({ baseline }) => baseline).map(({ id }) => id)).toEqual(['nightly-20261128']);
  await collector().reopen();
  await collector().writer.rebuild();
  expect((await judgementOf('nightly-20261128')).isBaseline).toBe(true);
  await tag('nightly-20261128', false);
  expect((await judgementOf('nightly-20261128')).isBaseline).toBe(false);
});

test.each([
  ['nightly-none', true, 404],
  ['nightly-20261127', 'yes', 422],
])('a tag of %s with %j is refused', async (sweep, baseline, status) => {
  expect((await tag(sweep, baseline)).status).toBe(status);
});

test('a trend tells of the sweeps of the same stem alone, in their order', async () => {
  for (const [sweep, came] of Object.entries({ 'trend-1': '1110', 'trend-2': '1-00', 'trend-other-3': '1' }))
    await sendSweep(collector(), sweep, came);
  const { trend } = await judgementOf('trend-2', '?trend=10');
  expect(trend?.map(({ sweep, n, passed }) => [sweep, n, passed]).sort()).toEqual([
    ['trend-1', 4, 3],
    ['trend-2', 3, 1],
  ]);
  expect((await judgementOf('trend-2')).trend).toBeUndefined();
});

test.each(['configurations', 'tasks', 'changed', 'compared', 'trend', 'cost'])(
  'the table of %s comes as CSV',
  async (table) => {
    const path = `/api/sweeps/held-2/judgement?against=held-1&table=${table}`;
    const response = await collector().request(path);
    expect(response.headers.get('content-type')).toContain('text/csv');
    const [head = '', ...rows] = (await response.text()).trimEnd().split('\r\n');
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows.filter((one) => !one.includes('"')))
      expect(row.split(',').length).toBe(head.split(',').length);
  },
);

test.each([
  ['?alpha=2', 400],
  ['?alpha=0', 400],
  ['?against=none', 404],
  ['?against=held-2', 400],
  ['?table=nothing', 400],
])('%s is refused', async (query, status) => {
  expect((await collector().request(`/api/sweeps/held-2/judgement${query}`)).status).toBe(status);
});
