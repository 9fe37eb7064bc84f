// Where agents send to, for pages that tell people how.
import { collectorEndpoint as endpoint } from '../api.ts';

/** The collector's address as this browser reached it. */
export function collectorEndpoint(): string {
  return endpoint();
}
