// The table of outcomes in docs/counting.md is what the code that decides says.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { blameOf } from '../../shared/outcome-blame.ts';
import { outcomes, outcomeWord } from '../../shared/outcome-words.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/counting.md'), 'utf8');

test('the page says of every outcome whose it is and when it is given', () => {
  const counts = { agent: 'the agent’s', surroundings: 'the surroundings’', nobody: 'nobody’s' };
  const rows = outcomes.map(
    (outcome) =>
      `| \`${outcome}\` | ${outcomeWord(outcome)} | ${counts[blameOf[outcome].whose]} | ${blameOf[outcome].when} |`,
  );
  const table = ['| outcome | shown as | whose | when |', '| --- | --- | --- | --- |', ...rows].join('\n');
  const [, stated] =
    /<!-- outcomes: generated from shared\/outcome-blame.ts -->\n([\s\S]*?)\n?<!-- \/outcomes -->/.exec(
      page,
    ) ?? [];
  expect(stated).toBe(table);
});
