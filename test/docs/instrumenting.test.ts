// The harness that docs/instrumenting.md shows is the one that `npm run test:exchange` runs.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');

test('the Python on the page is the tested harness, from its cell to its score', () => {
  const harness = readFileSync(join(root, 'examples-harness/python/harness.py'), 'utf8');
  const page = readFileSync(join(root, 'docs/instrumenting.md'), 'utf8');
  const [, shown] = /```python\n([\s\S]*?)```/.exec(page) ?? [];
  expect(shown?.trim().length).toBeGreaterThan(1000);
  expect(harness).toContain(shown?.trim());
});
