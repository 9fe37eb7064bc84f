// Search in the terminal's film: each distinct row of text is looked at once, then the frames are walked to
// find when a matching row first comes into sight. A row that goes on matching at the same place, while it
// grows, is redrawn or scrolls, is one hit. Does not know the emulator.

import { matchOf, type TextMatch } from '../../../shared/text-match.ts';
import type { Film } from '../terminal/film.ts';
import type { SearchStep } from './search-hit.ts';

interface LineMatch {
  readonly match: TextMatch;
  /** Where in the line its matches begin. */
  readonly starts: readonly number[];
}

/** Steps in order of frames; those without a hit only tell what was done. */
export function* searchFilm(film: Film, pattern: RegExp): Generator<SearchStep> {
  const lines = film.lineTextFrom.length - 1;
  const matches = new Map<number, LineMatch>();
  for (let line = 0; line < lines; line++) {
    const text = lineTextOf(film, line);
    const match = matchOf(text, pattern);
    if (match) matches.set(line, { match, starts: Array.from(text.matchAll(pattern), ({ index }) => index) });
    // Reading the lines is half the work, walking the frames the other.
    yield { hit: null, units: 32 + text.length, share: (line / lines) * 0.5 };
  }
  if (matches.size === 0) return;
  const sight = new Sight(film, matches);
  for (let frame = 0; frame < film.frameCount; frame++) {
    const share = 0.5 + (frame / film.frameCount) * 0.5;
    for (const { line, row } of sight.advance(frame)) {
      const match = matches.get(line)?.match;
      if (!match) continue;
      const tNs = film.frameNs[frame] ?? 0;
      const hit = {
        track: 'terminal',
        tNs,
        rowKey: null,
        where: `line ${row + 1}`,
        index: frame,
        ...match,
      } as const;
      yield { hit, units: 64, share };
    }
    const changes = (film.changesFrom[frame + 1] ?? 0) - (film.changesFrom[frame] ?? 0);
    yield { hit: null, units: 16 + changes * 8, share };
  }
}

interface Appearance {
  readonly line: number;
  readonly row: number;
}

/** Which matching lines are in sight, frame by frame. */
class Sight {
  readonly #film: Film;
  readonly #matches: ReadonlyMap<number, LineMatch>;
  /** The line shown in each row; -1 for none that matches. */
  #shown: number[] = [];
  /** How often each matching line is in sight. */
  readonly #count = new Map<number, number>();

  constructor(film: Film, matches: ReadonlyMap<number, LineMatch>) {
    this.#film = film;
    this.#matches = matches;
  }

  /** Goes on to the next frame; the lines that it newly shows and that go on from none that it no longer shows. */
  advance(frame: number): Appearance[] {
    const { frameRows, changesFrom, changeRow, changeLine } = this.#film;
    const rows = frameRows[frame] ?? 0;
    const left: Appearance[] = [];
    const came: Appearance[] = [];
    for (let row = rows; row < this.#shown.length; row++) this.#show(row, -1, left, came);
    this.#shown.length = Math.min(this.#shown.length, rows);
    for (let i = changesFrom[frame] ?? 0; i < (changesFrom[frame + 1] ?? 0); i++) {
      const line = changeLine[i] ?? 0;
      this.#show(changeRow[i] ?? 0, this.#matches.has(line) ? line : -1, left, came);
    }
    return came.length === 0 ? came : this.#news(left, came);
  }

  #show(row: number, line: number, left: Appearance[], came: Appearance[]): void {
    const old = this.#shown[row] ?? -1;
    if (old === line) return;
    this.#shown[row] = line;
    if (old >= 0) {
      left.push({ line: old, row });
      this.#count.set(old, (this.#count.get(old) ?? 0) - 1);
    }
    if (line < 0) return;
    came.push({ line, row });
    this.#count.set(line, (this.#count.get(line) ?? 0) + 1);
  }

  #news(left: readonly Appearance[], came: readonly Appearance[]): Appearance[] {
    const gone = left.filter(({ line }) => (this.#count.get(line) ?? 0) === 0);
    const told = new Set<number>();
    return came.filter((appearance) => {
      const { line } = appearance;
      const times = (list: readonly Appearance[]) => list.filter((other) => other.line === line).length;
      // In sight before this frame, here or in another row: it stayed or scrolled.
      if (told.has(line) || (this.#count.get(line) ?? 0) - times(came) + times(left) > 0) return false;
      told.add(line);
      return !gone.some((old) => this.#goesOn(old, appearance));
    });
  }

  /** Whether a line is one that is gone, redrawn in its place or grown while it scrolled, without a new match. */
  #goesOn(old: Appearance, now: Appearance): boolean {
    const before = this.#matches.get(old.line)?.starts ?? [];
    const starts = this.#matches.get(now.line)?.starts ?? [];
    if (!starts.every((start) => before.includes(start))) return false;
    if (old.row === now.row) return true;
    return lineTextOf(this.#film, now.line).startsWith(lineTextOf(this.#film, old.line));
  }
}

/** A line's text as it is stored; a row has at most a few thousand units. */
function lineTextOf(film: Film, line: number): string {
  const from = film.lineTextFrom[line] ?? 0;
  const to = film.lineTextFrom[line + 1] ?? 0;
  if (to - from <= 4096) return String.fromCharCode(...film.text.subarray(from, to));
  let text = '';
  for (let at = from; at < to; at += 4096)
    text += String.fromCharCode(...film.text.subarray(at, Math.min(to, at + 4096)));
  return text;
}
