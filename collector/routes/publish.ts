// For machines that watch over the collector: is it alive.
import { Hono } from 'hono';
import { only } from './methods.ts';

export function publishRoutes(): Hono {
  const routes = new Hono();
  routes.get('/livez', (c) => c.json({ status: 'alive' }));
  routes.all('/livez', only('GET'));
  return routes;
}
