// Who sent a cell's records, in which dialects, and what of it nothing reads: what somebody who wires a harness asks.
// Looks at the first spans and at the log records; does not judge them.
import { resourceKey } from '../../../shared/conventions.ts';
import { spanKinds } from '../../../shared/span.ts';
import type { SendersJson } from '../../../shared/wire.ts';
import { type CellState, isAdhoc } from '../../cell/cell-state.ts';
import { decodeSpans } from '../../decode-spans.ts';
import { labelOf, namesCell } from '../../project/label.ts';
import type { ResourceRecord } from '../../record.ts';
import { cellOf } from '../address.ts';
import type { Answer, RouteContext } from '../route.ts';
import { SenderTally } from './sender-tally.ts';

const MAX_SPANS = 2000;

export function listSenders({ store }: RouteContext): Answer {
  return async (c) => {
    const cell = await cellOf(c, store);
    const trace = await store.spans.trace(cell);
    const looked = Math.min(trace.columns.count, MAX_SPANS);
    const tally = new SenderTally();
    const told = new Set<Told>();
    for (const span of await trace.read(Array(looked).keys(), decodeSpans)) {
      const { name, attributes } = span.record;
      tally.note(span.resource, span.scope, { name, kind: spanKinds[span.kind] ?? 'other', attributes });
      if (labelOf(span.resource) === cell.id) told.add('resource');
      else if (namesCell(attributes, cell.id)) told.add('span');
    }
    for (const { service, eventName, attributes } of (await store.tracks.logs.read(cell)).slice(0, MAX_SPANS))
      tally.note(resourceOf(service), noScope, { name: eventName ?? '', kind: 'log', attributes });
    const chosen = chosenBecause(cell, told);
    return c.json({ senders: tally.all(), chosen, looked } satisfies SendersJson);
  };
}

/** What of the spans names the cell. */
type Told = 'resource' | 'span';

const noScope = { name: '', version: '', attributes: [], droppedAttributes: 0, schemaUrl: '' };

function resourceOf(service: string): ResourceRecord {
  return { attributes: [[resourceKey.serviceName, service]], droppedAttributes: 0, schemaUrl: '' };
}

function chosenBecause(cell: CellState, told: ReadonlySet<Told>): string {
  if (told.has('resource')) return 'The resource names this cell.';
  if (told.has('span')) return 'A span of the trace names this cell.';
  if (isAdhoc(cell.id)) return 'Nothing names a cell: each trace, or session, is one of its own.';
  return 'The address that was posted to names this cell, or a span of the same trace or session does.';
}
