// For machines that watch over the collector: is it alive, does it take and keep records, and its numbers.
// Does not measure anything itself.
import type { Readiness as ReadinessJson } from '../../shared/wire.ts';
import type { Answer, RouteContext } from './route.ts';

export function showLiveness(): Answer {
  return (c) => c.json({ status: 'alive' });
}

export function showReadiness({ readiness }: RouteContext): Answer {
  return async (c) => {
    const problems = await readiness.problems();
    const answer: ReadinessJson = { status: problems.length === 0 ? 'ready' : 'not ready', problems };
    if (problems.length > 0) c.header('retry-after', '1');
    return c.json(answer, problems.length === 0 ? 200 : 503);
  };
}

export function showCollectorMetrics({ metrics, readiness }: RouteContext): Answer {
  const type = 'text/plain; version=0.0.4; charset=utf-8';
  return async (c) => c.body(metrics.text(await readiness.gauges()), 200, { 'content-type': type });
}
