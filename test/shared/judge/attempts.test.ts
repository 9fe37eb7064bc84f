// One rule for what counts: what a sweep's page and its judgement say of the same cells is the same, whatever became of them.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tablesOf } from '../../../shared/judge/tables.ts';
import { outcomes } from '../../../shared/outcome-words.ts';
import { indexSweep } from '../../../viewer/model/sweep/matrix.ts';
import { totalsOf } from '../../../viewer/model/sweep/sweep-totals.ts';
import { aSweep } from '../../support/sweep-builders.ts';

const cells = fc.array(
  fc.record({ outcome: fc.constantFrom(...outcomes), pass: fc.constantFrom(null, 0, 0.5, 1) }),
  { maxLength: 30 },
);

test('page and gate count the same attempts and the same passes', () => {
  fc.assert(
    fc.property(cells, fc.boolean(), (list, withoutInfrastructure) => {
      const none = list.map(() => null);
      const { units } = tablesOf({
        sweep: 's',
        configurations: [{ agent: 'a', version: null, model: 'm', settings: null }],
        tasks: ['f/t'],
        configuration: list.map(() => 0),
        task: list.map(() => 0),
        outcome: list.map(({ outcome }) => outcomes.indexOf(outcome)),
        pass: list.map(({ pass }) => pass),
        cost: none,
        wallMs: none,
        tokens: none,
      });
      const { n = 0, c = 0, leftOut = 0, unscored = 0 } = units[0] ?? {};
      const ids = list.map((cell, at) => ({
        ...cell,
        ...{ id: `s/a/m/f/t#run${at + 1}`, agent: 'a', model: 'm', family: 'f', task: 'f/t' },
        ...{ attempt: at + 1, composite: null, durationMs: null },
      }));
      const all = Uint32Array.from(list, (_, at) => at);
      const page = totalsOf(indexSweep(aSweep(ids)), all, withoutInfrastructure);
      expect([page.attempts, page.passed, page.leftOut, page.open]).toEqual([n, c, leftOut, unscored]);
    }),
    { numRuns: 50 },
  );
});
