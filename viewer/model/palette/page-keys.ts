// The keys of all pages, once: the sheet of keys shows them and the palette runs them as commands. Does not answer a key:
// each page does.

/** What a key does, as a command of the palette. */
export type KeyCommand = readonly [key: string, label: string];

export interface KeyRow {
  /** As they are shown, with blanks between. */
  readonly keys: string;
  readonly what: string;
  /** Empty where a list has nothing to gain from it. */
  readonly commands: readonly KeyCommand[];
}

export interface KeyGroup {
  readonly title: string;
  /** Pages on which they are answered; null for all. */
  readonly pages: readonly string[] | null;
  readonly rows: readonly KeyRow[];
}

const row = (keys: string, what: string, ...commands: KeyCommand[]): KeyRow => ({ keys, what, commands });

export const keyGroups: readonly KeyGroup[] = [
  {
    title: 'Replay',
    pages: ['cell', 'compare'],
    rows: [
      row('space', 'play or pause', [' ', 'Play or pause']),
      row(
        '← →',
        'previous, next span',
        ['ArrowLeft', 'Previous span or step'],
        ['ArrowRight', 'Next span or step'],
      ),
      row(', .', 'back, forward 100 ms'),
      row('Home End', 'start, end', ['Home', 'Go to the start'], ['End', 'Go to the end']),
      row('0 … 9', 'to that tenth of the run'),
      row('< >', 'slower, faster', ['<', 'Slower'], ['>', 'Faster']),
      row('S s', 'the same, where shift , prints <'),
    ],
  },
  {
    title: 'Run',
    pages: ['cell'],
    rows: [
      row('e', 'why it failed; Esc closes it', ['e', 'Show why it failed']),
      row('n N', 'next, previous error', ['n', 'Next error'], ['N', 'Previous error']),
      row('shift , .', 'previous, next terminal screen'),
      row('[ ]', 'previous, next marker', ['[', 'Previous marker'], [']', 'Next marker']),
      row('v', 'stage: terminal, changes', ['v', 'Show the terminal or the changes']),
      row('{ }', 'previous, next edit; w wraps long lines', ['{', 'Previous edit'], ['}', 'Next edit']),
      row('Enter', 'open the span at the playhead; Esc closes it', [
        'Enter',
        'Open the span at the playhead',
      ]),
      row('[ ]', 'while it is open: neighbours of its kind'),
      row('c', 'compress idle time, where there is any', ['c', 'Compress idle time']),
      row('C', 'Smart speed: fast where nothing changes', ['C', 'Smart speed']),
    ],
  },
  {
    title: 'Timeline',
    pages: ['cell'],
    rows: [
      row('+ -', 'zoom in, out', ['+', 'Zoom in'], ['-', 'Zoom out']),
      row('f', 'fit the window, then the whole run', ['f', 'Fit the window, then the whole run']),
      row(
        'i o',
        'window starts, ends at the playhead',
        ['i', 'Start the loop at the playhead'],
        ['o', 'End the loop at the playhead'],
      ),
      row('Esc', 'clear the window'),
      row('u', 'unfold, fold the track of all other spans', ['u', 'Unfold or fold all other spans']),
    ],
  },
  {
    title: 'Compare',
    pages: ['compare'],
    rows: [
      row(
        'd D',
        'next difference that matters, the one before',
        ['d', 'Next difference that matters'],
        ['D', 'Previous difference that matters'],
      ),
      row('t', 'clock: by step, by time', ['t', 'Change the clock: by step, by time']),
      row('x', 'swap sides', ['x', 'Swap sides']),
    ],
  },
  {
    title: 'Sweeps',
    pages: ['cells', 'sweep'],
    rows: [
      row('j k', 'next, previous cell of a list'),
      row('← →', 'squares of the matrix, and up, down'),
      row('Home End', 'first, last square of the row'),
      row('Enter', 'open it'),
      row('p', 'play a failure of the square'),
    ],
  },
  {
    title: 'Everywhere',
    pages: null,
    rows: [
      row('Ctrl K', 'go to a run, a turn, a file, an error, a command'),
      row('g', 'the same'),
      row(
        'y Y',
        'copy the link to what you see, as Markdown',
        ['y', 'Copy the link'],
        ['Y', 'Copy as Markdown'],
      ),
      row('/', 'search or filter', ['/', 'Search or filter']),
      row('?', 'this sheet', ['?', 'Show all keys']),
    ],
  },
];

/** What can be done on a page by a key. */
export function commandsOf(page: string): KeyCommand[] {
  const here = keyGroups.filter(({ pages }) => pages === null || pages.includes(page));
  return here.flatMap(({ rows }) => rows.flatMap(({ commands }) => commands));
}

/** The groups with the rows that hold every word, those of the page first. */
export function keysMatching(words: string, page: string): KeyGroup[] {
  const sought = words.toLowerCase().split(/\s+/).filter(Boolean);
  const isHere = ({ pages }: KeyGroup) => pages?.includes(page) === true;
  return keyGroups
    .map((group) => ({
      ...group,
      rows: group.rows.filter(({ keys, what }) => {
        const text = `${group.title} ${keys} ${what}`.toLowerCase();
        return sought.every((word) => text.includes(word));
      }),
    }))
    .filter(({ rows }) => rows.length > 0)
    .toSorted((a, b) => Number(isHere(b)) - Number(isHere(a)));
}
