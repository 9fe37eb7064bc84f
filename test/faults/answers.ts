// Everything that a collector shows of everything it holds, as one value to compare.
import type { Hono } from 'hono';
import type { CellsPage } from '../../shared/wire.ts';

const tracks = ['', '/trace', '/terminal', '/model-calls', '/changes', '/logs'];

/** @throws where an address does not answer 200, or 404 for a terminal that is not there */
export async function answersOf(app: Hono): Promise<Record<string, string>> {
  const answers: Record<string, string> = {};
  const get = async (path: string) => {
    const response = await app.request(`http://localhost${path}`);
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
