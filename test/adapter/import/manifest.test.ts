// A manifest is read, and a mistake in it is named where it stands.
import { describe, expect, test } from 'vitest';
import { formats } from '../../../adapter/import/formats.ts';
import { readManifest } from '../../../adapter/import/manifest.ts';

const formatNames = formats.map(({ name }) => name);

const cell = { sweep: 's', agent: 'pi', model: 'm', task: 'f/t' };

function read(value: object): ReturnType<typeof readManifest> {
  return readManifest(JSON.stringify(value), 'x/cell.json', formatNames);
}

describe('a manifest', () => {
  test('names a cell by its parts, its files and the phases that no file holds', () => {
    const manifest = read({
      playhead: 1,
      source: 'by hand',
      cell: { ...cell, attempt: 2, image: 'i:1' },
      records: [
        { file: 'a.cast', as: 'asciicast', startOffsetMs: -1.5, timing: 'derived', note: 'n' },
        { file: 'b' },
      ],
      phases: [{ kind: 'verify', name: 'v' }],
    });
    expect(manifest.cell).toMatchObject({ ...cell, attempt: 2, image: 'i:1' });
    expect(manifest.records).toEqual([
      { file: 'a.cast', as: 'asciicast', startOffsetMs: -1.5, timing: 'derived', note: 'n' },
      { file: 'b', as: null, startOffsetMs: null, timing: null, note: null },
    ]);
    expect(manifest.phases).toEqual([
      {
        kind: 'verify',
        name: 'v',
        at: 'end',
        offsetMs: 0,
        durationMs: 0,
        timing: 'none',
        status: 'unset',
        message: null,
        outputFile: null,
      },
    ]);
  });

  test('or by its whole id', () => {
    expect(read({ playhead: 1, cell: { id: 's/a' }, records: [{ file: 'x' }] }).cell).toMatchObject({
      cellId: 's/a',
    });
  });
});

describe('a mistake is named where it stands', () => {
  const good = { playhead: 1, cell, records: [{ file: 'a' }] };
  test.each([
    ['another version', { ...good, playhead: 2 }, 'playhead must be 1'],
    ['an unknown key', { ...good, record: [] }, 'the manifest has the unknown key "record"'],
    ['a misspelled key', { ...good, records: [{ file: 'a', startOffset: 1 }] }, 'unknown key "startOffset"'],
    ['no cell', { playhead: 1, records: [{ file: 'a' }] }, 'cell must be an object'],
    ['a missing part', { ...good, cell: { ...cell, task: undefined } }, 'task is missing'],
    ['an illegal id', { ...good, cell: { id: 'a/../b' } }, 'cell.id has a dot segment'],
    ['an attempt of 0', { ...good, cell: { ...cell, attempt: 0 } }, 'cell.attempt must be 1 or more'],
    ['no records', { ...good, records: [] }, 'records is empty'],
    ['a record without a file', { ...good, records: [{}] }, 'records[0].file is missing'],
    [
      'a number as text',
      { ...good, records: [{ file: 'a', startOffsetMs: '1' }] },
      'startOffsetMs must be a number',
    ],
    [
      'an unknown word',
      { ...good, records: [{ file: 'a', timing: 'exact' }] },
      'records[0].timing must be one of',
    ],
    ['an unknown kind', { ...good, phases: [{ kind: 'x', name: 'n' }] }, 'phases[0].kind must be one of'],
    [
      'a negative length',
      { ...good, phases: [{ kind: 'verify', name: 'n', durationMs: -1 }] },
      'must not be negative',
    ],
  ])('%s', (_, value, message) => {
    expect(() => read(value)).toThrow(`x/cell.json: `);
    expect(() => read(value)).toThrow(message);
  });

  test.each(['../secret', '/etc/passwd', 'a/../../b', 'C:\\x', '..\\x', ''])(
    'a file outside its folder: %j',
    (file) => {
      expect(() => read({ ...good, records: [{ file }] })).toThrow(
        "must name a file in the manifest's folder",
      );
      expect(() => read({ ...good, phases: [{ kind: 'verify', name: 'v', outputFile: file }] })).toThrow(
        "must name a file in the manifest's folder",
      );
    },
  );

  test('a key that is a name of object machinery is unknown, not obeyed', () => {
    const text = '{"playhead":1,"__proto__":{"cell":{"id":"a/b"}},"records":[{"file":"x"}]}';
    expect(() => readManifest(text, 'x', formatNames)).toThrow('unknown key "__proto__"');
  });

  test('no JSON at all', () => {
    expect(() => readManifest('{', 'x/cell.json', formatNames)).toThrow('x/cell.json: is not JSON');
  });
});
