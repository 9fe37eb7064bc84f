// What an address answers to methods that it does not take: 405 with the ones it does, and OPTIONS
// without a browser's preflight. Hono alone would say 404.
import type { Handler } from 'hono';
import { RequestError } from '../errors.ts';

/** The handler behind all others of a path. @param methods those that the path takes */
export function only(...methods: string[]): Handler {
  const allow = [...methods, 'OPTIONS'].join(', ');
  return (c) => {
    if (c.req.method !== 'OPTIONS')
      throw new RequestError(405, 'method_not_allowed', `this address takes ${allow}`, {
        headers: { allow },
      });
    if (c.req.header('origin') !== undefined)
      throw new RequestError(403, 'foreign_origin', 'pages of other origins may not write here', {
        headers: { vary: 'Origin' },
      });
    return c.body(null, 204, { allow });
  };
}
