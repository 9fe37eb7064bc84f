// Makes hostile text safe to look at: what is invisible or turns the reading direction becomes visible,
// what is endless is cut and says so. It does not make text safe for HTML: only text nodes do that.
// Sources: Unicode 16 (Bidi_Control, Default_Ignorable_Code_Point), "Trojan Source" (CVE-2021-42574).

import { formatCount } from './format.ts';

export interface ShownPart {
  /** text: as it is; control: control pictures (␀ …); badge: the name of an invisible character; more: what was cut. */
  readonly kind: 'text' | 'control' | 'badge' | 'more';
  readonly text: string;
  /** For control and badge: "U+202E RIGHT-TO-LEFT OVERRIDE". */
  readonly title?: string;
}
export const SHOWN_MAX_CHARS = 20_000;

/** Short name for the badge and the Unicode name for its title. */
const badges = new Map<number, readonly [short: string, name: string]>([
  [0x00ad, ['SHY', 'SOFT HYPHEN']],
  [0x034f, ['CGJ', 'COMBINING GRAPHEME JOINER']],
  [0x061c, ['ALM', 'ARABIC LETTER MARK']],
  [0x115f, ['HCF', 'HANGUL CHOSEONG FILLER']],
  [0x1160, ['HJF', 'HANGUL JUNGSEONG FILLER']],
  [0x180e, ['MVS', 'MONGOLIAN VOWEL SEPARATOR']],
  [0x200b, ['ZWSP', 'ZERO WIDTH SPACE']],
  [0x200c, ['ZWNJ', 'ZERO WIDTH NON-JOINER']],
  [0x200d, ['ZWJ', 'ZERO WIDTH JOINER']],
  [0x200e, ['LRM', 'LEFT-TO-RIGHT MARK']],
  [0x200f, ['RLM', 'RIGHT-TO-LEFT MARK']],
  [0x2028, ['LSEP', 'LINE SEPARATOR']],
  [0x2029, ['PSEP', 'PARAGRAPH SEPARATOR']],
  [0x202a, ['LRE', 'LEFT-TO-RIGHT EMBEDDING']],
  [0x202b, ['RLE', 'RIGHT-TO-LEFT EMBEDDING']],
  [0x202c, ['PDF', 'POP DIRECTIONAL FORMATTING']],
  [0x202d, ['LRO', 'LEFT-TO-RIGHT OVERRIDE']],
  [0x202e, ['RLO', 'RIGHT-TO-LEFT OVERRIDE']],
  [0x2060, ['WJ', 'WORD JOINER']],
  [0x2061, ['FA', 'FUNCTION APPLICATION']],
  [0x2062, ['IT', 'INVISIBLE TIMES']],
  [0x2063, ['IS', 'INVISIBLE SEPARATOR']],
  [0x2064, ['IP', 'INVISIBLE PLUS']],
  [0x2066, ['LRI', 'LEFT-TO-RIGHT ISOLATE']],
  [0x2067, ['RLI', 'RIGHT-TO-LEFT ISOLATE']],
  [0x2068, ['FSI', 'FIRST STRONG ISOLATE']],
  [0x2069, ['PDI', 'POP DIRECTIONAL ISOLATE']],
  [0x206a, ['ISS', 'INHIBIT SYMMETRIC SWAPPING']],
  [0x206b, ['ASS', 'ACTIVATE SYMMETRIC SWAPPING']],
  [0x206c, ['IAFS', 'INHIBIT ARABIC FORM SHAPING']],
  [0x206d, ['AAFS', 'ACTIVATE ARABIC FORM SHAPING']],
  [0x206e, ['NADS', 'NATIONAL DIGIT SHAPES']],
  [0x206f, ['NODS', 'NOMINAL DIGIT SHAPES']],
  [0x3164, ['HF', 'HANGUL FILLER']],
  [0xfeff, ['BOM', 'ZERO WIDTH NO-BREAK SPACE']],
  [0xffa0, ['HHF', 'HALFWIDTH HANGUL FILLER']],
  [0xfff9, ['IAA', 'INTERLINEAR ANNOTATION ANCHOR']],
  [0xfffa, ['IAS', 'INTERLINEAR ANNOTATION SEPARATOR']],
  [0xfffb, ['IAT', 'INTERLINEAR ANNOTATION TERMINATOR']],
]);

