// Which records of a request are for cells that were deleted, as far as their labels and address say so
// before they are acknowledged. What only a trace or session tells is found by the projector.
import type { ResourceShare } from '../../otlp/resource-shares.ts';
import { labelOf } from '../label.ts';

export interface DeletedShare {
  /** Good records that nobody will see. */
  readonly count: number;
  /** One of the cells they are for. */
  readonly cellId: string;
}

/**
 * @param isDeleted says so of a cell's id
 * @param endpoint the cell that the request's address names, or null
 */
export async function deletedShareOf(
  isDeleted: (cellId: string) => Promise<boolean>,
  resources: readonly ResourceShare[],
  endpoint: string | null,
): Promise<DeletedShare | null> {
  const counts = new Map<string, number>();
  for (const { resource, count } of resources) {
    const cellId = labelOf(resource()) ?? endpoint;
    if (cellId !== null && count > 0) counts.set(cellId, (counts.get(cellId) ?? 0) + count);
  }
  let first: string | null = null;
  let count = 0;
  for (const [cellId, records] of counts) {
    if (!(await isDeleted(cellId))) continue;
    first ??= cellId;
    count += records;
  }
  return first === null ? null : { cellId: first, count };
}
