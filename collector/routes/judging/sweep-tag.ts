// Tags a sweep as the baseline of its stem, or takes the tag away: an entry of the log, as everything that is kept.
// Does not judge.
import { sweepStem } from '../../../shared/judge/sweep-stem.ts';
import { type SweepTag, sweepTag } from '../../../shared/wire.ts';
import { isConfined } from '../../access.ts';
import type { SweepTagEntry } from '../../cell/sweep-cell.ts';
import { httpLimits } from '../../config.ts';
import { RequestError } from '../../errors.ts';
import { readBody } from '../../http/request-body.ts';
import { tokenOf } from '../../http/token.ts';
import { checkThere, sweepIdOf } from '../address.ts';
import type { Answer, RouteContext } from '../route.ts';
import { readJson, requireType } from '../uploads.ts';

export function tagSweep({ store, writer }: RouteContext): Answer {
  return async (c) => {
    const { sweeps } = store.cells;
    const id = sweepIdOf(c);
    // A baseline is what other sweeps are judged by.
    if (isConfined(tokenOf(c) ?? {}))
      throw new RequestError(403, 'forbidden', 'this token may judge no other sweep');
    requireType(c, new Set(['application/json']));
    using received = await readBody(c, httpLimits.scoresBytes);
    const { baseline } = readTag(received.bytes);
    await checkThere(sweeps, id);
    const stem = sweepStem(id);
    const former = await sweeps.baselineOf(stem);
    if (baseline !== (former === id)) {
      const entry: SweepTagEntry = { stem, sweep: baseline ? id : null, former };
      await writer.append({
        signal: 'sweep',
        cellId: null,
        encoding: 'json',
        accepted: 1,
        rejected: 0,
        params: null,
        body: new TextEncoder().encode(JSON.stringify(entry)),
        gzip: null,
      });
      await writer.settled();
    }
    return c.json({ baseline } satisfies SweepTag);
  };
}

function readTag(bytes: Uint8Array): SweepTag {
  const parsed = sweepTag.safeParse(readJson(bytes));
  if (!parsed.success) throw new RequestError(422, 'bad_tag', 'the body is not {baseline: true|false}');
  return parsed.data;
}
