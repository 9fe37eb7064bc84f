// A sweep judged, alone or against another one: as JSON, or one of its tables as CSV. Reads and shapes; the mathematics
// is shared/judge's.
import type { Context } from 'hono';
import { standings } from '../../../shared/judge/attempts.ts';
import { compareSweeps } from '../../../shared/judge/compare-sweeps.ts';
import { clusteredInterval } from '../../../shared/judge/intervals.ts';
import { DEFAULT_ALPHA, judgeSweep, levelOf } from '../../../shared/judge/judge-sweep.ts';
import { judgementCsv, judgementTables } from '../../../shared/judge/judgement-csv.ts';
import type { JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { sweepStem } from '../../../shared/judge/sweep-stem.ts';
import { verdictNotes } from '../../../shared/judge/verdict-words.ts';
import { isoFromNs } from '../../../shared/time.ts';
import { isConfined } from '../../access.ts';
import type { SweepReads } from '../../cell/stores.ts';
import { RequestError } from '../../errors.ts';
import { tokenOf } from '../../http/token.ts';
import { checkThere, integerQuery, sweepIdOf, wordQuery } from '../address.ts';
import type { Answer, RouteContext } from '../route.ts';
import { RevisionCache } from '../sweeps/revision-cache.ts';
import { type ReadSweep, readJudgedSweep, sizeOfRead } from './judged-cells.ts';

const MAX_TREND = 100;
/** Sweeps that were read are kept as this many bytes in all: two of 50,000 cells with a task each. */
const MAX_READ_BYTES = 40 * 2 ** 20;
/** Outcomes that are an attempt: what went wrong in them is the agent's own. */
const counting = standings.flatMap((standing, at) => (standing === 'attempt' ? [at] : []));

export function showJudgement({ store, writer, prices }: RouteContext): Answer {
  const kept = new RevisionCache<ReadSweep>(MAX_READ_BYTES, sizeOfRead);
  return async (c) => {
    const { sweeps } = store.cells;
    const id = sweepIdOf(c);
    // What a token may not read by itself is not told beside what it may.
    const { against: asked, trend: sweepsBefore, table: shown } = c.req.query();
    const asksOfOthers = asked !== undefined || sweepsBefore !== undefined || shown === 'trend';
    if (asksOfOthers && isConfined(tokenOf(c) ?? {}))
      throw new RequestError(403, 'forbidden', 'this token may read no other sweep');
    await checkThere(sweeps, id);
    const alpha = alphaOf(c);
    const table = wordQuery(c, 'table', judgementTables);
    const trend = integerQuery(c, 'trend', 0, MAX_TREND, table === 'trend' ? 30 : 0);
    const stem = sweepStem(id);
    const baseline = await sweeps.baselineOf(stem);
    const against = await againstOf(c, sweeps, id, baseline);
    const nowNs = writer.now();
    const clock = new PhaseClock();
    const read = (sweep: string) =>
      kept.of(sweeps, sweep, nowNs, () => readJudgedSweep(sweeps, sweep, nowNs, prices));
    const { tables, verdicts } = await read(id);
    const other = against === null ? null : await read(against);
    clock.end('read');
    const judged = judgeSweep(tables, alpha);
    const judgement: JudgementJson = {
      ...judged,
      notes: [...judged.notes, ...verdictNotes(verdicts)],
      stem,
      isBaseline: baseline === id,
      verdicts,
    };
    if (trend > 0) judgement.trend = await trendOf(sweeps, stem, baseline, trend, alpha);
    if (other !== null) judgement.against = compareSweeps(tables, other.tables, alpha);
    clock.end('judge');
    const headers = { 'server-timing': clock.header };
    if (table === null) return c.json(judgement, 200, headers);
    return c.body(judgementCsv(judgement, table), 200, {
      ...headers,
      'content-type': 'text/csv; charset=utf-8',
    });
  };
}

/** How long the phases of an answer took, as `Server-Timing` tells it. */
class PhaseClock {
  header = '';
  #beganMs = performance.now();

  end(phase: string): void {
    const nowMs = performance.now();
    this.header += `${this.header === '' ? '' : ', '}${phase};dur=${(nowMs - this.#beganMs).toFixed(1)}`;
    this.#beganMs = nowMs;
  }
}

/** @throws RequestError 400, and 404 where the other sweep is not there */
async function againstOf(
  c: Context,
  sweeps: SweepReads,
  id: string,
  baseline: string | null,
): Promise<string | null> {
  const asked = c.req.query('against');
  if (asked === undefined) return null;
  if (asked !== 'baseline' || (await sweeps.has(asked))) {
    if (asked === id) throw new RequestError(400, 'bad_query', 'against must name another sweep');
    await checkThere(sweeps, asked);
    return asked;
  }
  if (baseline === null)
    throw new RequestError(404, 'no_baseline', `no sweep of ${sweepStem(id)} is tagged as the baseline`);
  if (baseline === id) throw new RequestError(400, 'bad_query', `${id} is the baseline itself`);
  await checkThere(sweeps, baseline);
  return baseline;
}

function alphaOf(c: Context): number {
  const text = c.req.query('alpha');
  if (text === undefined) return DEFAULT_ALPHA;
  const alpha = Number(text);
  if (!/^0?\.\d{1,6}$/.test(text) || alpha <= 0 || alpha >= 0.5)
    throw new RequestError(400, 'bad_query', 'alpha must lie between 0 and 0.5');
  return alpha;
}

async function trendOf(
  sweeps: SweepReads,
  stem: string,
  baseline: string | null,
  limit: number,
  alpha: number,
): Promise<NonNullable<JudgementJson['trend']>> {
  const near = await sweeps.beginningWith(stem, 10 * MAX_TREND);
  // Newest first, and turned round: of sweeps without a time that is all that is known of their order.
  const own = near
    .filter((sweep) => sweepStem(sweep) === stem)
    .slice(0, limit)
    .reverse();
  const found = [];
  for (const sweep of own) {
    const { startNs, tasks } = await sweeps.passes(sweep, counting);
    const n = tasks.reduce((sum, task) => sum + task.n, 0);
    const passed = tasks.reduce((sum, task) => sum + task.c, 0);
    const interval = clusteredInterval(tasks, levelOf(alpha));
    found.push({
      sweep,
      startNs,
      startedAt: startNs === null ? null : isoFromNs(startNs),
      n,
      passed,
      passRate: interval && { value: passed / n, ...interval },
      isBaseline: sweep === baseline,
    });
  }
  const start = ({ startNs }: { startNs: bigint | null }) => startNs ?? 0n;
  found.sort((a, b) => (start(a) < start(b) ? -1 : start(a) > start(b) ? 1 : 0));
  return found.map(({ startNs: _startNs, ...one }) => one);
}
