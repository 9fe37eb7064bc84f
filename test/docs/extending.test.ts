// docs/extending.md leads where it says: every path in code font is there, every name "in" a file is exported by
// it, and a registry that takes a file and a line knows every file beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const page = readFileSync(join(root, 'docs/extending.md'), 'utf8');
const words = [...page.matchAll(/`([^`\n]+)`/g)].map(([, word = '']) => word);
const paths = words.filter((word) => /^[a-z-]+\/[\w./-]*$/.test(word));
const named = [...page.matchAll(/`(\w+)` in\s+`([\w./-]+)`/g)].map(([, name = '', path = '']) => ({
  name,
  path,
}));

test('every file and folder that a guide names is there', () => {
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([]);
});

test('every name is exported by the file that a guide finds it in', () => {
  expect(named.length).toBeGreaterThan(5);
  const missing = named.filter(({ name, path }) => {
    const source = readFileSync(join(root, path), 'utf8');
    return !new RegExp(`^export (const|function|class|interface|type) ${name}\\b`, 'm').test(source);
  });
  expect(missing).toEqual([]);
});

/** Registries that know all that lies beside them, but for what is none of their kind. */
const registries: readonly { readonly registry: string; readonly others: readonly string[] }[] = [
  { registry: 'adapter/agents/registry.ts', others: ['agent.ts', 'step.ts', 'registry.ts', 'reading'] },
  {
    registry: 'shared/export/formats.ts',
    others: ['export-format.ts', 'formats.ts', 'csv.ts', 'xml.ts', 'cell-columns.ts'],
  },
  {
    registry: 'shared/dialects/dialects.ts',
    others: ['dialect.ts', 'dialects.ts', 'media.ts', 'names.ts', 'recognised.ts'],
  },
];

test.each(registries)('$registry knows everything beside it', ({ registry, others }) => {
  const source = readFileSync(join(root, registry), 'utf8');
  const kin = readdirSync(join(root, dirname(registry))).filter((entry) => !others.includes(entry));
  expect(page).toContain(`\`${registry}\``);
  expect(kin.length).toBeGreaterThan(3);
  expect(kin.filter((entry) => !new RegExp(`from '\\./${entry}['/]`).test(source))).toEqual([]);
});
