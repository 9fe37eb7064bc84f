// For machines that watch over the collector: is it alive, does it take and keep records, and its numbers.
import { Hono } from 'hono';
import type { Readiness } from '../../shared/wire.ts';
import type { RouteContext } from './context.ts';
import { only } from './method-not-allowed.ts';

export function publishRoutes({ meter, operation }: RouteContext): Hono {
  const routes = new Hono();
  routes.get('/livez', (c) => c.json({ status: 'alive' }));
  routes.get('/readyz', (c) => {
    const problems = operation.problems();
    const readiness: Readiness = { status: problems.length === 0 ? 'ready' : 'not ready', problems };
    if (problems.length > 0) c.header('retry-after', '1');
    return c.json(readiness, problems.length === 0 ? 200 : 503);
  });
  routes.get('/metrics', (c) =>
    c.body(meter.text(operation.gauges()), 200, {
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    }),
  );
  for (const path of ['/livez', '/readyz', '/metrics']) routes.all(path, only('GET'));
  return routes;
}
