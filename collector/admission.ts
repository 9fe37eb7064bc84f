// Decides before anything is acknowledged what of an OTLP request gets in: its good records, without those that
// their sender may not send, of deleted cells, and of traces that are too large. Counts what does not. Does
// not read requests, write the log or shape an answer.
import type { RecordParams, Sender } from './cell/records.ts';
import { OtlpError } from './errors.ts';
import type { CollectorMetrics } from './http/collector-metrics.ts';
import type { TraceSizeLimit } from './http/trace-size-limit.ts';
import { decodeLogsJson, decodeMetricsJson } from './otlp/json.ts';
import { decodeLogsProtobuf, decodeMetricsProtobuf } from './otlp/protobuf.ts';
import { type ResourceShare, ResourceShares } from './otlp/resource-shares.ts';
import { type Scan, type ScanNotes, scanLogs, scanMetrics, scanTraces } from './otlp/scan.ts';
import { TraceCounts } from './otlp/trace-counts.ts';
import { decodeTraces } from './otlp/traces.ts';
import { countOwners } from './project/identity.ts';
import { firstBadLabel, labelOf, labelProblem, labelProblemOf } from './project/label.ts';
import { allowedRecords, type Refusal, refusals, refusedRecords } from './project/refused/sender-rights.ts';
import type { AnyRecord, Decoded, Encoding, Signal } from './record.ts';
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
  /** Absent where it may say everything. */
  readonly sender?: Sender | undefined;
}

export interface Admitted {
  readonly accepted: number;
  readonly rejected: number;
  /** Why, or what else the client should know; '' where there is nothing to say. */
  readonly message: string;
  /** What the projector must know of the decision, as JSON text, or null. */
  readonly params: string | null;
  /** What to append; null where that is nothing. */
  readonly body: Uint8Array | null;
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

const decoders: Record<Signal, (body: Uint8Array, encoding: Encoding) => Decoded<AnyRecord>> = {
  traces: decodeTraces,
  logs: (body, encoding) => (encoding === 'json' ? decodeLogsJson(body) : decodeLogsProtobuf(body)),
  metrics: (body, encoding) => (encoding === 'json' ? decodeMetricsJson(body) : decodeMetricsProtobuf(body)),
};

const refusalWords: Record<Refusal, string> = {
  other_cell: 'their sender may not speak for other cells',
  verdict: 'their sender gives no verdict',
  harness: 'set-up, run, verifier and cleanup are recorded by the harness',
};

/** What of a request is good so far, as those need it who decide further. */
interface Found {
  readonly shares: readonly ResourceShare[];
  /** Spans by trace. */
  readonly traces: ReadonlyMap<string, number>;
  readonly accepted: number;
}

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

  /** @throws OtlpError 400 where the body cannot be read, or holds bad records alone */
  async admit({ signal, encoding, cellId, body, sender }: Sent): Promise<Admitted> {
    const traceCounts = new TraceCounts();
    const resourceShares = new ResourceShares();
    const labels = firstBadLabel();
    const notes = { traces: traceCounts, resources: resourceShares, labels };
    const scan = this.#scan({ signal, encoding, body }, notes);
    if (scan.rejected > 0 && scan.accepted === 0) {
      this.#countRejected(signal, scan.rejected);
      throw new OtlpError(400, scan.message);
    }
    const sent = { shares: resourceShares.all(), traces: traceCounts.all(), accepted: scan.accepted };
    this.#checkSize({ signal, encoding, cellId, body }, sent);
    const checked = sender ? this.#checkSender({ signal, encoding, cellId, body }, sender) : null;
    const { shares, traces, accepted: allowed } = checked ?? sent;
    const refused = scan.accepted - allowed;
    const deleted = await this.#deletedShare(shares, cellId);
    const full = await this.#traceSizeLimit.admit(traces, body.length, sender?.cell ?? null);
    const oversized = this.#oversizedShare(traces, full);
    const accepted = Math.max(0, allowed - (deleted?.count ?? 0) - (oversized?.count ?? 0));
    const rejected = scan.accepted + scan.rejected - accepted;
    // That something was refused is told on the cell's page, also where nothing else came.
    const isNoted = refused > 0 && cellId !== null && deleted === null;
    if (accepted === 0 && !isNoted) this.#countRejected(signal, rejected);
    const label = labelWarning(shares) ?? (labels.found === null ? null : labelProblem(labels.found));
    const message = [checked?.message, deleted?.message, oversized?.message, scan.message, label]
      .filter(Boolean)
      .join('; ');
    const params: RecordParams = {
      ...(full.size > 0 && { overgrown: [...full] }),
      ...(sender && { sender }),
      ...(refused > 0 && { refused }),
    };
    return {
      accepted,
      rejected,
      message,
      params: Object.keys(params).length > 0 ? JSON.stringify(params) : null,
      body: accepted > 0 ? body : isNoted ? new Uint8Array(0) : null,
    };
  }

  #scan({ signal, encoding, body }: Omit<OtlpRequest, 'cellId'>, notes: ScanNotes): Scan {
    try {
      return scans[signal](body, encoding, notes);
    } catch (error) {
      if (error instanceof OtlpError && error.limit) this.#metrics.noteOverLimit(error.limit);
      throw error;
    }
  }

  /** What is left without the records that their sender may not send. */
  #checkSender({ signal, encoding, body }: OtlpRequest, sender: Sender): Found & { message: string } {
    const decoded = decoders[signal](body, encoding);
    const refused = refusedRecords(decoded, sender);
    const allowed = allowedRecords(decoded, refused);
    const shares = new ResourceShares();
    shares.noteDecoded(allowed);
    const traces = new Map<string, number>();
    if (signal === 'traces')
      for (const { records } of allowed.batches)
        for (const { traceId = '' } of records) traces.set(traceId, (traces.get(traceId) ?? 0) + 1);
    const messages = refusals.flatMap((why) => {
      const count = [...refused.values()].filter((reason) => reason === why).length;
      this.#metrics.noteRefused(signal, why, count);
      return count > 0 ? [`${count} rejected: ${refusalWords[why]}`] : [];
    });
    return { shares: shares.all(), traces, accepted: allowed.accepted, message: messages.join('; ') };
  }

  /** @throws OtlpError 413 where it brings more resources or cells than one request may */
  #checkSize({ signal, encoding, cellId, body }: OtlpRequest, { shares, traces, accepted }: Found): void {
    const { requestCells, requestResources } = this.#limits;
    const resources = shares.filter(({ count }) => count > 0);
    if (resources.length > requestResources)
      this.#refuseSize('requestResources', `more than ${requestResources} resources in one request`);
    if (accepted <= requestCells) return;
    const labels = new Set(resources.map(({ resource }) => labelOf(resource()) ?? cellId));
    const owners = labels.has(null)
      ? countOwners(decoders[signal](body, encoding), cellId !== null)
      : labels.size + traces.size;
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
