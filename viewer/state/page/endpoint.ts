// Addresses of the collector as this browser reached it, for pages that tell people how to use them. Does not
// fetch.
import { cellPath } from '../../api.ts';

/** Where a program sends OTLP to. */
export function collectorEndpoint(): string {
  return location.origin;
}

/** Where one span of a cell is to be had as JSON. @param row in the order of the compact form */
export function spanEndpoint(cellId: string, row: number): string {
  return `${location.origin}${cellPath(cellId)}/trace?offset=${row}&limit=1`;
}
