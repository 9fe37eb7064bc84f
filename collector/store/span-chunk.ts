// The stored form of some spans of one cell that came in one request: a skeleton of columns, enough to
// draw them, and a detail, read only for the spans that are looked at. Knows no SQL and no meaning.
import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { spanFlag } from '../../shared/span.ts';
import type { ResourceRecord, ScopeRecord, SpanRecord } from '../record.ts';
import {
  type ChunkSpan,
  encodeSkeleton,
  idText,
  lengthAt,
  parentIdAt,
  type Skeleton,
  startOffset,
} from './span-skeleton.ts';
import { loadPairs, storePairs } from './value-json.ts';

/** A chunk stays small enough that one span's detail is read in a millisecond. */
export const MAX_CHUNK_SPANS = 1024;
const ZSTD = { params: { [constants.ZSTD_c_compressionLevel]: 1 } };

/** The detail of one span, as it lies in the chunk's JSON. */
type DetailRow = [
  resource: number,
  scope: number,
  otelKind: number,
  statusCode: number,
  statusMessage: string,
  traceState: string,
  traceFlags: number,
  dropped: [attributes: number, events: number, links: number],
  attributes: unknown[],
  events: [timeNs: string, name: string, dropped: number, attributes: unknown[]][],
  links: [traceId: string, spanId: string, state: string, dropped: number, flags: number, pairs: unknown[]][],
];

/** The two blobs of up to `MAX_CHUNK_SPANS` spans. */
export function encodeChunk(spans: readonly ChunkSpan[]): { skeleton: Uint8Array; detail: Uint8Array } {
  return { skeleton: encodeSkeleton(spans), detail: encodeDetail(spans) };
}

function encodeDetail(spans: readonly ChunkSpan[]): Uint8Array {
  const resources = new Map<ResourceRecord, number>();
  const scopes = new Map<ScopeRecord, number>();
  const rows = spans.map(({ record, resource, scope }) => {
    if (!resources.has(resource)) resources.set(resource, resources.size);
    if (!scopes.has(scope)) scopes.set(scope, scopes.size);
    return detailRow(record, resources.get(resource) ?? 0, scopes.get(scope) ?? 0);
  });
  const text = JSON.stringify({
    resources: [...resources.keys()].map((r) => [storePairs(r.attributes), r.droppedAttributes, r.schemaUrl]),
    scopes: [...scopes.keys()].map((s) => [
      s.name,
      s.version,
      storePairs(s.attributes),
      s.droppedAttributes,
      s.schemaUrl,
    ]),
    rows,
  });
  return zstdCompressSync(text, ZSTD);
}

function detailRow(record: SpanRecord, resource: number, scope: number): DetailRow {
  return [
    resource,
    scope,
    record.otelKind,
    record.statusCode,
    record.statusMessage,
    record.traceState,
    record.traceFlags,
    [record.droppedAttributes, record.droppedEvents, record.droppedLinks],
    storePairs(record.attributes),
    record.events.map((e) => [String(e.timeNs), e.name, e.droppedAttributes, storePairs(e.attributes)]),
    record.links.map((l) => [
      l.traceId,
      l.spanId,
      l.traceState,
      l.droppedAttributes,
      l.traceFlags,
      storePairs(l.attributes),
    ]),
  ];
}

/** All that a span says, as one text: equal texts are the same span sent twice. */
export function contentOf(record: SpanRecord): string {
  const { name, startNs, endNs, parentSpanId } = record;
  return JSON.stringify([name, String(startNs), String(endNs), parentSpanId, detailRow(record, 0, 0)]);
}

/** Reads chunks' spans back, whole. */
export class ChunkReader {
  readonly #skeleton: Skeleton;
  readonly #detail: { rows: DetailRow[] };
  readonly #resources: ResourceRecord[];
  readonly #scopes: ScopeRecord[];
  readonly #far: ReadonlyMap<number, readonly [number, bigint, bigint]>;

  constructor(skeleton: Skeleton, detail: Uint8Array) {
    this.#skeleton = skeleton;
    const parsed = JSON.parse(zstdDecompressSync(detail).toString());
    this.#detail = parsed;
    this.#resources = parsed.resources.map(([pairs, dropped, schemaUrl]: [unknown[], number, string]) => ({
      attributes: loadPairs(pairs),
      droppedAttributes: dropped,
      schemaUrl,
    }));
    this.#scopes = parsed.scopes.map(
      ([name, version, pairs, dropped, schemaUrl]: [string, string, unknown[], number, string]) => ({
        name,
        version,
        attributes: loadPairs(pairs),
        droppedAttributes: dropped,
        schemaUrl,
      }),
    );
    this.#far = new Map(this.#skeleton.far.map((entry) => [entry[0], entry]));
  }

  get count(): number {
    return this.#skeleton.count;
  }

  span(row: number): ChunkSpan {
    const s = this.#skeleton;
    const flags = s.flags[row] ?? 0;
    const [resource, scope, ...detail] = this.#detail.rows[row] as DetailRow;
    const [otelKind, statusCode, statusMessage, traceState, traceFlags, dropped, pairs, events, links] =
      detail;
    return {
      kind: s.kind[row] ?? 0,
      timing: s.timing[row] ?? 0,
      flags,
      resource: this.#resources[resource] as ResourceRecord,
      scope: this.#scopes[scope] as ScopeRecord,
      record: {
        traceId: s.traceIds[s.trace[row] ?? 0] ?? '',
        spanId: idText(s.idHigh[row] ?? 0, s.idLow[row] ?? 0),
        parentSpanId: parentIdAt(s, row),
        traceState,
        traceFlags,
        name: s.names[s.name[row] ?? 0] ?? '',
        otelKind,
        ...this.#times(row, flags),
        attributes: loadPairs(pairs),
        droppedAttributes: dropped[0],
        events: events.map(([time, name, lost, list]) => ({
          timeNs: BigInt(time),
          name,
          attributes: loadPairs(list),
          droppedAttributes: lost,
        })),
        droppedEvents: dropped[1],
        links: links.map(([traceId, spanId, state, lost, linkFlags, list]) => ({
          traceId,
          spanId,
          traceState: state,
          attributes: loadPairs(list),
          droppedAttributes: lost,
          traceFlags: linkFlags,
        })),
        droppedLinks: dropped[2],
        statusCode,
        statusMessage,
        flags,
      },
    };
  }

  #times(row: number, flags: number): { startNs: bigint; endNs: bigint } {
    const far = this.#far.get(row);
    if (far) return { startNs: far[1], endNs: far[2] };
    const s = this.#skeleton;
    const startNs = s.baseNs + BigInt(startOffset(s, row));
    return { startNs, endNs: (flags & spanFlag.unfinished) !== 0 ? 0n : startNs + BigInt(lengthAt(s, row)) };
  }
}
