// Makes hostile text safe to look at: what is invisible or turns the reading direction becomes visible,
// what is endless is cut and says so. It does not make text safe for HTML: only text nodes do that.

export interface ShownPart {
  /** text: as it is; control: control pictures (␀ …); badge: the name of an invisible character; more: what was cut. */
  readonly kind: 'text' | 'control' | 'badge' | 'more';
  readonly text: string;
  /** For control and badge: "U+202E RIGHT-TO-LEFT OVERRIDE". */
  readonly title?: string;
}
export const SHOWN_MAX_CHARS = 20_000;

/** Parts in order. Newline and tab stay text; a lone CR and every other control do not. */
export function shownParts(text: string, maxChars: number = SHOWN_MAX_CHARS): ShownPart[] {
  throw new Error(`not written yet ${text} ${maxChars}`);
}
/** The same as one string, badges in square brackets: for titles, labels and one-line cells. */
export function shownText(text: string, maxChars: number = SHOWN_MAX_CHARS): string {
  throw new Error(`not written yet ${text} ${maxChars}`);
}
/** One line: as `shownText`, line breaks and runs of blanks as one space. */
export function shownLine(text: string, maxChars = 200): string {
  throw new Error(`not written yet ${text} ${maxChars}`);
}
