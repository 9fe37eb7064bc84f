// Who sends a request: Node's own request, which @hono/node-server adds, or an address alone where it came another
// way. Neither exists under `app.request()`.
import type { IncomingMessage } from 'node:http';
import type { Context } from 'hono';

export interface RequestSource {
  readonly incoming?: IncomingMessage;
  readonly remoteAddress?: string;
}

export function incomingOf(c: Context): IncomingMessage | undefined {
  return sourceOf(c)?.incoming;
}

/** The sender's address; '' where nobody knows it. */
export function remoteAddressOf(c: Context): string {
  const source = sourceOf(c);
  return source?.remoteAddress ?? source?.incoming?.socket.remoteAddress ?? '';
}

function sourceOf(c: Context): RequestSource | undefined {
  return c.env as RequestSource | undefined;
}
