// The harnesses that docs/instrumenting.md shows are those that `npm run test:exchange` runs.
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

test.each([
  ['go', 'go/main.go'],
  ['rust', 'rust/src/main.rs'],
])('the %s on the page is of the tested harness, part by part', (language, file) => {
  const folded = (text: string): string => text.replace(/\s+/g, ' ').trim();
  const harness = folded(readFileSync(join(root, 'examples-harness', file), 'utf8'));
  const page = readFileSync(join(root, 'docs/instrumenting.md'), 'utf8');
  const shown = new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? '';
  const parts = shown.split(/\n\n(?=\S)/).filter((part) => part.trim() !== '');
  expect(parts.length).toBeGreaterThanOrEqual(2);
  for (const part of parts) expect(harness).toContain(folded(part));
});
