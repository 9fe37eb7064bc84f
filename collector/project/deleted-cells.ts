// Which records of a request are for cells that were deleted, as far as their labels and address say so
// before they are acknowledged. What only a trace or session tells is found by the projector.
import { resourceSizes } from '../otlp/sizes.ts';
import type { Encoding, Signal } from '../record.ts';
import { labelOf } from './identity.ts';

export interface DeletedShare {
  /** Good records that nobody will see. */
  readonly count: number;
  /** One of the cells they are for. */
  readonly cellId: string;
}

/**
 * @param isDeleted says so of a cell's id
 * @param request its `endpoint` is the cell that the request's address names, or null
 */
export function deletedShareOf(
  isDeleted: (cellId: string) => boolean,
  request: { body: Uint8Array; encoding: Encoding; signal: Signal; endpoint: string | null },
): DeletedShare | null {
  const { body, encoding, signal, endpoint } = request;
  const shares = resourceSizes(body, encoding, signal)
    .map(({ resource, count }) => ({ cellId: labelOf(resource) ?? endpoint ?? '', count }))
    .filter(({ cellId }) => isDeleted(cellId));
  const [first] = shares;
  return first ? { cellId: first.cellId, count: shares.reduce((sum, { count }) => sum + count, 0) } : null;
}
