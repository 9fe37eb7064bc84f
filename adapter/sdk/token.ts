// How a collector's token reaches it: as one header, whoever sends. Also reads what OpenTelemetry's own
// variable for headers carries, since an SDK that is set up by it must not need the token a second time.

/** The header that carries a token; none where there is no token. */
export function authorization(token: string | undefined): Record<string, string> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

/** Headers as OTEL_EXPORTER_OTLP_HEADERS lists them: `name=value` pairs, percent-encoded, between commas. */
export function listedHeaders(text: string): [name: string, value: string][] {
  return text.split(',').flatMap((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) return [];
    return [[pair.slice(0, at).trim().toLowerCase(), decoded(pair.slice(at + 1).trim())]];
  });
}

/** The bearer token that OTEL_EXPORTER_OTLP_HEADERS carries, where it does. */
export function tokenOf(env: Readonly<Record<string, string | undefined>>): string | undefined {
  const listed = listedHeaders(env.OTEL_EXPORTER_OTLP_HEADERS ?? '');
  const value = listed.findLast(([name]) => name === 'authorization')?.[1];
  return /^Bearer +(\S+)$/i.exec(value ?? '')?.[1];
}

/** Text that may be percent-encoded. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // Not percent-encoded: what it says is what it is.
  }
}
