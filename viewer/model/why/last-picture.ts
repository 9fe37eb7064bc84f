// The last picture of a film that shows something: a program that owns the screen clears it as it leaves. Pure.
import { type Film, frameAt, frameBit, screenOf } from '../terminal/film.ts';

/** Frames that are looked at for a better picture, and for the last one of a program that owned the screen. */
const MAX_BACK = 200;
const MAX_BACK_OWN = 12;
/** A screen with fewer rows of text says nothing. */
const MIN_ROWS = 3;

/** At or before a moment: the last picture that shows something; programs that own the screen clear it as they leave. */
export function lastPictureNs(film: Film, atNs: number): number {
  const last = frameAt(film, atNs);
  const isOwn = (frame: number) => ((film.frameBits[frame] ?? 0) & frameBit.alternate) !== 0;
  const own = pictureBefore(film, last, MAX_BACK_OWN, isOwn);
  const frame = own ?? pictureBefore(film, last, MAX_BACK, () => true) ?? last;
  return frame === last ? atNs : (film.frameNs[frame] ?? atNs);
}

function pictureBefore(
  film: Film,
  last: number,
  most: number,
  isWanted: (frame: number) => boolean,
): number | null {
  for (let frame = last; frame >= Math.max(0, last - most); frame--)
    if (isWanted(frame) && textRows(film, frame) >= MIN_ROWS) return frame;
  return null;
}

function textRows(film: Film, frame: number): number {
  return screenOf(film, frame).lines.filter((line) => line.some(({ text }) => text.trim() !== '')).length;
}
