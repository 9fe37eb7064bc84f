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
import { sweepIdOf } from '../address.ts';
import type { Answer, RouteContext } from '../route.ts';
import { requireType } from '../uploads.ts';

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
    if (!(await sweeps.has(id))) throw new RequestError(404, 'not_found', `there is no sweep ${id}`);
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
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw new RequestError(400, 'bad_json', 'the body is not JSON in UTF-8', { cause });
  }
  const parsed = sweepTag.safeParse(value);
  if (!parsed.success) throw new RequestError(422, 'bad_tag', 'the body is not {baseline: true|false}');
  return parsed.data;
}
