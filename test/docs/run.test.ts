// docs/run.md and the command say the same: every flag is explained, and no flag is explained that is none.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bounds, RUN_GRACE_MS } from '../../adapter/run/run-bounds.ts';
import { runFlags } from '../../bin/commands/run.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/run.md'), 'utf8');
const rows = [...page.matchAll(/^\| `--([a-z-]+)(?: ([A-Z/]+))?` +\| (.+?) +\|$/gm)];

test('docs/run.md explains every flag of playhead run, and no other', () => {
  expect(rows.map(([, name]) => name)).toEqual(Object.keys(runFlags));
});

test('docs/run.md says which flags take a value', () => {
  const taking = rows.flatMap(([, name, value]) => (value === undefined ? [] : [name]));
  const takesValue = Object.entries(runFlags).flatMap(([name, flag]) => ('value' in flag ? [name] : []));
  expect(taking).toEqual(takesValue);
});

test('docs/run.md says which flags may be given several times', () => {
  const several = rows.flatMap(([, name, , what]) => (what?.includes('several times') ? [name] : []));
  const multiple = Object.entries(runFlags).flatMap(([name, flag]) => ('multiple' in flag ? [name] : []));
  expect(several).toEqual(multiple);
});

test('docs/run.md says how long each step of a run may take, and what they come to', () => {
  const bounded = [...page.matchAll(/^\| (.+?) \| (\d+) s \|$/gm)].map(([, what, s]) => [what, Number(s)]);
  expect(bounded).toEqual(Object.values(bounds).map(({ what, maxMs }) => [what, maxMs / 1000]));
  expect(page).toContain('at the latest **four minutes** after');
  expect(RUN_GRACE_MS).toBeLessThanOrEqual(4 * 60_000);
});
