// A span as Markdown that reads well in a pull request: what it is, when and how long, what was said or printed, and
// where to see it. Every text of the run is escaped or fenced.
import { markdownText, markdownUrl } from './snippets.ts';

export interface SpanWords {
  readonly title: string;
  /** When it began and how long it took, in words. */
  readonly times: string;
  /** What was said or printed; null for nothing. */
  readonly text: string | null;
  readonly url: string;
}

const MAX_TEXT_CHARS = 4000;

export function spanMarkdown({ title, times, text, url }: SpanWords): string {
  const head = `**${markdownText(title)}** at ${markdownText(times)} ([replay](${markdownUrl(url)}))`;
  if (text === null || text.trim() === '') return head;
  const cut = text.length > MAX_TEXT_CHARS ? `${text.slice(0, MAX_TEXT_CHARS)}…` : text;
  const fence = fenceFor(cut);
  return `${head}\n\n${fence}\n${cut.trimEnd().toWellFormed()}\n${fence}`;
}

/** Longer than any run of backticks in the text. */
function fenceFor(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  return '`'.repeat(Math.max(3, ...runs.map((run) => run.length + 1)));
}
