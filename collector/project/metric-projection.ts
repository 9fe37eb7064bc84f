// One metrics request into the metrics of cells. Data points have no ids: a request that came before, byte
// for byte, is a client's retry and is left out before it comes here.

import type { CellState } from '../cell/cell-state.ts';
import type { Change } from '../cell/changes.ts';
import { countCost } from '../cell/counter-cost.ts';
import type { RecordParams, StoredMetricPoint } from '../cell/records.ts';
import type { Decoded, MetricPoint, ResourceRecord } from '../record.ts';
import type { CellDirectory } from './cell-directory.ts';
import type { RecordCounts } from './entry-counts.ts';
import { Assignment, serviceOf } from './identity.ts';
import { labelOf } from './label.ts';
import { allowedRecords, refusedRecords } from './refused/sender-rights.ts';
import { countRecord, readResourceFacts } from './span-facts.ts';
import { usagePartOf } from './usage.ts';

/** A point as far as its cell is concerned: metrics belong to no trace. */
interface Placed {
  readonly resource: ResourceRecord;
  readonly owned: { readonly traceId: ''; readonly attributes: MetricPoint['attributes'] };
  readonly point: MetricPoint;
}

export class MetricProjection {
  readonly #directory: CellDirectory;
  readonly #groups = new Map<CellState, StoredMetricPoint[]>();
  readonly recordCounts: RecordCounts = { accepted: 0, duplicate: 0, conflicting: 0 };
  /** Deleted cells that records were for. */
  readonly #deleted = new Set<CellState>();

  constructor(directory: CellDirectory) {
    this.#directory = directory;
  }

  /** Works the request out in memory. */
  prepare(
    sent: Decoded<MetricPoint>,
    endpoint: string | null,
    receivedNs: bigint,
    { sender }: RecordParams = {},
  ): void {
    const decoded = allowedRecords(sent, refusedRecords(sent, sender));
    const assignment = new Assignment(this.#directory, endpoint, sender);
    const placed: Placed[] = decoded.batches.flatMap(({ resource, records }) =>
      records.map((point) => ({ resource, owned: { traceId: '', attributes: point.attributes }, point })),
    );
    for (const { resource, owned } of placed) assignment.note(resource, owned);
    const cells = placed.map(({ resource, owned }) => assignment.cellOf(resource, owned));
    let told: readonly [ResourceRecord, CellState] | null = null;
    for (const [at, { resource, point }] of placed.entries()) {
      const cell = this.#directory.resolve(cells[at] as CellState);
      if (cell.deletedNs !== undefined) {
        this.#deleted.add(cell);
        continue;
      }
      this.recordCounts.accepted++;
      if (sender?.cell === undefined && (told?.[0] !== resource || told[1] !== cell))
        readResourceFacts(cell, resource, labelOf(resource) !== null);
      told = [resource, cell];
      this.#add(cell, point, serviceOf(resource), receivedNs);
    }
  }

  /** What is to be written of entry `seq`, when its cells have their numbers. */
  *changes(seq: number): Generator<Change> {
    for (const cell of this.#deleted) yield { kind: 'deletedRecords', cell, seq };
    for (const [cell, records] of this.#groups)
      yield { kind: 'recordsAdded', track: 'metrics', cell, seq, records };
  }

  #add(cell: CellState, point: MetricPoint, service: string, receivedNs: bigint): void {
    let group = this.#groups.get(cell);
    if (!group) {
      group = [];
      this.#groups.set(cell, group);
      this.#directory.touch(cell);
    }
    const { metric, data, startNs, attributes, value, distribution } = point;
    const timeNs = point.timeNs || receivedNs;
    countRecord(cell.metrics, timeNs, 0);
    const stored: StoredMetricPoint = {
      ...metric,
      ...data,
      startNs,
      timeNs,
      attributes,
      value,
      distribution,
      usage: usagePartOf(metric.name, attributes),
      service,
    };
    group.push(stored);
    if (stored.usage === 'costUsd') countCost(cell, stored);
  }
}
