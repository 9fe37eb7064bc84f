// The table of outcomes in docs/counting.md is what the code that decides says.
import { readFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { judgeOutcome } from '../../shared/outcome.ts';
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

/** What becomes of a run whose only call was answered so, and which did not pass. */
function judgedAfter(status: number): string {
  const call = { key: 'c', kind: 'model_call', name: 'chat', status: 'error' };
  const rest = { statusMessage: null, errorType: null, exitCode: null, output: null };
  return judgeOutcome({
    scores: [{ axis: 'pass_rate', values: { pass: 0, exit_code: 1 } }],
    end: { exitCode: 1, timedOut: false },
    spans: [{ ...call, ...rest, httpStatus: status }],
    changes: null,
    harnessError: null,
    life: 'ended',
  }).outcome;
}

test('the answers that the table names are those that the rules decide by', () => {
  const named = (when: string) => (when.match(/\b\d{3}\b/g) ?? []).map(Number);
  const all = Array.from({ length: 200 }, (_, at) => 400 + at);
  const decided = (outcome: string) => all.filter((status) => judgedAfter(status) === outcome);
  expect(decided('incompatible')).toEqual(named(blameOf.incompatible.when));
  expect(decided('rate_limited')).toEqual(named(blameOf.rate_limited.when));
  const fives = all.filter((status) => status >= 500 && status !== 501);
  expect(blameOf.provider_error.when).toContain('5xx');
  expect(decided('provider_error')).toEqual([402, ...fives]);
});

test('the signals that the page names are those that end a verifier from outside', () => {
  const [, list = ''] = /process is ended by ([^.]+?) was stopped from outside/.exec(page) ?? [];
  const named = list.match(/SIG[A-Z]+/g) ?? [];
  const isOutside = (signal: string) => {
    const verify = {
      key: 'v',
      kind: 'verify',
      name: 'verify',
      status: 'error',
      statusMessage: `ended by ${signal}`,
    };
    return (
      judgeOutcome({
        scores: [{ axis: 'pass_rate', values: { pass: 0 } }],
        end: { exitCode: 0, timedOut: false },
        spans: [{ ...verify, errorType: null, httpStatus: null, exitCode: null, output: 'begun' }],
        changes: null,
        harnessError: null,
        life: 'ended',
      }).outcome === 'verifier_error'
    );
  };
  expect(named).toHaveLength(6);
  expect(Object.keys(constants.signals).filter(isOutside).sort()).toEqual([...named].sort());
});
