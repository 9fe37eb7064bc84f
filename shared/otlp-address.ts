// The addresses that OTLP/HTTP is posted to, however a client writes them: slashes doubled where it joins a
// base address with a path, the cell id with its slashes encoded once, twice or not at all (Go's SDK decodes
// them). Does not check that a cell id is one.

/**
 * A request header: whoever sends it, whatever its value, passes on what an agent under test says. The collector
 * then takes of it what an agent may say of its own cell, whose token it comes with.
 */
export const SENDER_HEADER = 'playhead-sender';
export const AGENT_SENDER = 'agent';

/** The header's value of an agent that was told the id of the span of its run: it sends no span of that id. */
export function agentSender(runSpanId: string | undefined): string {
  return runSpanId === undefined ? AGENT_SENDER : `${AGENT_SENDER} ${runSpanId}`;
}

/** The span id that a header's value names, if it names one. */
export function runSpanIn(sender: string): string | undefined {
  return /^agent ([0-9a-f]{16})$/.exec(sender)?.[1];
}

export const otlpSignals = ['traces', 'logs', 'metrics'] as const;
export type OtlpSignal = (typeof otlpSignals)[number];

export interface OtlpAddress {
  readonly signal: OtlpSignal;
  /** What stands for the cell in the address, decoded; null where it names none. */
  readonly cellId: string | null;
}

/** Langfuse's own exporter puts this before `/v1/traces`. */
const LANGFUSE = ['api', 'public', 'otel'];
/** As often as a client and the proxies before us may have encoded an id. */
const MAX_DECODINGS = 3;

/** Null where the path is none of OTLP's. @param path without its query */
export function otlpAddressOf(path: string): OtlpAddress | null {
  if (!path.includes('v1')) return null;
  const segments = path.split('/');
  const signal = takeLast(segments);
  if (!isSignal(signal) || takeLast(segments) !== 'v1') return null;
  dropEmpty(segments);
  if (LANGFUSE.every((word, at) => segments.at(at - LANGFUSE.length) === word))
    segments.length -= LANGFUSE.length;
  const first = segments.findIndex((segment) => segment !== '');
  if (first < 0) return { signal, cellId: null };
  if (segments[first] !== 'cells') return null;
  const cellId = trimSlashes(decoded(segments.slice(first + 1).join('/')));
  return cellId === '' ? null : { signal, cellId };
}

/** The one way in which the collector writes the address. */
export function otlpPath({ signal, cellId }: OtlpAddress): string {
  return `${cellId === null ? '' : `/cells/${encodeURIComponent(cellId)}`}/v1/${signal}`;
}

/**
 * Where what was posted to a wrong address belongs, in words: the signal that it names, and the form for a
 * cell where it names one.
 */
export function rightOtlpAddress(path: string): string {
  const signal = path.split('/').findLast(isSignal);
  const signals = signal ? [signal] : otlpSignals;
  const [name = '', ...others] = signals.map((known) => `/v1/${known}`);
  const rest = others.length > 0 ? `, ${others.join(' or ')}` : '';
  return `OTLP ${signal ? `${signal} are` : 'is'} posted to ${name}${rest}, or for one cell to /cells/<cell id>${name}`;
}

function isSignal(segment: string | undefined): segment is OtlpSignal {
  return otlpSignals.some((signal) => signal === segment);
}

/** The last segment that is not empty, taken off with what is behind it. */
function takeLast(segments: string[]): string | undefined {
  dropEmpty(segments);
  return segments.pop();
}

function dropEmpty(segments: string[]): void {
  while (segments.at(-1) === '') segments.pop();
}

/** No cell id holds a "%": what does is still encoded. */
function decoded(text: string): string {
  let id = text;
  for (let times = 0; times < MAX_DECODINGS && id.includes('%'); times++) {
    try {
      id = decodeURIComponent(id);
    } catch {
      return id;
    }
  }
  return id;
}

function trimSlashes(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && text[from] === '/') from++;
  while (to > from && text[to - 1] === '/') to--;
  return text.slice(from, to);
}
