// Hits as people read them: equal ones of a run as one, with how often and from when to when; what holds the text by its
// meaning; texts of structured values without the signs that JSON puts into them. Pure.
import { spanKey } from '../../../shared/conventions.ts';
import { dialects, namesOf } from '../../../shared/dialects/dialects.ts';
import type { SearchHit } from '../../../shared/wire.ts';
import { toolResultNames } from '../trace/tool-output.ts';

/** A hit, and those like it that a reader need not see. */
export interface FoldedHit {
  readonly hit: SearchHit;
  readonly count: number;
  /** When the last of them was; null where they have no time. */
  readonly lastMs: number | null;
  /** Whether the run may hold more like it. */
  readonly more: boolean;
}

/** In the order of the first of each. A redrawn line differs in its numbers alone. */
export function foldHits(hits: readonly SearchHit[]): FoldedHit[] {
  const folded = new Map<string, FoldedHit>();
  for (const hit of hits) {
    const key = `${hit.source}\n${hit.field}\n${hit.text
      .replace(/\d+/g, '0')
      .replace(/[\s\u2800-\u28ff]+/g, ' ')
      .trim()}`;
    const known = folded.get(key);
    folded.set(key, {
      hit: known?.hit ?? hit,
      count: (known?.count ?? 0) + 1,
      lastMs: hit.tMs ?? known?.lastMs ?? null,
      more: hit.more === true || known?.more === true,
    });
  }
  return [...folded.values()];
}

const meanings = new Map<string, string>([
  ...namesOf(({ tools }) => tools?.arguments).map((name) => [name, 'Tool call'] as const),
  ...toolResultNames.map((name) => [name, 'Tool result'] as const),
  ...listNames('input').map((name) => [name, 'Prompt'] as const),
  ...listNames('output').map((name) => [name, 'Answer'] as const),
  [spanKey.verifyOutput, 'Verifier'],
  ['stdout_tail', 'Verifier'],
  ['stderr_tail', 'Verifier, errors'],
  ['output', 'Output'],
  ['name', 'Name'],
  ['status message', 'Error'],
]);

function listNames(side: 'input' | 'output'): string[] {
  return dialects.flatMap(({ messages }) => messages?.lists?.[side] ?? []);
}

/** "Tool call" for `gen_ai.tool.call.arguments`; a name that no dialect has stands for itself. */
export function fieldWords(field: string): string {
  return meanings.get(field) ?? field;
}

/** The three parts of a hit's text: before the match, the match, after it. */
export function hitParts({ field, text, from, to }: SearchHit): readonly [string, string, string] {
  const parts = [text.slice(0, from), text.slice(from, to), text.slice(to)] as const;
  const isStructured = ['Tool call', 'Tool result', 'Prompt', 'Answer'].includes(meanings.get(field) ?? '');
  return isStructured ? [plain(parts[0]), plain(parts[1]), plain(parts[2])] : parts;
}

/** JSON's escapes of line breaks, tabs and quotes, as the text that they stand for. */
function plain(text: string): string {
  return text.replace(/\\([nrt"\\])/g, (_, sign: string) => (sign === '"' || sign === '\\' ? sign : ' '));
}
