// What a badge says and how it is drawn: a verdict over attempts with its composite, as text and as SVG. A
// failure is never a bare percentage. Every name in it is hostile: XML is written through one function.

import { xmlText } from './export/xml.ts';
import { type Outcome, outcomeWord } from './outcome-words.ts';
import { doingNothingNote } from './score.ts';

export interface BadgeAttempt {
  readonly pass: number | null;
  readonly composite: number | null;
  readonly outcome: Outcome;
  /** Nothing ran or nothing changed in it. */
  readonly didNothing?: boolean | undefined;
}

/**
 * "pass 3/3 · composite 0.56"; where no attempt counts what became of them, such as "provider error", or "no verdict".
 * The composite is the attempts' mean.
 */
export function badgeText(attempts: readonly BadgeAttempt[]): string {
  const passes = attempts.flatMap(({ pass }) => (pass === null ? [] : [pass]));
  const composites = attempts.flatMap(({ composite }) => (composite === null ? [] : [composite]));
  const parts: string[] = [];
  if (passes.length > 0) parts.push(`pass ${passes.filter((pass) => pass === 1).length}/${passes.length}`);
  if (composites.length > 0) {
    const mean = composites.reduce((sum, value) => sum + value, 0) / composites.length;
    const scored = attempts.filter(({ composite }) => composite !== null);
    const idle = scored.filter(({ didNothing }) => didNothing === true).length;
    const some = idle === scored.length ? doingNothingNote : `${idle} of ${scored.length} did nothing`;
    parts.push(`composite ${mean.toFixed(2)}${idle > 0 ? ` (${some})` : ''}`);
  }
  return parts.length === 0 ? uncountedWords(attempts) : parts.join(' · ');
}

/** What all of them came to, in the word that pages and lists have for it. */
function uncountedWords(attempts: readonly BadgeAttempt[]): string {
  const [first, ...others] = new Set(attempts.map(({ outcome }) => outcome));
  return outcomeWord(first !== undefined && others.length === 0 ? first : 'unscored').toLowerCase();
}

export type BadgeTone = 'good' | 'mixed' | 'bad' | 'quiet';

export function badgeTone(attempts: readonly BadgeAttempt[]): BadgeTone {
  const passes = attempts.flatMap(({ pass }) => (pass === null ? [] : [pass]));
  if (passes.length === 0) return 'quiet';
  const passed = passes.filter((pass) => pass === 1).length;
  return passed === passes.length ? 'good' : passed === 0 ? 'bad' : 'mixed';
}

/** White text on each holds at least 4.5 : 1. */
const fills: Record<BadgeTone, string> = {
  good: '#0b7355',
  mixed: '#8a5a00',
  bad: '#b3331b',
  quiet: '#5b616b',
};

/** A name may be a megabyte; a badge is a line. */
const MAX_LABEL_CHARS = 80;
/** Of 11 px Verdana, DejaVu Sans or the like, on average; texts are fitted to it by textLength. */
const CHAR_PX = 6.6;
const PAD_PX = 8;

/**
 * A badge as an SVG document. `label` is what was measured, `text` what came of it.
 * @param whole what was measured with all its names, for screen readers and on hover, where the label is short
 */
export function badgeSvg(label: string, text: string, tone: BadgeTone, whole = label): string {
  // Whole characters, counted in a piece that is surely long enough.
  const characters = [...label.slice(0, MAX_LABEL_CHARS * 4)];
  const isLong = characters.length > MAX_LABEL_CHARS;
  const name = isLong ? `${characters.slice(0, MAX_LABEL_CHARS - 1).join('')}…` : label;
  const left = widthOf(name);
  const right = widthOf(text);
  const width = left + right;
  const title = xmlText(`${whole.slice(0, 500)}: ${text}`);
  const part = (of: string, x: number, px: number) =>
    `<text x="${x + PAD_PX}" y="14" textLength="${px - 2 * PAD_PX}">${xmlText(of)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="20" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<clipPath id="r"><rect width="${width}" height="20" rx="4"/></clipPath>`,
    `<g clip-path="url(#r)"><rect width="${left}" height="20" fill="#2b2f36"/>`,
    `<rect x="${left}" width="${right}" height="20" fill="${fills[tone]}"/></g>`,
    `<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">`,
    part(name, 0, left),
    part(text, left, right),
    '</g></svg>\n',
  ].join('');
}

function widthOf(text: string): number {
  return Math.max(1, Math.round([...text].length * CHAR_PX)) + 2 * PAD_PX;
}
