// Which pieces of a run are text of the terminal's own font, which are held to their columns because another font
// gives them another width, which are drawn as geometry, and which nothing can show. Does not know fonts: whoever asks
// brings a judge.
import type { Run } from './film.ts';

/** How a character with what belongs to it comes to the screen. */
export type Judge = (cluster: string) => 'font' | 'drawn' | 'missing';

export interface RunPart {
  readonly kind: 'plain' | 'held' | 'drawn' | 'missing';
  readonly text: string;
  /** Columns from the run's first one, and how many it takes. */
  readonly column: number;
  readonly cells: number;
  /** What is drawn, a character for each equal share of the columns; empty for what fonts show. */
  readonly codes: readonly number[];
}

/** Whether the terminal's own font has all of it, in cells of its own width. */
export function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

export function runParts(run: Run, judge: Judge): RunPart[] {
  if (isPlain(run.text)) return [part('plain', run.text, 0, run.cells)];
  const clusters = run.text.match(CLUSTER) ?? [];
  // A wide character is a run alone, and may be joined of several.
  if (clusters.length !== run.cells) return [judged(run.text, 0, run.cells, judge)];
  const parts: RunPart[] = [];
  clusters.forEach((cluster, column) => {
    const next = isPlain(cluster) ? part('plain', cluster, column, 1) : judged(cluster, column, 1, judge);
    const last = parts.at(-1);
    if (last?.kind === next.kind && (next.kind === 'plain' || next.kind === 'drawn'))
      parts[parts.length - 1] = joined(last, next);
    else parts.push(next);
  });
  return parts;
}

/** A character and what belongs to it: marks, skin tones, what is joined to it; a flag's two letters. */
const CLUSTER = /\p{RI}{2}|\P{M}(?:\u200d\P{M}|[\p{M}\p{Cf}\p{Emoji_Modifier}])*|\p{M}+/gu;

function judged(cluster: string, column: number, cells: number, judge: Judge): RunPart {
  const verdict = judge(cluster);
  if (verdict === 'font') return part('held', cluster, column, cells);
  return { ...part(verdict, cluster, column, cells), codes: [cluster.codePointAt(0) ?? 0] };
}

function part(kind: RunPart['kind'], text: string, column: number, cells: number): RunPart {
  return { kind, text, column, cells, codes: [] };
}

function joined(a: RunPart, b: RunPart): RunPart {
  return { ...a, text: a.text + b.text, cells: a.cells + b.cells, codes: [...a.codes, ...b.codes] };
}

/** "U+1F980", or several for a character that is joined of them. */
export function codeWords(text: string): string {
  const words = (char: string) =>
    `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  return [...text].map(words).join(' ');
}
