// A failure of the surroundings is the same everywhere: in the command line's table, on the run's page, in lists, in a
// sweep's matrix, on a badge and in a table of cells. What was posted of it counts nowhere.
import { expect, test } from 'vitest';
import type { RunResult } from '../../adapter/run/run-options.ts';
import { judgeRun, runTable } from '../../bin/run-table.ts';
import type { Attribute } from '../../collector/record.ts';
import { sweepCellsCsv } from '../../shared/export/sweep-cells-csv.ts';
import { type Outcome, outcomeWord } from '../../shared/outcome-words.ts';
import type { SweepMatrix } from '../../shared/wire.ts';
import { describeOutcome } from '../../viewer/model/cells/outcome-sentence.ts';
import { indexSweep, pivot } from '../../viewer/model/sweep/matrix.ts';
import { outcomeWords } from '../../viewer/model/sweep/square-content.ts';
import { totalsOf, totalsWords } from '../../viewer/model/sweep/sweep-totals.ts';
import { usualAxes } from '../../viewer/model/sweep/usual-view.ts';
import { noFilters } from '../../viewer/state/sweep/sweep-address.ts';
import { sharedCollector } from '../support/hostile.ts';
import { aBatch, aSpan } from '../support/otlp/otlp-builders.ts';

const collectorOf = sharedCollector();

const failures: Partial<Record<Outcome, { readonly attributes: Attribute[]; readonly message: string }>> = {
  provider_error: {
    attributes: [
      ['gen_ai.operation.name', 'chat'],
      ['http.response.status_code', 529],
    ],
    message: 'overloaded',
  },
  rate_limited: {
    attributes: [
      ['gen_ai.operation.name', 'chat'],
      ['http.response.status_code', 429],
    ],
    message: 'slow down',
  },
  verifier_error: {
    attributes: [
      ['bench.span.kind', 'verify'],
      ['process.exit.code', 127],
    ],
    message: 'exit code 127',
  },
  interrupted: { attributes: [['bench.span.kind', 'adapter_run']], message: 'interrupted' },
};

test.each(Object.keys(failures) as Outcome[])('%s', async (outcome) => {
  const collector = collectorOf();
  const sweep = `words-${outcome}`;
  const id = `${sweep}/agent/m/f/t`;
  const { attributes = [], message = '' } = failures[outcome] ?? {};
  await collector.sendTraces([aBatch([aSpan({ attributes, statusCode: 2, statusMessage: message })])], {
    cell: id,
  });
  const posted = [
    { axis: 'pass_rate', values: { pass: 0 } },
    { axis: 'composite', values: { composite: 0.4 } },
  ];
  await collector.putScores(id, posted);
  const word = outcomeWord(outcome);

  const detail = await collector.cell(id);
  const page = describeOutcome(detail, [], [], null);
  expect([page.outcome, page.badge]).toEqual([outcome, word]);
  const sentence = detail.judgement.sentence;
  expect(page.sentence.map(({ text }) => text).join('')).toContain(sentence.slice(0, -1));
  expect(detail.headlines.filter(({ axis }) => axis === 'pass_rate' || axis === 'composite')).toMatchObject([
    { value: null, grade: 'not applicable', because: `does not count: ${word.toLowerCase()}` },
    { value: null, grade: 'not applicable', because: `does not count: ${word.toLowerCase()}` },
  ]);

  const result = { cellId: id, spoolFile: null, modelCalls: 0, toolCalls: 0 } as RunResult;
  const table = runTable(await judgeRun({ endpoint: collector.url }, result), result);
  expect(table[0]).toBe(`${word}: ${sentence}`);
  const numbers = table.filter((row) => /^ {2}(?:Pass|Composite)/.test(row));
  expect(numbers.map((row) => row.split(/ {2,}/).slice(2))).toEqual([
    ['not applicable', `does not count: ${word.toLowerCase()}`],
    ['not applicable', `does not count: ${word.toLowerCase()}`],
  ]);

  const row = (await collector.cells()).find((cell) => cell.id === id);
  expect([row?.outcome, row?.pass, row?.composite]).toEqual([outcome, null, null]);

  const wire = (await (await collector.request(`/api/sweeps/${sweep}`)).json()) as SweepMatrix;
  const index = indexSweep(wire);
  const matrix = pivot(index, { ...noFilters, ...usualAxes({ rows: null, columns: null }, index) } as never);
  expect([outcomeWords(matrix.total), matrix.total.mean]).toEqual([word, null]);
  expect(totalsWords(totalsOf(index, matrix.list, false))).toEqual([
    'no attempt was judged',
    '1 infrastructure failure left out',
  ]);

  const badge = await (await collector.request(`/badge/agent/m/f/t.svg?sweep=${sweep}`)).text();
  expect(badge).toContain(`>${word.toLowerCase()}</text>`);

  const csv = String(sweepCellsCsv.convert({ cells: () => [index.cell(0)] } as never));
  const [names = '', values = ''] = csv.split(/\r?\n/);
  const column = (name: string) => values.split(',')[names.split(',').indexOf(name)];
  expect(['outcome', 'pass', 'composite'].map(column)).toEqual([outcome, '', '']);
});
