// The parts of a cell's id from names that other tools gave: each made to fit, and cut where it is long. Two names that
// differ stay two.
import { createHash } from 'node:crypto';
import { toSegments } from '../../../shared/cell-id.ts';

/** An id holds 512 bytes, and has six parts. */
const MAX_CHARS = 80;

/** One part: a slash in it becomes a dash. */
export function segmentOf(name: string): string {
  return shortened(toSegments(name.replaceAll('/', '-')), name);
}

/** A model's name, whose slashes stay. */
export function modelSegments(name: string): string {
  return shortened(toSegments(name), name);
}

function shortened(text: string, name: string): string {
  if (text.length <= MAX_CHARS) return text;
  const digest = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${text.slice(0, MAX_CHARS - 9).replace(/[./]+$/, '')}-${digest}`;
}
