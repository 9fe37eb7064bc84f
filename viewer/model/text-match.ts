// Literal, case-insensitive search in one text: how often, and one line around the first place. It refuses
// patterns and words: what is typed is what is sought.

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

/** The matches of a text, or null. @param pattern from `literalPattern` */
export function matchOf(text: string, pattern: RegExp): TextMatch | null {
  pattern.lastIndex = 0;
  const first = pattern.exec(text);
  if (!first) return null;
  const from = excerptStart(text, first.index);
  const to = excerptEnd(text, from, first.index + first[0].length);
  // The ellipsis takes one unit.
  const offset = from > 0 ? from - 1 : 0;
  const ranges: (readonly [number, number])[] = [];
  let count = 0;
  for (let match: RegExpExecArray | null = first; match && count < MAX_COUNT; match = pattern.exec(text)) {
    count++;
    const end = match.index + match[0].length;
    if (end <= to) ranges.push([match.index - offset, end - offset]);
  }
  const middle = text.slice(from, to).replace(/\s/g, ' ');
  return { excerpt: `${from > 0 ? '…' : ''}${middle}${to < text.length ? '…' : ''}`, ranges, count };
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
