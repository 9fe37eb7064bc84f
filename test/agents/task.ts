// The task that real agents work on in these tests, and what the scripted model says while they do.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plan } from '../support/scripted-model.ts';

const taskFiles = {
  'package.json':
    '{ "name": "total", "private": true, "type": "module", "scripts": { "test": "node --test" } }\n',
  'src/total.js':
    'export function total(values) {\n  return values.map((v) => JSON.parse(v)).reduce((a, b) => a + b, 0);\n}\n',
  'src/total.test.js': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { total } from './total.js';

test('adds numbers', () => assert.equal(total(['1', '2']), 3));
test('names the bad value and its place', () => assert.throws(() => total(['1', 'x']), /1.*x/));
`,
};
const runTests = 'node --test --test-reporter=tap 2>&1 | tail -60';
export const plans = {
  solved: {
    title: 'Name bad values',
    turns: [
      { say: 'I look at the code first.', read: 'src/total.js' },
      { say: 'Which tests fail?', run: runTests },
      {
        say: 'A bad value must be named with its place.',
        edit: {
          path: 'src/total.js',
          old: '  return values.map((v) => JSON.parse(v)).reduce((a, b) => a + b, 0);',
          new: "  let sum = 0;\n  for (const [index, value] of values.entries()) {\n    if (Number.isNaN(Number(value))) throw new TypeError('bad value at ' + index + ': ' + value);\n    sum += Number(value);\n  }\n  return sum;",
        },
      },
      { say: 'Do they pass now?', run: runTests },
      { say: 'All tests pass.' },
    ],
  },
  failed: {
    title: 'Swallow bad values',
    turns: [
      { say: 'I look at the code first.', read: 'src/total.js' },
      {
        say: 'A quick fix: bad values count as zero.',
        edit: { path: 'src/total.js', old: 'JSON.parse(v)', new: '(Number(v) || 0)' },
      },
      { say: 'I leave a note.', run: "printf 'bad values are zero\\n' > NOTES.md" },
      { say: 'Which tests fail?', run: runTests },
      { say: 'The error is gone.' },
    ],
  },
  /** Said in a session that goes on. */
  again: {
    title: 'Look again',
    turns: [{ say: 'I look once more.', run: 'cat src/total.js' }, { say: 'It is as it was.' }],
  },
} satisfies Record<string, Plan>;

const right = {
  path: 'src/total.js',
  old: '  return values.map((v) => (Number(v) || 0)).reduce((a, b) => a + b, 0);',
  new: "  for (const [index, value] of values.entries())\n    if (Number.isNaN(Number(value))) throw new TypeError('bad value at ' + index + ': ' + value);\n  return values.map(Number).reduce((a, b) => a + b, 0);",
};
const wrong = {
  path: 'src/total.js',
  old: '  return values.map((v) => JSON.parse(v)).reduce((a, b) => a + b, 0);',
  new: '  return values.map((v) => (Number(v) || 0)).reduce((a, b) => a + b, 0);',
};
/** A first edit that is none, and a second: the tests fail in between. */
export const twoEdits: Plan = {
  title: 'Name bad values',
  turns: [
    { say: 'I look at the code first.', read: 'src/total.js' },
    { say: 'A quick fix: bad values count as zero.', edit: wrong },
    { say: 'Which tests fail?', run: 'node --test' },
    { say: 'A bad value must be named with its place.', edit: right },
    { say: 'Do they pass now?', run: 'node --test' },
    { say: 'All tests pass.' },
  ],
};

export const prompt = 'Make bad input throw an error that names the value and its index.';

/** Lays the task's files into a folder. */
export function layTask(workdir: string): void {
  for (const [path, text] of Object.entries(taskFiles)) {
    mkdirSync(join(workdir, path, '..'), { recursive: true });
    writeFileSync(join(workdir, path), text);
  }
}

/** Asks again while a collector on a busy machine says that it cannot answer yet. */
export async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let left = 6; ; left--) {
    try {
      return await ask();
    } catch (error) {
      if (left === 0 || !String(error).includes('503')) throw error;
    }
  }
}
