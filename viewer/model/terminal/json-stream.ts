// Whether what a terminal recorded is a stream of JSON, as agents print it that run without a screen: nobody reads it
// as it is. Looks at the film's first lines alone.
import type { Film } from './film.ts';

const LINES = 40;

/** The first line with text begins an object with a name in it. */
export function isJsonStream({ text, lineTextFrom }: Film): boolean {
  for (let line = 0; line < Math.min(LINES, lineTextFrom.length - 1); line++) {
    const units = text.subarray(
      lineTextFrom[line] ?? 0,
      Math.min(lineTextFrom[line + 1] ?? 0, (lineTextFrom[line] ?? 0) + 80),
    );
    const said = String.fromCharCode(...units).trim();
    if (said !== '') return /^\{\s*"[\w.-]{1,60}"\s*:/.test(said);
  }
  return false;
}
