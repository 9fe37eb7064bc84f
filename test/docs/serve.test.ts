// docs/serve.md and the command say the same: every flag is explained, and no flag is explained that is none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { backup } from '../../bin/commands/backup.ts';
import { exporting } from '../../bin/commands/export.ts';
import { prune } from '../../bin/commands/prune.ts';
import { rebuild } from '../../bin/commands/rebuild.ts';
import { score } from '../../bin/commands/score.ts';
import { serveFlags } from '../../bin/commands/serve.ts';
import { verify } from '../../bin/commands/verify.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/serve.md'), 'utf8');
const [serving = '', rest = ''] = page.split('## Keeping the file small');
const [keeping = '', later = ''] = rest.split('## Checking a file');
const flagsOf = (text: string) => [...text.matchAll(/^\| `--([a-z-]+)/gm)].map(([, name]) => name);

test('docs/serve.md explains every flag of playhead serve, and no other', () => {
  expect(flagsOf(serving).sort()).toEqual(Object.keys(serveFlags).sort());
});

test('docs/serve.md explains every flag of playhead prune and playhead backup', () => {
  const known = new Set(['db', 'json', ...flagsOf(keeping)]);
  expect([...known].sort()).toEqual(Object.keys({ ...prune.flags, ...backup.flags }).sort());
});

test('docs/serve.md names every flag of playhead verify, rebuild, score and export', () => {
  for (const flag of Object.keys({ ...verify.flags, ...rebuild.flags, ...score.flags, ...exporting.flags }))
    expect(later).toContain(`--${flag}`);
});
