// What each resource of a request brings, noted while it is scanned: for who must know whose records they are
// before they are acknowledged. Reads a resource only when it is asked for one.
import type { Decoded, ResourceRecord } from '../record.ts';
import { readResource, resourceDraft } from './protobuf-value.ts';
import { Tally } from './tally.ts';
import { WireReader } from './wire-reader.ts';

export interface ResourceShare {
  /** Its good records. */
  readonly count: number;
  /** As decoding the request would give it. */
  readonly resource: () => ResourceRecord;
}

export class ResourceShares {
  readonly #shares: ResourceShare[] = [];

  all(): readonly ResourceShare[] {
    return this.#shares;
  }

  /** Notes a ResourceSpans, ResourceLogs or ResourceMetrics message that lies between two places. */
  note(bytes: Uint8Array, start: number, end: number, count: number): void {
    this.#shares.push({ count, resource: () => resourceAt(bytes, start, end) });
  }

  noteDecoded({ batches }: Decoded<unknown>): void {
    for (const { resource, records } of batches)
      this.#shares.push({ count: records.length, resource: () => resource });
  }
}

function resourceAt(bytes: Uint8Array, start: number, end: number): ResourceRecord {
  const r = new WireReader(bytes);
  const resource = resourceDraft();
  const tally = new Tally('span');
  r.pos = start;
  while (r.pos < end) {
    const tag = r.tag(end);
    if (tag === 10) readResource(r, r.length(end), resource, tally);
    else r.skip(tag, end);
  }
  return resource;
}
