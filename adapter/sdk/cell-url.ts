// Where a collector shows a cell. Pure.
import { cellPage } from '../../shared/cell-id.ts';
import { trimEndpoint } from './endpoint.ts';

/** The page that plays the cell. */
export function cellUrl(endpoint: string, cellId: string): string {
  const { path, query } = cellPage(cellId);
  return `${trimEndpoint(endpoint)}/cell${path}?${query}`;
}
