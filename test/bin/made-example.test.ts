// The long run of the demo: made, never recorded, and made again byte by byte by its script.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { madeFiles } from '../../bin/demo.ts';
import { planLongRun } from '../support/long-run/plan.ts';
import { longRunText } from '../support/long-run/write.ts';

test('the files of the made run are what its script makes, and say that they are made', async () => {
  for (const [index, file] of madeFiles().entries()) {
    const text = gunzipSync(readFileSync(file)).toString();
    expect(text === (await longRunText(index === 0 ? 1 : 2))).toBe(true);
    expect(text.includes('(made, not recorded)')).toBe(true);
  }
});

test('it is a run of forty minutes as long ones are', () => {
  const turns = planLongRun(false);
  const subagents = turns.flatMap(({ tools }) => tools).filter(({ actor }) => actor !== null);
  const all = [...turns, ...subagents.flatMap((task) => task.turns)];
  const tools = all.flatMap((turn) => turn.tools);
  const inputs = turns.map(({ input }) => input);
  const compacted = inputs.filter((input, index) => index > 0 && input < 0.6 * (inputs[index - 1] ?? 0));
  const recovered = [...all, ...tools].filter(({ error }) => error !== null).length;
  expect(all.length).toBe(145);
  expect(new Set(subagents.map(({ actor }) => actor)).size).toBe(3);
  expect(tools.filter(({ edit }) => edit !== null).length).toBe(60);
  expect([compacted, recovered]).toEqual([[24_000], 4]);
  expect(turns.at(-1)?.toS).toBeGreaterThan(2300);
});
