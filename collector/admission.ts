// Decides before anything is acknowledged what of an OTLP request gets in: its good records, without those of
// deleted cells and of traces that are too large. Counts what does not. Does not read requests, write the
// log or shape an answer.
import { type Confinement, isConfined, mayTouchCell } from './access.ts';
import type { TraceParams } from './cell/records.ts';
import { OtlpError, RequestError } from './errors.ts';
import type { CollectorMetrics } from './http/collector-metrics.ts';
import type { TraceSizeLimit } from './http/trace-size-limit.ts';
import { decodeLogsJson, decodeMetricsJson } from './otlp/json.ts';
import { decodeLogsProtobuf, decodeMetricsProtobuf } from './otlp/protobuf.ts';
import { type ResourceShare, ResourceShares } from './otlp/resource-shares.ts';
import { type Scan, type ScanNotes, scanLogs, scanMetrics, scanTraces } from './otlp/scan.ts';
import { TraceCounts } from './otlp/trace-counts.ts';
import { decodeTraces } from './otlp/traces.ts';
import { countOwners, labelOf, labelProblemOf } from './project/identity.ts';
import type { Encoding, Signal } from './record.ts';
import type { Writer } from './writer.ts';

export interface OtlpRequest {
  readonly signal: Signal;
  readonly encoding: Encoding;
  /** The cell that the address names, or null. */
  readonly cellId: string | null;
  /** Inflated. */
  readonly body: Uint8Array;
}

interface Sent extends OtlpRequest {
  /** What the sender's token is for. */
  readonly within: Confinement;
}

export interface Admitted {
  /** Records; none where there is nothing to append. */
  readonly accepted: number;
  readonly rejected: number;
  /** Why, or what else the client should know; '' where there is nothing to say. */
  readonly message: string;
  /** What the projector must know of the decision, as JSON text, or null. */
  readonly params: string | null;
}

/** Records that do not get in although they are good. */
interface Share {
  readonly count: number;
  readonly message: string;
}

const scans: Record<Signal, (body: Uint8Array, encoding: Encoding, notes: ScanNotes) => Scan> = {
  traces: scanTraces,
  logs: scanLogs,
  metrics: scanMetrics,
};

/** The most that one request may bring. */
export interface RequestLimits {
  readonly requestCells: number;
  readonly requestResources: number;
}

const decoders: Record<Signal, (body: Uint8Array, encoding: Encoding) => Parameters<typeof countOwners>[0]> =
  {
    traces: decodeTraces,
    logs: (body, encoding) => (encoding === 'json' ? decodeLogsJson(body) : decodeLogsProtobuf(body)),
    metrics: (body, encoding) =>
      encoding === 'json' ? decodeMetricsJson(body) : decodeMetricsProtobuf(body),
  };

export class Admission {
  readonly #writer: Writer;
  readonly #metrics: CollectorMetrics;
  readonly #traceSizeLimit: TraceSizeLimit;
  readonly #limits: RequestLimits;

  constructor(
    writer: Writer,
    metrics: CollectorMetrics,
    traceSizeLimit: TraceSizeLimit,
    limits: RequestLimits,
  ) {
    this.#limits = limits;
    this.#writer = writer;
    this.#metrics = metrics;
    this.#traceSizeLimit = traceSizeLimit;
  }

