// The list of sweeps, narrowed: its sums are those of all cells and not of a page, over random databases; what it is
// narrowed by; and the events that tell of what changed.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { resourceKey } from '../../../shared/conventions.ts';
import { standingOf } from '../../../shared/judge/attempts.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { type CellSummary, type SweepsPage, sweepsPage } from '../../../shared/wire.ts';
import { TestCollector } from '../../support/collector.ts';
import { EventReader } from '../../support/event-reader.ts';
import { aBatch, aSpan, builtAtNs } from '../../support/otlp/otlp-builders.ts';

async function pageOf(collector: TestCollector, query = ''): Promise<SweepsPage> {
  return sweepsPage.parse(await collector.get(`/api/sweeps${query}`));
}

async function allCells(collector: TestCollector): Promise<CellSummary[]> {
  const cells: CellSummary[] = [];
  let next: string | undefined;
  do {
    const page: { cells: CellSummary[]; next?: string } = await collector.get(
      `/api/cells?limit=7${next === undefined ? '' : `&cursor=${next}`}`,
    );
    cells.push(...page.cells);
    ({ next } = page);
  } while (next !== undefined);
  return cells;
}

/** By the same words as the list's, over cells one by one. */
function fits(cell: CellSummary, words: string, outcomes: readonly string[]): boolean {
  const text = `${cell.id} ${outcomeWord(cell.outcome)}`.toLowerCase();
  const fitsWords = words
    .toLowerCase()
    .split(' ')
    .every((word) => text.includes(word));
  return fitsWords && (outcomes.length === 0 || outcomes.includes(cell.outcome));
}

const aMadeCell = fc.record({
  sweep: fc.constantFrom('nightly-1', 'nightly-2', 'smoke'),
  agent: fc.constantFrom('pi', 'codex'),
  model: fc.constantFrom('vendor/alpha', 'beta_1'),
  task: fc.constantFrom('polyglot/rust', 'swe/100%'.replace('%', '-percent')),
  attempt: fc.integer({ min: 1, max: 3 }),
  pass: fc.constantFrom(0, 1, null),
  minutesAgo: fc.integer({ min: 0, max: 50 }),
});

test('sums, matches and figures are those of the cells themselves, over random databases', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(aMadeCell, { minLength: 1, maxLength: 14 }),
      fc.constantFrom('', 'pi', 'alpha failed', 'pi/vendor', 'NIGHTLY', 'a_1', 'percent passed'),
      fc.constantFrom<string[]>([], ['passed'], ['failed', 'unscored']),
      async (made, words, wanted) => {
        const collector = await TestCollector.start();
        let traces = 0;
        for (const { sweep, agent, model, task, attempt, pass, minutesAgo } of made) {
          const id = `${sweep}/${agent}/${model}/${task}${attempt > 1 ? `#run${attempt}` : ''}`;
          const span = aSpan({
            traceId: (++traces).toString(16).padStart(32, '0'),
            startNs: builtAtNs - BigInt(minutesAgo) * 60_000_000_000n,
          });
          await collector.sendTraces([aBatch([span])], { cell: id });
          if (pass !== null) await collector.putScores(id, [{ axis: 'pass_rate', values: { pass } }]);
        }
        const cells = await allCells(collector);
        const query = new URLSearchParams({ rows: '3', limit: '2' });
        if (words !== '') query.set('q', words);
        if (wanted.length > 0) query.set('outcome', wanted.join(','));
        const page = await pageOf(collector, `?${query}`);
        const fitting = cells.filter((cell) => fits(cell, words, wanted));
        expect(page.totals?.cells).toBe(fitting.length);
        expect(page.totals?.sweeps).toBe(new Set(fitting.map(({ sweep }) => sweep)).size);
        for (const { outcome, count } of page.totals?.outcomes ?? [])
          expect(count).toBe(
            cells.filter((cell) => cell.outcome === outcome && fits(cell, words, [])).length,
          );
        const narrowed = words !== '' || wanted.length > 0;
        for (const sweep of page.sweeps) {
          const own = cells.filter((cell) => cell.sweep === sweep.id);
          const ownFitting = fitting.filter((cell) => cell.sweep === sweep.id);
          expect(sweep.cells).toBe(own.length);
          expect(sweep.matches).toBe(narrowed ? ownFitting.length : undefined);
          const attempts = own.filter((cell) => standingOf(cell.outcome) === 'attempt');
          expect(sweep.n).toBe(attempts.length);
          expect(sweep.passed).toBe(attempts.filter(({ pass }) => pass === 1).length);
          expect(sweep.medianMs).toBe(medianOf(own.flatMap((cell) => cell.durationMs ?? [])));
          if (narrowed)
            expect(sweep.rows?.map(({ id }) => id)).toEqual(ownFitting.slice(0, 3).map(({ id }) => id));
        }
        await collector.close();
      },
    ),
    { numRuns: 15 },
  );
});

