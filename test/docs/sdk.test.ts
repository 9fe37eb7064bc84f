// docs/sdk.md beside the recorder. Its example runs against the packed package: test/package.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openCell } from '../../adapter/sdk/cell-recorder.ts';

const root = join(import.meta.dirname, '../..');

test('docs/sdk.md lists every call of the recorder', () => {
  const page = readFileSync(join(root, 'docs/sdk.md'), 'utf8');
  const cell = openCell({ endpoint: 'http://127.0.0.1:9', cellId: 'a/b' });
  const inner = new Set([
    'constructor',
    'startSpan',
    'began',
    'ended',
    'left',
    'guard',
    'emit',
    'sendScores',
    'finish',
    'tellLost',
    'problem',
  ]);
  const calls = Object.getOwnPropertyNames(Object.getPrototypeOf(cell)).filter((name) => !inner.has(name));
  for (const name of calls) expect(page, name).toMatch(new RegExp(`\\.${name}\\b`));
});