  /**
   * @throws OtlpError 400 where the body cannot be read, or holds bad records alone
   * @throws RequestError 403 where it is for a cell that the sender may not touch
   */
  async admit({ signal, encoding, cellId, body, within }: Sent): Promise<Admitted> {
    const traces = new TraceCounts();
    const shares = new ResourceShares();
    const scan = scans[signal](body, encoding, { traces, resources: shares });
    if (scan.rejected > 0 && scan.accepted === 0) {
      this.#countRejected(signal, scan.rejected);
      throw new OtlpError(400, scan.message);
    }
    if (isConfined(within)) checkCells(shares.all(), cellId, within);
    this.#checkSize({ signal, encoding, cellId, body }, shares.all(), traces.all().size, scan.accepted);
    const deleted = await this.#deletedShare(shares.all(), cellId);
    const full = await this.#traceSizeLimit.admit(traces.all(), body.length);
    const oversized = this.#oversizedShare(traces.all(), full);
    const accepted = Math.max(0, scan.accepted - (deleted?.count ?? 0) - (oversized?.count ?? 0));
    const rejected = scan.accepted + scan.rejected - accepted;
    if (accepted === 0) this.#countRejected(signal, rejected);
    const label = labelWarning(shares.all());
    const message = [deleted?.message, oversized?.message, scan.message, label].filter(Boolean).join('; ');
    // The log's own word for a trace that is too large.
    const params: TraceParams | null = oversized && { overgrown: [...full] };
    return { accepted, rejected, message, params: params && JSON.stringify(params) };
  }

  /** @throws OtlpError 413 where it brings more resources or cells than one request may */
  #checkSize(
    { signal, encoding, cellId, body }: OtlpRequest,
    shares: readonly ResourceShare[],
    traces: number,
    records: number,
  ): void {
    const { requestCells, requestResources } = this.#limits;
    const resources = shares.filter(({ count }) => count > 0);
    if (resources.length > requestResources)
      this.#refuseSize('requestResources', `more than ${requestResources} resources in one request`);
    if (records <= requestCells) return;
    const labels = new Set(resources.map(({ resource }) => labelOf(resource()) ?? cellId));
    const owners = labels.has(null)
      ? countOwners(decoders[signal](body, encoding), cellId !== null)
      : labels.size + traces;
    if (owners > requestCells)
      this.#refuseSize('requestCells', `more than ${requestCells} cells or traces in one request`);
  }

  #refuseSize(limit: 'requestCells' | 'requestResources', message: string): never {
    this.#metrics.noteOverLimit(limit);
    throw new OtlpError(413, `${message}: send smaller batches`);
  }

  async #deletedShare(resources: readonly ResourceShare[], cellId: string | null): Promise<Share | null> {
    const deleted = await this.#writer.deletedShareOf(resources, cellId);
    if (!deleted) return null;
    return {
      count: deleted.count,
      message: `${deleted.count} rejected: the cell ${deleted.cellId} was deleted`,
    };
  }

  /** @param full the traces that take nothing more */
  #oversizedShare(traces: ReadonlyMap<string, number>, full: ReadonlySet<string>): Share | null {
    const [first] = full;
    if (first === undefined) return null;
    let count = 0;
    for (const traceId of full) count += traces.get(traceId) ?? 0;
    this.#metrics.oversizedSpans += count;
    return { count, message: `${count} rejected: the trace ${first} is too large` };
  }

  /** Counts records that do not get into the log: the projector counts all others. */
  #countRejected(signal: Signal, received: number): void {
    if (received > 0)
      this.#metrics.noteEntry({ signal, received, accepted: 0, duplicate: 0, conflicting: 0, dropped: 0 });
  }
}

/** Of records whose resource names a cell by what is no cell id: they are taken, and nobody finds them there. */
function labelWarning(resources: readonly ResourceShare[]): string | null {
  for (const { resource, count } of resources) {
    const problem = count === 0 ? null : labelProblemOf(resource());
    if (problem !== null) return problem;
  }
  return null;
}

/** A resource outranks the address: it must not lead out of what the sender's token is for. */
function checkCells(resources: readonly ResourceShare[], cellId: string | null, within: Confinement): void {
  for (const { resource, count } of resources) {
    if (count === 0) continue;
    const id = labelOf(resource()) ?? cellId ?? '';
    if (!mayTouchCell(within, id))
      throw new RequestError(403, 'forbidden', `this token may not send records of the cell ${id}`);
  }
}
