// The sweeps, the one of the newest cell first, narrowed by words and outcomes, with sums over all of them; each with
// what it comes to in a line, the newest of its cells, and its stem's trend where asked. What was made of a sweep is
// kept until the sweep changes or one of its runs falls silent.
import type { Context } from 'hono';
import { standings } from '../../../shared/judge/attempts.ts';
import { sweepStem } from '../../../shared/judge/sweep-stem.ts';
import { type Outcome, outcomes, outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellSummary, SweepSummary, SweepsPage } from '../../../shared/wire.ts';
import type { StoreReads } from '../../cell/stores.ts';
import type { SweepCursor } from '../../cell/sweep-cell.ts';
import type { SweepFilter } from '../../cell/sweep-list.ts';
import { httpLimits } from '../../config.ts';
import { RequestError } from '../../errors.ts';
import type { Prices } from '../../prices/prices.ts';
import { integerQuery } from '../address.ts';
import { cellSummaryJson } from '../cell-json.ts';
import { cursorCodec, nanoseconds, word } from '../cursor.ts';
import type { Answer, RouteContext } from '../route.ts';
import { RevisionCache } from './revision-cache.ts';
import { sweepSummaryJson } from './sweep-matrix.ts';

const MAX_SUMMARIES = 1000;
/** Rows a sweep, and sweeps of a trend, at most. */
export const MAX_ROWS = 20;
export const MAX_TREND = 60;
const MAX_WORDS = 8;
/** Names of one stem that are looked through for a trend. */
const MAX_NEAR = 500;
const ROWS_LOOKED_AT = 20;

const pageCursor = cursorCodec<SweepCursor>({ newestNs: nanoseconds, sweep: word });
/** Outcomes that are an attempt: what went wrong in them is the agent's own. */
const counting = standings.flatMap((standing, at) => (standing === 'attempt' ? [at] : []));

interface Rate {
  readonly n: number;
  readonly passed: number;
}
type Row = Omit<SweepSummary, 'matches' | 'rows' | 'trend'>;

export function listSweeps({ store, writer, prices }: RouteContext): Answer {
  const summaries = new RevisionCache<Row>(MAX_SUMMARIES, () => 1);
  const rates = new RevisionCache<Rate>(20 * MAX_SUMMARIES, () => 1);
  const { sweeps } = store.cells;
  return async (c) => {
    const limit = integerQuery(c, 'limit', 1, httpLimits.sweepsMax, httpLimits.sweepsDefault);
    const rows = integerQuery(c, 'rows', 0, MAX_ROWS, 0);
    const trend = integerQuery(c, 'trend', 0, MAX_TREND, 0);
    const { cursor } = c.req.query();
    const after = cursor === undefined ? null : pageCursor.read(cursor);
    const nowNs = writer.now();
    const filter = filterOf(c, nowNs);
    const isFiltered = filter.words.length > 0 || filter.outcomes !== null;
    const found = isFiltered
      ? await sweeps.lists.matching(filter, after, limit + 1)
      : await sweeps.page(after, limit + 1);
    const shown = found.slice(0, limit);
    const page: SweepsPage = { sweeps: [] };
    for (const one of shown) {
      const { sweep } = one;
      const summary = await summaries.of(sweeps, sweep, nowNs, () =>
        sweepSummaryJson(sweeps, sweep, nowNs, prices, counting),
      );
      page.sweeps.push({
        ...summary,
        ...('matches' in one && { matches: Number(one.matches) }),
        ...(rows > 0 && { rows: await rowsOf(store, sweep, filter, isFiltered, rows, nowNs, prices) }),
        ...(trend > 0 && {
          trend: await trendOf(sweeps, sweep, trend, (of) =>
            rates.of(sweeps, of, nowNs, () => sweeps.lists.rate(of, counting)),
          ),
        }),
      });
    }
    if (after === null) page.totals = await totalsOf(sweeps, filter);
    const last = found[limit - 1];
    if (found.length > limit && last) page.next = pageCursor.write(last);
    return c.json(page);
  };
}

