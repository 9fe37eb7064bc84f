// Everything that a collector shows of everything it holds, as one value to compare.
import { expect } from 'vitest';
import type { Collector } from '../../collector/main.ts';
import type { CellsPage } from '../../shared/wire.ts';

const tracks = ['', '/trace', '/terminal', '/model-calls', '/changes', '/logs'];

const PATIENCE_MS = 180_000;

/** Resolves when everything acknowledged can be read, however busy the machine is. */
export async function projected({ writer }: Collector): Promise<void> {
  const { acknowledged } = writer.status();
  await expect
    .poll(() => writer.status().projected, { timeout: PATIENCE_MS, interval: 20 })
    .toBeGreaterThanOrEqual(acknowledged);
}

/** @throws where an address does not answer 200, or 404 for a terminal that is not there */
export async function answersOf(collector: Collector): Promise<Record<string, string>> {
  await projected(collector);
  const answers: Record<string, string> = {};
  const get = async (path: string) => {
    const response = await collector.app.request(`http://localhost${path}`);
    const body = await response.text();
    if (response.status !== 200 && response.status !== 404)
      throw new Error(`${path}: ${response.status} ${body}`);
    answers[path] = body;
    return body;
  };
  const { cells } = JSON.parse(await get('/api/cells?limit=500')) as CellsPage;
  for (const { id } of cells)
    for (const track of tracks) await get(`/api/cells/${encodeURIComponent(id)}${track}`);
  return answers;
}
