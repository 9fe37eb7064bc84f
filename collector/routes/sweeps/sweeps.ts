// One sweep's cells as columns. What was made once is kept as bytes until the sweep changes or one of its runs falls
// silent: a second reader costs nothing. Does not shape them: sweep-matrix does.
import { randomBytes } from 'node:crypto';
import { checkThere, sweepIdOf } from '../address.ts';
import { namesTag } from '../entity-tag.ts';
import type { Answer, RouteContext } from '../route.ts';
import { RevisionCache } from './revision-cache.ts';
import { sweepMatrixJson } from './sweep-matrix.ts';

/** Matrices kept hold this many bytes in all: two of 50,000 cells. */
const MAX_MATRIX_BYTES = 24 * 2 ** 20;

export function showSweep({ store, writer, prices }: RouteContext): Answer {
  /** Numbers repeat between databases and builds: a tag is of this process alone. */
  const boot = randomBytes(6).toString('base64url');
  const matrices = new RevisionCache<Matrix>(MAX_MATRIX_BYTES, ({ bytes }) => bytes.byteLength);
  let made = 0;
  return async (c) => {
    const id = sweepIdOf(c);
    const { sweeps } = store.cells;
    await checkThere(sweeps, id);
    const nowNs = writer.now();
    const { tag, bytes } = await matrices.of(sweeps, id, nowNs, async () => ({
      tag: `"${boot}.${made++}"`,
      bytes: new TextEncoder().encode(JSON.stringify(await sweepMatrixJson(sweeps, id, nowNs, prices))),
    }));
    const headers = { etag: tag, 'cache-control': 'no-cache' };
    if (namesTag(c.req.header('if-none-match'), tag)) return c.body(null, 304, headers);
    return c.body(bytes, 200, { ...headers, 'content-type': 'application/json' });
  };
}

interface Matrix {
  readonly tag: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
