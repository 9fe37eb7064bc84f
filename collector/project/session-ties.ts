// Which records a session ties together where no one named their cell. An id that only one session in the world can have
// ties all that bear it; one that many may have, such as "main", ties what one program sends in one go. Does not
// decide which cell a record belongs to.
import { resourceKey } from '../../shared/conventions.ts';
import { isUniqueId } from '../../shared/unique-id.ts';
import { type CellState, clockOf } from '../cell/cell-state.ts';
import type { ResourceRecord } from '../record.ts';
import { mapOf, textAt } from './attributes.ts';

/** A program that says "main" after a longer silence has begun something else. */
const MAX_SILENCE_NS = 300_000_000_000n;

/** What ties records of a session. */
export interface SessionTie {
  readonly key: string;
  /** Others may bear the same id: it ties what is near in time. */
  readonly isCommon: boolean;
}

export function sessionTie(session: string, resource: ResourceRecord): SessionTie {
  if (isUniqueId(session)) return { key: `s${session}`, isCommon: false };
  const attributes = mapOf(resource.attributes);
  const service = textAt(attributes, resourceKey.serviceName) ?? '';
  const instance = textAt(attributes, resourceKey.serviceInstanceId) ?? '';
  return { key: `s${JSON.stringify([service, instance, session])}`, isCommon: true };
}

/** Whether a tie holds between a cell and a record of that moment. @param atNs 0 where it is not known */
export function tieHolds(tie: SessionTie, cell: CellState, atNs: bigint): boolean {
  const clock = tie.isCommon && atNs > 0n ? clockOf(cell) : null;
  return clock === null || (atNs >= clock.startNs - MAX_SILENCE_NS && atNs <= clock.endNs + MAX_SILENCE_NS);
}
