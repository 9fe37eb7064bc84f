// Long names cut in their middle: what tells them apart is at both ends. Does not know widths in
// pixels; the title that holds the whole belongs to the view.
import { shownLine } from './display-text.ts';

/** Safe to show, at most so many characters, "…" where something was left out. */
export function middleCut(text: string, maxChars: number): string {
  const chars = Array.from(shownLine(text, 600));
  if (chars.length <= maxChars) return chars.join('');
  const tail = Math.floor((maxChars - 1) / 2);
  const head = maxChars - 1 - tail;
  return `${chars.slice(0, head).join('')}…${chars.slice(chars.length - tail).join('')}`;
}
