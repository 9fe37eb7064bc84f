// Which attempt a run is where nobody said: the first that has no cell yet. Two runs in one cell would be
// one run that did everything twice. A collector that does not answer has no cells that matter.
import type { ClientOptions } from '../sdk/collector-client.ts';
import { authorization } from '../sdk/token.ts';

/** A collector that is busy answers late, and a run that did not wait for it would be told in another's cell. */
const PATIENCE_MS = 10_000;

/** From 1. Never rejects. */
export async function nextAttempt(
  { endpoint, token }: ClientOptions,
  cell: { readonly sweep: string; readonly agent: string; readonly model: string; readonly task: string },
): Promise<number> {
  const query = new URLSearchParams({ ...cell, limit: '500' });
  try {
    const answer = await fetch(`${endpoint}/api/cells?${query}`, {
      headers: authorization(token),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const body = (await answer.json()) as { cells?: readonly { attempt?: unknown }[] };
    const attempts = (body.cells ?? []).map(({ attempt }) => Number(attempt)).filter(Number.isInteger);
    return Math.max(0, ...attempts) + 1;
  } catch {
    return 1;
  }
}
