// Counts what the collector does, and writes the counts as Prometheus text. A record is counted when what
// became of it is known: received is accepted, rejected and duplicate together at every moment. Does not
// keep counts: they begin at 0 with the process.
import type { EntryCounts } from '../project/entry-counts.ts';

/** What is measured when somebody asks. */
export interface Gauges {
  readonly acknowledgedSeq: number;
  readonly projectedSeq: number;
  readonly setAside: number;
  readonly bytesInFlight: number;
  readonly answerBytes: number;
  readonly walBytes: number;
  readonly databaseBytes: number;
  readonly connections: number;
  readonly listeners: number;
  readonly cells: number;
}

/** What is counted of records, by signal. */
interface Records {
  received: number;
  accepted: number;
  rejected: number;
  duplicate: number;
  conflicting: number;
  dropped: number;
}

/** The most of something that one request or trace may bring, and that all large answers may hold. */
export interface ShownLimits {
  readonly requestRecords: number;
  readonly requestParts: number;
  readonly requestContainers: number;
  readonly requestCells: number;
  readonly requestResources: number;
  readonly traceSpans: number;
  readonly traceBytes: number;
  readonly answerBytes: number;
}

export class CollectorMetrics {
  readonly #limits: ShownLimits | null;
  /** Requests refused because they hold too much, by limit. */
  readonly #overLimit = new Map<string, number>();
  readonly #records = new Map<string, Records>();
  readonly #refusedRecords = new Map<string, number>();
  readonly #requests = new Map<string, number>();
  /** Spans rejected because their trace was too large. */
  oversizedSpans = 0;
  /** Requests whose client went away in the middle. */
  aborted = 0;
  /** Connections turned away, by reason. */
  readonly #refusedConnections = new Map<string, number>();
  /** Failures that nobody expected. */
  internalErrors = 0;

  /** @param limits to be shown beside the counts */
  constructor(limits: ShownLimits | null = null) {
    this.#limits = limits;
  }

  noteOverLimit(limit: keyof ShownLimits): void {
    const key = labels({ limit: snakeCase(limit) });
    this.#overLimit.set(key, (this.#overLimit.get(key) ?? 0) + 1);
  }

  noteEntry({ signal, received, accepted, duplicate, conflicting, dropped }: EntryCounts): void {
    const records = this.#recordsOf(signal);
    records.received += received;
    records.accepted += accepted;
    records.duplicate += duplicate;
    records.rejected += received - accepted - duplicate;
    records.conflicting += conflicting;
    records.dropped += dropped;
  }

  /** Records that their sender may not send. */
  noteRefused(signal: string, reason: string, count: number): void {
    const key = labels({ signal, reason });
    if (count > 0) this.#refusedRecords.set(key, (this.#refusedRecords.get(key) ?? 0) + count);
  }

  /** @param route a pattern of ours, never an address as sent */
  noteRequest(route: string, method: string, status: number): void {
    const key = labels({ route, method, status: String(status) });
    this.#requests.set(key, (this.#requests.get(key) ?? 0) + 1);
  }

  noteRefusedConnection(reason: 'address' | 'total' | 'malformed' | 'slow'): void {
    const key = labels({ reason });
    this.#refusedConnections.set(key, (this.#refusedConnections.get(key) ?? 0) + 1);
  }

  /** The text exposition format, version 0.0.4. */
  text(gauges: Gauges): string {
    const lines: string[] = [];
    const family = (name: string, type: string, help: string, samples: Iterable<[string, number]>) => {
      lines.push(`# HELP playhead_${name} ${help}`, `# TYPE playhead_${name} ${type}`);
      for (const [labelled, value] of samples) lines.push(`playhead_${name}${labelled} ${value}`);
    };
    const counter = (name: string, help: string, value: number) =>
      family(`${name}_total`, 'counter', help, [['', value]]);
    const gauge = (name: string, help: string, value: number) => family(name, 'gauge', help, [['', value]]);
    const recordHelp: Record<keyof Records, string> = {
      received: 'Spans, log records, data points and puts whose fate is known.',
      accepted: 'Those that can be read.',
      rejected: 'Those refused one by one, and those of cells that were deleted.',
      duplicate: 'Those that had come before.',
      conflicting: 'Duplicates that say something else; kept aside.',
      dropped:
        'Rejected after they were acknowledged: only their trace or session said that their cell was deleted.',
    };
    for (const [kind, help] of Object.entries(recordHelp) as [keyof Records, string][])
      family(
        `records_${kind}_total`,
        'counter',
        help,
        [...this.#records].map(([signal, records]) => [labels({ signal }), records[kind]]),
      );
    family('http_requests_total', 'counter', 'Answers by route and status.', this.#requests);
    family('connections_refused_total', 'counter', 'Connections turned away.', this.#refusedConnections);
    const limits = Object.entries(this.#limits ?? {}).filter(([name]) =>
      /^(request(?!Ms)|trace|answerBytes)/.test(name),
    );
    family(
      'limit',
      'gauge',
      'The most that one request or trace may bring, and that all large answers may hold.',
      limits.map(([limit, most]) => [labels({ limit: snakeCase(limit) }), most]),
    );
    family('requests_over_limit_total', 'counter', 'Requests refused at a limit.', this.#overLimit);
    family(
      'records_refused_total',
      'counter',
      'Rejected because their sender may not speak for another cell, judge, or record a phase of the run.',
      this.#refusedRecords,
    );
    counter('spans_overgrown', 'Spans rejected because their trace is too large.', this.oversizedSpans);
    counter('http_requests_aborted', 'Requests whose client went away in the middle.', this.aborted);
    counter('internal_errors', 'Failures that nobody expected.', this.internalErrors);
    gauge('log_entries_acknowledged', 'Number of the last acknowledged log entry.', gauges.acknowledgedSeq);
    gauge('log_entries_projected', 'Number of the last log entry that can be read.', gauges.projectedSeq);
    gauge(
      'projection_lag_entries',
      'Acknowledged log entries that cannot be read yet.',
      gauges.acknowledgedSeq - gauges.projectedSeq,
    );
    gauge('log_entries_set_aside', 'Log entries that could not be projected.', gauges.setAside);
    gauge('bytes_in_flight', 'Request bodies in memory.', gauges.bytesInFlight);
    gauge('answer_bytes', 'Large answers that are being read, in memory.', gauges.answerBytes);
    gauge('wal_bytes', 'Size of the write-ahead log.', gauges.walBytes);
    gauge('database_bytes', 'Size of the database file.', gauges.databaseBytes);
    gauge('connections', 'Open connections.', gauges.connections);
    gauge('live_listeners', 'Pages that follow a run under way.', gauges.listeners);
    gauge('cells', 'Cells that can be opened.', gauges.cells);
    gauge('resident_memory_bytes', 'Resident memory of the process.', process.memoryUsage.rss());
    return `${lines.join('\n')}\n`;
  }

  #recordsOf(signal: string): Records {
    let records = this.#records.get(signal);
    if (!records) {
      records = { received: 0, accepted: 0, rejected: 0, duplicate: 0, conflicting: 0, dropped: 0 };
      this.#records.set(signal, records);
    }
    return records;
  }
}

function snakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Label values are words, patterns and numbers of ours: nothing in them needs escaping. */
function labels(values: Readonly<Record<string, string>>): string {
  return `{${Object.entries(values)
    .map(([name, value]) => `${name}="${value}"`)
    .join(',')}}`;
}
