// Text that people paste elsewhere: shell commands, Markdown, HTML. Every value goes through the one
// quoting function of its language; nothing is ever put into a snippet as it came. It refuses to know
// the page's address: origin and paths are given.
import type { CellDetail } from '../../shared/wire.ts';

/** A word for a POSIX shell: as it is where harmless, else in single quotes. NUL, which no argv can hold, becomes U+FFFD. */
export declare function shellWord(value: string): string;

/** A whole command: words quoted and joined by blanks, broken before options where long. */
export declare function shellCommand(words: readonly string[]): string;

/** Inline Markdown text: punctuation escaped, line breaks as blanks. */
export declare function markdownText(value: string): string;

/** A URL inside Markdown's `( )`: brackets, parentheses, blanks and controls percent-encoded. */
export declare function markdownUrl(url: string): string;

/** Text or a double-quoted attribute of HTML. */
export declare function htmlText(value: string): string;

export interface Snippet {
  readonly title: string;
  readonly language: 'sh' | 'markdown' | 'html';
  readonly text: string;
  /** What a reader must know of it; null when nothing. */
  readonly note: string | null;
}

export interface SnippetAddresses {
  /** "https://bench.example", without a slash at its end. */
  readonly origin: string;
  /** Paths with their query, already percent-encoded. */
  readonly cellPath: string;
  readonly badgePath: string;
  readonly embedPath: string;
}

/** docker pull and run with the digest once, and `playhead run`. What the cell does not know is left out. */
export declare function runSnippets(detail: CellDetail, origin: string): Snippet[];

/** How to point this cell's agent at one's own endpoint and model; null for an agent whose wiring is not known. */
export declare function wiringSnippet(detail: CellDetail): Snippet | null;

/** Markdown badge, HTML badge, iframe. */
export declare function embedSnippets(detail: CellDetail, addresses: SnippetAddresses): Snippet[];

/** What a badge says: "pass 3/3 · composite 0.56", "not scored". */
export declare function badgeText(
  attempts: readonly { pass: number | null; composite: number | null }[],
): string;
