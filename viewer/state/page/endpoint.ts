// Addresses of the collector, for pages that tell people how to use them.
import { collectorEndpoint as endpoint, spanAddress } from '../../api.ts';

/** The collector's address as this browser reached it. */
export function collectorEndpoint(): string {
  return endpoint();
}

/** Where one span is to be had as JSON. */
export function spanEndpoint(cellId: string, row: number): string {
  return spanAddress(cellId, row);
}
