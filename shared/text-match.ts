// Search across runs, as far as collector and viewer share it: where it looks, and literal, case-insensitive search
// in one text: how often, and one line around the first place. Does not know patterns or words: what is typed is
// what is sought. Apart from the wire's schemas, so that the viewer needs none of them.

export const searchSources = ['span', 'terminal', 'change', 'score', 'log'] as const;
export type SearchSource = (typeof searchSources)[number];

export interface TextMatch {
  /** One line around the first match, line breaks and tabs as blanks. */
  readonly excerpt: string;
  /** Matches within the excerpt: [from, to) in UTF-16 units, in order. */
  readonly ranges: readonly (readonly [from: number, to: number])[];
  /** Matches in the whole text, at least 1; counted up to MAX_COUNT. */
  readonly count: number;
}

const EXCERPT_UNITS = 160;
/** What stands before the first match in an excerpt. */
const LEAD_UNITS = 40;
/** A megabyte of "aaaa" holds a million matches; nobody reads beyond this. */
const MAX_COUNT = 10_000;

/**
 * A global pattern for the text as it is. Unicode's simple case folding keeps positions true,
 * which lower-casing both sides would not ("İ" has two units in lower case).
 */
export function literalPattern(text: string): RegExp {
  return new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'giu');
}

/** The same for ASCII: letters beyond it are found as they are typed. */
export function asciiPattern(text: string): RegExp {
  const source = text.replace(/[\\^$.*+?()[\]{}|/-]|[a-z]/gi, (char) =>
    /[a-z]/i.test(char) ? `[${char.toLowerCase()}${char.toUpperCase()}]` : `\\${char}`,
  );
  return new RegExp(source, 'g');
}

/** One line around a place in a text; within it the place is [from, to). */
export interface Excerpt {
  readonly excerpt: string;
  readonly from: number;
  readonly to: number;
}

/** One line around the place [matchFrom, matchTo). */
export function excerptOf(text: string, matchFrom: number, matchTo: number): Excerpt {
  const { excerpt, offset } = cutAround(text, matchFrom, matchTo);
  return { excerpt, from: matchFrom - offset, to: matchTo - offset };
}

/** @returns `offset` units before the excerpt's first, and where in the text it ends */
function cutAround(
  text: string,
  matchFrom: number,
  matchTo: number,
): { excerpt: string; offset: number; end: number } {
  const from = excerptStart(text, matchFrom);
  const end = excerptEnd(text, from, matchTo);
  const middle = text.slice(from, end).replace(/\s/g, ' ');
  const excerpt = `${from > 0 ? '…' : ''}${middle}${end < text.length ? '…' : ''}`;
  // The ellipsis takes one unit.
  return { excerpt, offset: from > 0 ? from - 1 : 0, end };
}

/** The matches of a text, or null. @param pattern from `literalPattern` */
export function matchOf(text: string, pattern: RegExp): TextMatch | null {
  pattern.lastIndex = 0;
  const first = pattern.exec(text);
  if (!first) return null;
  const { excerpt, offset, end: to } = cutAround(text, first.index, first.index + first[0].length);
  const ranges: (readonly [number, number])[] = [];
  let count = 0;
  for (let match: RegExpExecArray | null = first; match && count < MAX_COUNT; match = pattern.exec(text)) {
    count++;
    const end = match.index + match[0].length;
    if (end <= to) ranges.push([match.index - offset, end - offset]);
  }
  return { excerpt, ranges, count };
}

/** The line's start where it is near, else some units before the match, never within a surrogate pair. */
function excerptStart(text: string, matchFrom: number): number {
  const near = matchFrom - LEAD_UNITS;
  const line = matchFrom === 0 ? 0 : text.lastIndexOf('\n', matchFrom - 1) + 1;
  const from = Math.max(0, near, line);
  return isLowSurrogate(text, from) ? from - 1 : from;
}

function excerptEnd(text: string, from: number, matchTo: number): number {
  const to = Math.max(matchTo, Math.min(text.length, from + EXCERPT_UNITS));
  return isLowSurrogate(text, to) ? to + 1 : to;
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  const before = text.charCodeAt(at - 1);
  return code >= 0xdc00 && code <= 0xdfff && before >= 0xd800 && before <= 0xdbff;
}
