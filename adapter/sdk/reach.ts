// Why nobody is reached at a collector's address, as a sentence for whoever gave it: nothing listens there, another
// protocol is spoken. Asks once and quickly; sends nothing of a recording, and does not judge who answers.
import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { trimEndpoint } from './endpoint.ts';

const TIMEOUT_MS = 1000;

/** Null where somebody answers, and where nobody has said no in time. Never rejects. */
export function whyUnreached(
  { endpoint }: { readonly endpoint: string },
  timeoutMs = TIMEOUT_MS,
): Promise<string | null> {
  const url = `${trimEndpoint(endpoint)}/livez`;
  if (!URL.canParse(url)) return Promise.resolve(`${endpoint} is no address`);
  const { protocol } = new URL(url);
  // Not fetch: it refuses ports on which exporters send.
  const request = protocol === 'https:' ? requestHttps : requestHttp;
  return new Promise((resolve) => {
    const asked = request(url, { method: 'GET', timeout: timeoutMs, agent: false }, (answer) => {
      answer.resume();
      // Whatever the answer: what stands before a collector may pass OTLP alone.
      resolve(null);
    });
    asked.once('timeout', () => {
      resolve(null);
      asked.destroy();
    });
    asked.once('error', (error) => resolve(unreachedWords(url, error)));
    asked.end();
  });
}

/** What a socket's error says of an address. */
export function unreachedWords(url: string, error: Error): string {
  const { host, protocol } = new URL(url);
  const first = error instanceof AggregateError ? error.errors[0] : error;
  const { code, message } = first as Error & { code?: string };
  if (code === 'ECONNREFUSED' || message.includes('ECONNREFUSED')) return `nothing listens on ${host}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no host ${host}`;
  if (protocol === 'https:' && /SSL|EPROTO|wrong version/i.test(`${code} ${message}`))
    return `${host} does not speak https; is http://${host} meant?`;
  return `${host} cannot be reached (${message})`;
}