/**
 * Everything that gets a picture or a badge: C0 without newline and tab, DEL, C1, the table above, tag
 * characters (which smuggle whole sentences) and lone surrogates. A joiner between two emoji or letters
 * is a badge too: better a badge too many than a hidden one.
 */
const SPECIAL =
  /\u034f|[\0-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\u{e0000}-\u{e007f}\p{Cs}]/gu;

/** Parts in order. Newline, CR LF and tab stay text; a lone CR and every other control do not. */
export function shownParts(text: string, maxChars: number = SHOWN_MAX_CHARS): ShownPart[] {
  const cut = cutAt(text, maxChars);
  const shown = cut < text.length ? text.slice(0, cut) : text;
  const parts: ShownPart[] = [];
  let from = 0;
  for (const match of shown.matchAll(SPECIAL)) {
    const char = match[0];
    if (char === '\r' && shown[match.index + 1] === '\n') continue;
    if (match.index > from) parts.push({ kind: 'text', text: shown.slice(from, match.index) });
    push(parts, specialPart(char.codePointAt(0) ?? 0));
    from = match.index + char.length;
  }
  if (from < shown.length) parts.push({ kind: 'text', text: shown.slice(from) });
  if (cut < text.length)
    parts.push({ kind: 'more', text: `… ${formatCount(text.length - cut)} more characters` });
  return parts;
}

/** The same as one string, badges in square brackets: for titles, labels and one-line cells. */
export function shownText(text: string, maxChars: number = SHOWN_MAX_CHARS): string {
  return shownParts(text, maxChars)
    .map((part) => (part.kind === 'badge' ? `[${part.text}]` : part.text))
    .join('');
}

/** One line: as `shownText`, line breaks and runs of blanks as one space, "…" where it was cut. */
export function shownLine(text: string, maxChars = 200): string {
  // Four times the room is enough for all but pathological blanks, and bounds the work on a huge text.
  const line = text
    .slice(0, maxChars * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const cut = cutAt(line, maxChars);
  const whole = cut === line.length && text.length <= maxChars * 4;
  return shownText(line.slice(0, cut)) + (whole ? '' : '…');
}

/** Never between the halves of a surrogate pair. */
function cutAt(text: string, maxChars: number): number {
  if (text.length <= maxChars) return text.length;
  const code = text.charCodeAt(maxChars - 1);
  return code >= 0xd800 && code <= 0xdbff && maxChars > 1 ? maxChars - 1 : maxChars;
}

function specialPart(code: number): ShownPart {
  const hex = `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
  if (code < 0x20) return { kind: 'control', text: String.fromCharCode(0x2400 + code), title: hex };
  if (code === 0x7f) return { kind: 'control', text: '␡', title: `${hex} DELETE` };
  if (code < 0xa0) return { kind: 'badge', text: hex, title: `${hex} C1 control` };
  if (code >= 0xd800 && code <= 0xdfff) return { kind: 'badge', text: hex, title: `${hex} lone surrogate` };
  if (code >= 0xe0000) return { kind: 'badge', text: 'TAG', title: `${hex} tag character` };
  const badge = badges.get(code);
  return { kind: 'badge', text: badge?.[0] ?? hex, title: `${hex} ${badge?.[1] ?? ''}`.trim() };
}

/** Adjacent control pictures share a part; ten thousand NULs are not ten thousand nodes. */
function push(parts: ShownPart[], part: ShownPart): void {
  const last = parts.at(-1);
  if (part.kind === 'control' && last?.kind === 'control' && last.title === part.title)
    parts[parts.length - 1] = { ...last, text: last.text + part.text };
  else parts.push(part);
}