function medianOf(values: readonly number[]): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

test('a percent sign, an underscore and a quote are sought as themselves', async () => {
  const collector = await TestCollector.start();
  await collector.putScores('one_a/pi/m/f/t', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  await collector.putScores('onexa/pi/m/f/t', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  const found = async (q: string) =>
    (await pageOf(collector, `?q=${encodeURIComponent(q)}`)).sweeps.map(({ id }) => id);
  expect(await found('e_a')).toEqual(['one_a']);
  expect(await found('%')).toEqual([]);
  expect(await found(`'--`)).toEqual([]);
});

test('outcomes that nobody knows and queries without end are refused', async () => {
  const collector = await TestCollector.start();
  for (const query of ['outcome=lost', `q=${'a+'.repeat(20)}`, 'rows=1000', 'trend=-1'])
    expect((await collector.request(`/api/sweeps?${query}`)).status).toBe(400);
});

test('without a filter the rows are the newest failure and the newest pass that can be played', async () => {
  const collector = await TestCollector.start();
  const record = async (task: string, pass: number, minutesAgo: number, spans = 2) => {
    const id = `s/pi/m/f/${task}`;
    const traceId = task.charCodeAt(0).toString(16).padStart(32, '0');
    const startNs = builtAtNs - BigInt(minutesAgo) * 60_000_000_000n;
    await collector.sendTraces([aBatch(Array.from({ length: spans }, () => aSpan({ traceId, startNs })))], {
      cell: id,
    });
    await collector.putScores(id, [{ axis: 'pass_rate', values: { pass } }]);
  };
  await record('a', 1, 1);
  await record('b', 1, 2);
  await record('c', 0, 50);
  await record('d', 0, 0, 1);
  const { sweeps } = await pageOf(collector, '?rows=2');
  expect(sweeps[0]?.rows?.map(({ id }) => id)).toEqual(['s/pi/m/f/a', 's/pi/m/f/c']);
});

test('a sweep beyond the newest of its stem has no trend of others', async () => {
  const collector = await TestCollector.start();
  const names = Array.from({ length: 502 }, (_, no) => `many-${20_000_000 + no}`);
  await collector.sendTraces(
    names.map((name, no) =>
      aBatch(
        [aSpan({ traceId: no.toString(16).padStart(32, 'a'), spanId: no.toString(16).padStart(16, 'b') })],
        [[resourceKey.cellId, `${name}/pi/m/f/t`]],
      ),
    ),
  );
  const { sweeps } = await pageOf(collector, `?q=${names[0]}&trend=3`);
  expect(sweeps.map(({ id, trend }) => [id, trend?.map(({ sweep }) => sweep)])).toEqual([
    [names[0], [names[0]]],
  ]);
});

test('a trend holds the sweeps of the same stem up to each sweep, oldest first', async () => {
  const collector = await TestCollector.start();
  for (const [at, sweep] of ['n-20261101', 'n-20261102', 'other-1', 'n-20261103'].entries()) {
    const span = aSpan({
      traceId: `${at + 1}`.padStart(32, '0'),
      startNs: builtAtNs + BigInt(at) * 60_000_000_000n,
    });
    await collector.sendTraces([aBatch([span])], { cell: `${sweep}/pi/m/f/t` });
    await collector.putScores(`${sweep}/pi/m/f/t`, [{ axis: 'pass_rate', values: { pass: at % 2 } }]);
  }
  const { sweeps } = await pageOf(collector, '?trend=2');
  const trendOf = (id: string) => sweeps.find((sweep) => sweep.id === id)?.trend;
  expect(trendOf('n-20261103')).toEqual([
    { sweep: 'n-20261102', n: 1, passed: 1 },
    { sweep: 'n-20261103', n: 1, passed: 1 },
  ]);
  expect(trendOf('n-20261101')).toEqual([{ sweep: 'n-20261101', n: 1, passed: 0 }]);
});

test('who follows the lists is told which cells moved on', async () => {
  const collector = await TestCollector.start();
  const events = new EventReader(await collector.request('/api/live'));
  expect((await events.next()).event).toBe('listening');
  await collector.putScores('s/pi/m/f/t', [{ axis: 'pass_rate', values: { pass: 1 } }]);
  expect(await events.next()).toEqual({ event: 'changed', data: { cells: ['s/pi/m/f/t'], more: false } });
  await events.cancel();
});
