// The few marks of Markdown that agents write, as plain data: paragraphs, headings, lists, fences, and within a line
// code, bold and italic. What is no mark is text as it stands; HTML is text, and an address is shown, never a link.
// Linear in the text's length but for lines of marks, which are cut. Does not draw.

export type Inline =
  | { readonly kind: 'text' | 'code' | 'strong' | 'em'; readonly text: string }
  /** A link's words with its address behind. */
  | { readonly kind: 'link'; readonly text: string; readonly address: string };

export type MarkdownBlock =
  | { readonly kind: 'paragraph' | 'heading' | 'quote'; readonly lines: readonly (readonly Inline[])[] }
  | { readonly kind: 'list'; readonly ordered: boolean; readonly items: readonly ListItem[] }
  | { readonly kind: 'code'; readonly language: string; readonly text: string };

export interface ListItem {
  /** How deep it lies, from 0. */
  readonly depth: number;
  /** "1.", "•", "☐", "☑". */
  readonly mark: string;
  readonly inlines: readonly Inline[];
}

const FENCE = /^ {0,3}(`{3,}|~{3,})\s*([\w+-]*)/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const ITEM = /^(\s*)(?:([-*+])|(\d{1,9})[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;
const MAX_DEPTH = 4;

export function parseMarkdown(text: string): MarkdownBlock[] {
  const blocks: MarkdownBlock[] = [];
  const lines = text.split('\n');
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] ?? '';
    const fence = FENCE.exec(line);
    if (line.trim() === '') at++;
    else if (fence) at = readFence(lines, at, fence, blocks);
    else if (ITEM.test(line)) at = readList(lines, at, blocks);
    else at = readText(lines, at, blocks);
  }
  return blocks;
}

function readFence(
  lines: readonly string[],
  from: number,
  fence: RegExpExecArray,
  to: MarkdownBlock[],
): number {
  const close = fence[1] ?? '```';
  let end = from + 1;
  while (end < lines.length && !(lines[end] ?? '').trim().startsWith(close)) end++;
  to.push({ kind: 'code', language: fence[2] ?? '', text: lines.slice(from + 1, end).join('\n') });
  return end + 1;
}

function readList(lines: readonly string[], from: number, to: MarkdownBlock[]): number {
  const items: ListItem[] = [];
  const ordered = ITEM.exec(lines[from] ?? '')?.[3] !== undefined;
  let at = from;
  for (; at < lines.length; at++) {
    const found = ITEM.exec(lines[at] ?? '');
    if (!found) break;
    const [, indent = '', , number, box, rest = ''] = found;
    const depth = Math.min(MAX_DEPTH, Math.floor(indent.replace(/\t/g, '  ').length / 2));
    const mark = box === undefined ? (number === undefined ? '•' : `${number}.`) : box === ' ' ? '☐' : '☑';
    items.push({ depth, mark, inlines: parseInline(rest) });
  }
  to.push({ kind: 'list', ordered, items });
  return at;
}

function readText(lines: readonly string[], from: number, to: MarkdownBlock[]): number {
  const heading = HEADING.exec(lines[from] ?? '');
  if (heading) {
    to.push({ kind: 'heading', lines: [parseInline(heading[1] ?? '')] });
    return from + 1;
  }
  const isQuote = QUOTE.test(lines[from] ?? '');
  const own: Inline[][] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const quoted = QUOTE.exec(line);
    if (line.trim() === '' || FENCE.test(line) || ITEM.test(line) || HEADING.test(line)) break;
    if ((quoted !== null) !== isQuote) break;
    own.push(parseInline(quoted?.[1] ?? line));
  }
  to.push({ kind: isQuote ? 'quote' : 'paragraph', lines: own });
  return at;
}

const MARK =
  /(`+)(.+?)\1(?!`)|\*\*(\S(?:.*?\S)?)\*\*|(?<![\w*])([*_])([^\s*_](?:[^*_]*[^\s*_])?)\4(?![\w*])|\[([^\]\n]{1,300})\]\(([^()\s]{1,2000})\)/g;
/** A longer line is shown as it is: nobody writes one to be read. */
const MAX_LINE_CHARS = 2000;

export function parseInline(line: string): Inline[] {
  if (line.length > MAX_LINE_CHARS) return [{ kind: 'text', text: line }];
  const found: Inline[] = [];
  let from = 0;
  for (const match of line.matchAll(MARK)) {
    const [whole, , code, strong, , em, words, address] = match;
    if (match.index > from) found.push({ kind: 'text', text: line.slice(from, match.index) });
    if (code !== undefined)
      found.push({ kind: 'code', text: code.length > 2 ? code.replace(/^ (.*) $/, '$1') : code });
    else if (strong !== undefined) found.push({ kind: 'strong', text: strong });
    else if (em !== undefined) found.push({ kind: 'em', text: em });
    else if (words !== undefined) found.push({ kind: 'link', text: words, address: address ?? '' });
    from = match.index + whole.length;
  }
  if (from < line.length || found.length === 0) found.push({ kind: 'text', text: line.slice(from) });
  return found;
}