/** @throws RequestError 400 */
function filterOf(c: Context, nowNs: bigint): SweepFilter {
  const { q, outcome } = c.req.query();
  const texts = (q ?? '').split(/\s+/).filter((text) => text !== '');
  if (texts.length > MAX_WORDS || (q ?? '').length > httpLimits.queryChars)
    throw new RequestError(400, 'bad_query', `q must be at most ${MAX_WORDS} words`);
  const named = outcome === undefined || outcome === '' ? null : outcome.split(',');
  const unknown = named?.find((one) => !outcomes.includes(one as Outcome));
  if (unknown !== undefined)
    throw new RequestError(400, 'bad_query', `outcome must be some of ${outcomes.join(', ')}`);
  return {
    words: texts.map((text) => ({
      text,
      outcomes: outcomes.flatMap((one, at) =>
        outcomeWord(one).toLowerCase().includes(text.toLowerCase()) ? [at] : [],
      ),
    })),
    outcomes: named?.map((one) => outcomes.indexOf(one as Outcome)) ?? null,
    running: outcomes.indexOf('running'),
    interrupted: outcomes.indexOf('interrupted'),
    nowNs,
  };
}

/** The chips' counts look past the outcomes that are chosen; the number of sweeps and cells does not. */
async function totalsOf(
  sweeps: StoreReads['cells']['sweeps'],
  filter: SweepFilter,
): Promise<NonNullable<SweepsPage['totals']>> {
  const sums = await sweeps.lists.sums({ ...filter, outcomes: null });
  const byOutcome = new Map(sums.map(({ outcome, cells }) => [outcome, cells]));
  const isShown = (at: number) => filter.outcomes?.includes(at) ?? true;
  return {
    sweeps: await sweeps.lists.sweepsIn(filter),
    cells: sums.reduce((sum, { outcome, cells }) => sum + (isShown(outcome) ? cells : 0), 0),
    outcomes: outcomes.flatMap((outcome, at) => {
      const count = byOutcome.get(at) ?? 0;
      return count > 0 ? [{ outcome, count }] : [];
    }),
  };
}

/**
 * Under a filter the newest cells that fit. Without one the newest under way, the newest that did not pass and the
 * newest that did, then the newest others; of cells that can be played alone.
 */
async function rowsOf(
  store: StoreReads,
  sweep: string,
  filter: SweepFilter,
  isFiltered: boolean,
  limit: number,
  nowNs: bigint,
  prices: Prices,
): Promise<CellSummary[]> {
  const { lists } = store.cells.sweeps;
  const summaries = async (numbers: readonly number[]) => {
    const cells = await Promise.all(numbers.map((no) => store.cells.get(no)));
    return cells.map((cell) => cellSummaryJson(cell, nowNs, prices));
  };
  if (isFiltered) return summaries(await lists.newest(sweep, filter, { among: 'any', minSpans: 0, limit }));
  const running = { ...filter, outcomes: [filter.running] };
  const judged = { ...filter, outcomes: counting };
  const one = { minSpans: 2, limit: 1 };
  const wanted = [
    ...(await lists.newest(sweep, running, { among: 'any', ...one })),
    ...(await lists.newest(sweep, judged, { among: 'not passed', ...one })),
    ...(await lists.newest(sweep, judged, { among: 'passed', ...one })),
    ...(await lists.newest(sweep, filter, { among: 'any', minSpans: 0, limit: ROWS_LOOKED_AT })),
  ];
  const cells = await summaries([...new Set(wanted)]);
  return cells
    .filter(({ spans, hasTerminal }) => spans > 1 || hasTerminal)
    .slice(0, limit)
    .sort((a, b) => Number(BigInt(b.startNs ?? 0) - BigInt(a.startNs ?? 0)));
}

/** Sweeps of the same stem up to this one, oldest first; of one beyond the newest that are looked at, itself alone. */
async function trendOf(
  sweeps: StoreReads['cells']['sweeps'],
  sweep: string,
  limit: number,
  rateOf: (sweep: string) => Promise<Rate>,
): Promise<NonNullable<SweepSummary['trend']>> {
  const stem = sweepStem(sweep);
  const near = await sweeps.beginningWith(stem, MAX_NEAR);
  const own = near.filter((one) => sweepStem(one) === stem);
  const at = own.indexOf(sweep);
  const upTo = at < 0 ? [sweep] : own.slice(at, at + limit);
  const points = [];
  for (const one of upTo.reverse()) points.push({ sweep: one, ...(await rateOf(one)) });
  return points;
}
