// docs/command-line.md beside the commands: the table of exit codes, and a shape of JSON for every command that has one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { commands } from '../../bin/commands/registry.ts';
import { exitCodes } from '../../bin/exit-codes.ts';
import { jsonShapes } from '../bin/json-shapes.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/command-line.md'), 'utf8');
const shown = new Map(
  [...page.matchAll(/```json (\S+)\n(.+)\n```/g)].map(([, name = '', text = '']) => [name, text]),
);

test('the page has the table of exit codes as the command line has it', () => {
  const rows = exitCodes.map(({ code, when }) => `| ${code} | ${when} |`);
  expect(page).toContain(['| code | when |', '| --- | --- |', ...rows].join('\n'));
});

test('every command that takes --json has its shape on the page, and the shape is what a program may rely on', async () => {
  const telling = [];
  for (const { name, load } of commands) if ('json' in (await load()).flags) telling.push(name);
  // A demo is a collector that is served.
  expect(telling.filter((name) => name !== 'demo').sort()).toEqual([...shown.keys()].sort());
  for (const [name, text] of shown)
    expect(() => jsonShapes[name]?.parse(JSON.parse(text)), name).not.toThrow();
  expect(Object.keys(jsonShapes).sort()).toEqual([...shown.keys()].sort());
});
