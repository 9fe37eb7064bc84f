// What the palette offers for a text: a place, turns, files and errors of the run that is open, runs, commands. Matches
// words, whole and in any order, and keeps a few of each kind. Pure; does not fetch runs nor run commands.
import { type Jump, type JumpPlaces, jumpTo } from './jump.ts';
import type { KeyCommand } from './page-keys.ts';

export type PaletteGroup = 'Go to' | 'Turns' | 'Errors' | 'Files' | 'Runs' | 'Commands';

export interface PaletteItem {
  readonly group: PaletteGroup;
  readonly id: string;
  readonly label: string;
  /** At its right: a time, a count. */
  readonly note: string;
  /** A moment of the open run; null where it is none. */
  readonly tNs: number | null;
  /** An address of ours. */
  readonly href: string | null;
  /** A key to press for it. */
  readonly key: string | null;
}

export interface PaletteSources {
  readonly places: JumpPlaces | null;
  readonly turns: readonly PaletteItem[];
  readonly errors: readonly PaletteItem[];
  readonly files: readonly PaletteItem[];
  readonly runs: readonly PaletteItem[];
  readonly commands: readonly PaletteItem[];
}

const MOST: Readonly<Record<PaletteGroup, number>> = {
  'Go to': 1,
  Turns: 7,
  Errors: 4,
  Files: 5,
  Runs: 6,
  Commands: 8,
};

/** In the order in which they are shown. ">" leaves commands alone. */
export function paletteItems(text: string, sources: PaletteSources, noteOf: (tNs: number) => string) {
  const isCommand = text.trimStart().startsWith('>');
  const words = text.replace(/^\s*>/, '').toLowerCase().split(/\s+/).filter(Boolean);
  const fitting = (items: readonly PaletteItem[], most: number) =>
    firstFitting(items, words, isCommand ? Number.POSITIVE_INFINITY : most);
  if (isCommand) return fitting(sources.commands, MOST.Commands);
  const jump = sources.places && jumpTo(text, sources.places);
  if (jump) return [jumpItem(jump, noteOf)];
  // Nothing typed yet: the run's turns are too many to begin with.
  const { turns, errors, files, runs, commands } = sources;
  return [
    ...fitting(turns, words.length === 0 ? 3 : MOST.Turns),
    ...fitting(errors, MOST.Errors),
    ...fitting(files, words.length === 0 ? 3 : MOST.Files),
    ...fitting(runs, MOST.Runs),
    ...fitting(commands, words.length === 0 ? 4 : MOST.Commands),
  ];
}

function firstFitting(items: readonly PaletteItem[], words: readonly string[], most: number): PaletteItem[] {
  const found: PaletteItem[] = [];
  for (const item of items) {
    if (found.length >= most) break;
    const text = item.label.toLowerCase();
    // A run is found by the collector, by what its label may not say.
    if (item.group === 'Runs' || words.every((word) => text.includes(word))) found.push(item);
  }
  return found;
}

function jumpItem({ tNs, label }: Jump, noteOf: (tNs: number) => string): PaletteItem {
  return { group: 'Go to', id: 'jump', label, note: noteOf(tNs), tNs, href: null, key: null };
}

export function commandItems(commands: readonly KeyCommand[]): PaletteItem[] {
  return commands.map(([key, label]) => ({
    group: 'Commands',
    id: `key ${key}`,
    label,
    note: key === ' ' ? 'space' : key.replace('Arrow', ''),
    tNs: null,
    href: null,
    key,
  }));
}
