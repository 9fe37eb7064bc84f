// Typed places: a turn, a clock, so far back or on; and what the palette offers beside them.
import { describe, expect, it } from 'vitest';
import { type JumpPlaces, jumpTo } from '../../../../viewer/model/palette/jump.ts';
import { commandsOf, keyGroups, keysMatching } from '../../../../viewer/model/palette/page-keys.ts';
import {
  commandItems,
  type PaletteItem,
  paletteItems,
} from '../../../../viewer/model/palette/palette-items.ts';

const S = 1e9;
const places: JumpPlaces = { positionNs: 100 * S, lengthNs: 4000 * S, turnsNs: [5 * S, 20 * S, 70 * S] };

describe('a typed place', () => {
  it.each([
    ['#2', 20],
    ['12:40', 760],
    ['1:02:03.5', 3723.5],
    ['-1m', 40],
    ['+30s', 130],
    ['+1h', 3700],
    ['-5h', 0],
    ['+99h', 4000],
    ['+250ms', 100.25],
  ])('%s is the moment %d s', (text, seconds) => {
    expect(jumpTo(text, places)?.tNs).toBe(seconds * S);
  });

  it.each(['', '#0', '#4', '37', '99:99:99', 'mysql', '12:', '--2m', '#x'])('"%s" is none', (text) => {
    expect(jumpTo(text, places)).toBeNull();
  });
});

describe('the palette', () => {
  const anItem = (label: string, group: PaletteItem['group'] = 'Turns'): PaletteItem => ({
    group,
    id: label,
    label,
    note: '',
    tNs: 1,
    href: null,
    key: null,
  });
  const sources = {
    places,
    turns: Array.from({ length: 500 }, (_, index) => anItem(`#${index + 1} Edit src/file-${index % 50}.ts`)),
    errors: [anItem('Bash, recovered', 'Errors')],
    files: [anItem('src/schema.ts', 'Files')],
    runs: [anItem('codex × gpt', 'Runs')],
    commands: commandItems(commandsOf('cell')),
  };
  const labels = (text: string) => paletteItems(text, sources, String).map(({ label }) => label);

  it('finds what holds every word, in any order and case, a few of each kind', () => {
    expect(labels('FILE-7 edit').slice(0, 2)).toEqual(['#8 Edit src/file-7.ts', '#58 Edit src/file-7.ts']);
    expect(labels('schema')).toEqual(['src/schema.ts', 'codex × gpt']);
    expect(labels('edit').length).toBeLessThan(20);
  });

  it('offers a place alone where one is typed, and commands alone behind ">"', () => {
    expect(labels('#2')).toEqual(['Turn 2']);
    expect(labels('>error')).toEqual(['Next error', 'Previous error']);
    expect(labels('>')).toEqual(sources.commands.map(({ label }) => label));
  });
});

describe('the keys of all pages', () => {
  it('are commands of the pages that answer them', () => {
    const keys = (page: string) => commandsOf(page).map(([key]) => key);
    expect(keys('compare')).toContain('d');
    expect(keys('cell')).not.toContain('d');
    expect(keys('search')).toEqual(['y', 'Y', '/', '?']);
  });

  it('are found by words, the present page first', () => {
    expect(keysMatching('', 'compare')[1]?.title).toBe('Compare');
    expect(keysMatching('swap', 'cell').map(({ rows }) => rows.map(({ keys }) => keys))).toEqual([['x']]);
    expect(keysMatching('', 'cell')).toHaveLength(keyGroups.length);
    expect(keysMatching('no such key', 'cell')).toEqual([]);
  });
});
