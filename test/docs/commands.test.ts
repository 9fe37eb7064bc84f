// The commands that the documents tell a reader to type are there, and contributors find each of npm's scripts
// explained. Runs none of them.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
};
const documents = [
  ...readdirSync(root).filter((file) => file.endsWith('.md')),
  ...readdirSync(join(root, 'docs')).flatMap((file) => (file.endsWith('.md') ? [`docs/${file}`] : [])),
];
const textOf = (document: string) => readFileSync(join(root, document), 'utf8');

test('every npm script that a document names is there', () => {
  const named = documents.flatMap((document) =>
    [...textOf(document).matchAll(/\bnpm run ([\w:-]+)/g)].map(([, script = '']) => ({ document, script })),
  );
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test('CONTRIBUTING.md explains every npm script', () => {
  const page = textOf('CONTRIBUTING.md');
  const usual = ['start', 'test'];
  const missing = Object.keys(scripts).filter(
    (script) => !page.includes(usual.includes(script) ? `npm ${script}` : `npm run ${script}`),
  );
  expect(missing).toEqual([]);
});

test('README.md begins with the two commands', () => {
  const page = textOf('README.md');
  expect([...page.matchAll(/^ {4}(npm ci .+)$/gm)].map(([, command]) => command)).toEqual([
    'npm ci && npm run demo',
    'npm ci && npm test',
  ]);
});
