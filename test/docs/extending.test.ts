// docs/extending.md leads where it says: every path in code font is there, every name "in" a file is exported by
// it, and a registry that takes a file and a line knows every file beside it.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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

/** Folders in which a file is one of a kind, the registry beside them, and what in them is not one. */
const registries = [
  {
    folder: 'shared/dialects',
    registry: 'shared/dialects/dialects.ts',
    others: ['dialect.ts', 'dialects.ts'],
  },
] as const;

test.each(registries)('$registry knows every file of $folder', ({ folder, registry, others }) => {
  const source = readFileSync(join(root, registry), 'utf8');
  const files = readdirSync(join(root, folder)).filter(
    (file) => file.endsWith('.ts') && !(others as readonly string[]).includes(file),
  );
  expect(page).toContain(`\`${registry}\``);
  expect(files.filter((file) => !source.includes(`from './${file}'`))).toEqual([]);
});
