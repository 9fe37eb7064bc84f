// What a collector is given when it starts, and the limits that hold for every request. Does not read the
// environment: the command line does.
import { MAX_RECORDING_BYTES } from '../shared/terminal.ts';
import type { AgentsJson } from '../shared/wire.ts';
import type { AccessToken } from './access.ts';

export interface CollectorOptions {
  /** 0 takes any free port. */
  readonly port: number;
  /** Takes OTLP over gRPC here, too; 0 takes any free one. Not taken where absent. */
  readonly grpcPort?: number;
  readonly host: string;
  readonly dbPath: string;
  /** The built viewer; without it the pages answer 404. */
  readonly viewerDir?: string;
  /** Further names by which browsers and agents may address this collector, without port. */
  readonly allowedHosts?: readonly string[];
  /** Nanoseconds since the epoch. */
  readonly now?: () => bigint;
  /** Asked for as a bearer token wherever data is read or written. Whoever holds it may do everything. */
  readonly token?: string;
  /** Further tokens, which may do less. */
  readonly tokens?: readonly AccessToken[];
  /** Requests a second from one address; beyond, the answer is 429. No limit where absent. */
  readonly rateLimit?: number;
  /** Takes connections from other machines without a token. */
  readonly insecure?: boolean;
  /** Origins whose pages may read and write from a browser. */
  readonly allowedOrigins?: readonly string[];
  /** Origins whose pages may put the embed page into a frame; all where absent or empty. */
  readonly frameOrigins?: readonly string[];
  /** The agents that there are adapters for, with what a page may tell of each. */
  readonly agents?: AgentsJson['agents'];
  /** JSON of own prices, which are asked before those that come with Playhead. */
  readonly priceFile?: string;
  /** Told of what an operator should know: starts, stops, failures. Never of single requests. */
  readonly log?: (event: LogEvent) => void;
  /** Told of each request that is refused: for who watches one harness. */
  readonly refused?: (request: {
    readonly method: string;
    readonly path: string;
    readonly status: number;
    readonly message: string;
  }) => void;
  /** Tests set them low. */
  readonly limits?: Partial<Limits>;
}

/** One line of the structured log. */
export interface LogEvent {
  readonly event: string;
  readonly [field: string]: string | number | boolean | null;
}

/** Slow clients hold a socket, not a place in the queue; these bound the sockets and the bodies. */
export interface Limits {
  /** Of one trace; what comes beyond is rejected span by span. */
  readonly traceSpans: number;
  /** Inflated, of one trace. */
  readonly traceBytes: number;
  /** Cells that one request brings records of, and traces: each costs memory until its entry is projected. */
  readonly requestCells: number;
  /** Resources with records in one request. */
  readonly requestResources: number;
  /**
   * How long a read waits for what was acknowledged before it. On two cores with a load of 12 the projector's
   * thread alone took over 2 s to start: an answer that lacks acknowledged spans is worse than a late one.
   */
  readonly settleMs: number;
  /** Of large answers that are being read, all together. */
  readonly answerBytes: number;
  /** So long a reader may take nothing of a large answer. */
  readonly answerStallMs: number;
  readonly headersMs: number;
  readonly requestMs: number;
  readonly checkMs: number;
  readonly connections: number;
  /** From one address that is not this machine's own. */
  readonly connectionsPerAddress: number;
  /** From this machine's own: sweeps run hundreds of agents beside the collector. */
  readonly connectionsFromHere: number;
  readonly bytesInFlight: number;
  readonly slowAfterMs: number;
  readonly minBytesPerSecond: number;
}

export const defaultLimits: Limits = {
  traceSpans: 1_000_000,
  traceBytes: 2 ** 30,
  requestCells: 10_000,
  requestResources: 20_000,
  settleMs: 10_000,
  answerBytes: 128 * 2 ** 20,
  answerStallMs: 30_000,
  headersMs: 10_000,
  requestMs: 30_000,
  checkMs: 2000,
  connections: 512,
  connectionsPerAddress: 32,
  connectionsFromHere: 512,
  bytesInFlight: 64 * 2 ** 20,
  slowAfterMs: 5000,
  minBytesPerSecond: 1000,
};

/** Whether only this machine can reach an address that is bound. */
export function isLoopback(host: string): boolean {
  return /^(127\.|::1$|\[::1\]$|localhost$)/.test(host);
}

export const httpLimits = {
  /** An OTLP or JSON body, before and after inflating. The specification's recommendation is 64 MiB;
   * nothing recorded here came near 2. */
  bodyBytes: 20 * 2 ** 20,
  /** A terminal recording: an hour of a full-screen agent is about 30 MB. */
  recordingBytes: MAX_RECORDING_BYTES,
  /**
   * Inflated bytes of a recording for each one that came, beyond the first 4 MiB: screens of agents come to 5
   * to 30. OTLP bodies are not held to it: an agent that prints one letter for ever packs tighter, and 20
   * MiB of that inflate in 16 ms.
   */
  recordingRatio: 200,
  /** A score body. */
  scoresBytes: 2 ** 20,
  /** Cells a page of the list holds at most, and unless asked otherwise. */
  cellsMax: 500,
  cellsDefault: 100,
  /** The same of sweeps. */
  sweepsMax: 200,
  sweepsDefault: 50,
  /** Hits a page of a search holds at most, and unless asked otherwise; characters of what is sought. */
  hitsMax: 200,
  hitsDefault: 50,
  queryChars: 200,
  /** Cells to compare with, of each kind. */
  related: 8,
} as const;

/** Names that reach this machine and no other: a page elsewhere cannot make its own name one of them. */
const localNames = ['localhost', 'host.docker.internal', 'host.containers.internal'];

/** Says which Host headers are answered; all others are 421, which stops DNS rebinding. */
export function hostCheck(
  options: Pick<CollectorOptions, 'host' | 'allowedHosts'>,
): (host: string) => boolean {
  const names = new Set(
    [...localNames, options.host, ...(options.allowedHosts ?? [])].map((n) => n.toLowerCase()),
  );
  const onlyHere = isLoopback(options.host);
  return (host) => {
    const name = hostName(host.toLowerCase());
    if (name === null) return false;
    if (names.has(name) || name.endsWith('.localhost')) return true;
    if (name === '127.0.0.1' || name === '[::1]') return true;
    // Bound to the network: an address typed as numbers is no rebound name.
    return !onlyHere && (/^\d{1,3}(\.\d{1,3}){3}$/.test(name) || /^\[[0-9a-f:.]+\]$/.test(name));
  };
}

/** The name of "name", "name:port", "[v6]:port", or null where it is malformed. */
function hostName(host: string): string | null {
  return /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/.exec(host)?.[1] ?? null;
}
