// The flags by which every command that speaks to a running collector is told which one, and what for it lets
// them in. Speaks to none itself.
import type { ClientOptions } from '../adapter/sdk/collector-client.ts';
import { UsageError } from './flags.ts';

export const clientFlags = {
  endpoint: { type: 'string' },
  token: { type: 'string' },
} as const;

/**
 * The collector that flags or their twins name. Its address may be the one that `playhead serve --token` prints:
 * the token is taken out of it, so that it shows in no address that is printed or recorded.
 * @throws UsageError
 */
export function readClient(
  values: { readonly endpoint?: string; readonly token?: string },
  defaultEndpoint: string,
): Pick<ClientOptions, 'endpoint' | 'token'> {
  const given = values.endpoint ?? defaultEndpoint;
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new UsageError(`--endpoint takes the collector's address, not ${JSON.stringify(given)}`);
  const [address = '', query] = given.split('?');
  const token = values.token ?? new URLSearchParams(query).get('token') ?? undefined;
  const endpoint = address.replace(/\/+$/, '');
  return token === undefined ? { endpoint } : { endpoint, token: readToken(token) };
}

/** A header must be able to carry it, and nobody should guess it. @throws UsageError */
export function readToken(text: string): string {
  if (!/^[\x21-\x7e]{16,}$/.test(text))
    throw new UsageError('--token takes at least 16 visible ASCII characters, e.g. `openssl rand -hex 24`');
  return text;
}
