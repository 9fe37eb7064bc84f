// Files that the tools themselves made: what is shown of them is what these tools read out of them, to the digit, and importing
// them in any order, in parts and again changes no total and makes no second cell.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { TestCollector } from '../../../support/collector.ts';

const fixtures = join(import.meta.dirname, '../../../fixtures/exchange');
const factsIn = <T>(name: string) => JSON.parse(readFileSync(join(fixtures, name), 'utf8')) as T;

interface SampleFacts {
  readonly id: string;
  readonly epoch: number;
  readonly model_calls: number;
  readonly tool_calls: number;
  readonly input_tokens: number;
  readonly input_tokens_cache_read: number;
  readonly output_tokens: number;
  readonly scores: Readonly<Record<string, string>>;
  readonly error: string | null;
  readonly limit: string | null;
}
interface TrialFacts {
  readonly trial: string;
  readonly model_calls: number;
  readonly tool_calls: number;
  readonly n_input_tokens: number;
  readonly n_cache_tokens: number;
  readonly n_output_tokens: number;
  readonly cost_usd: number;
  readonly end: string;
}

const logs = Object.entries(factsIn<Record<string, { samples: SampleFacts[] }>>('facts-inspect.json'));
const trials = factsIn<TrialFacts[]>('facts-harbor.json');

async function told(collector: TestCollector, id: string) {
  const { modelCalls, tokens, outcome, cost } = await collector.cell(id);
  const { spans } = await collector.trace(id);
  const toolCalls = spans.filter(({ kind }) => kind === 'tool_call').length;
  return { id, modelCalls, toolCalls, tokens, outcome, cost, spans: spans.length };
}

test.each(logs)('%s.eval: each sample is as Inspect reads it', async (name, { samples }) => {
  const collector = await TestCollector.start();
  const report = await importFiles([join(fixtures, `${name}.eval`)], { endpoint: collector.url });
  expect(report.problems).toEqual([]);
  expect(report.cells).toHaveLength(samples.length);
  for (const sample of samples) {
    const attempt = sample.epoch === 1 ? '' : `#run${sample.epoch}`;
    const id = report.cells.find((cell) => cell.endsWith(`/${sample.id}${attempt}`)) ?? '';
    const isAsked = sample.model_calls > 0;
    const { match } = sample.scores;
    expect(await told(collector, id)).toMatchObject({
      modelCalls: sample.model_calls,
      toolCalls: sample.tool_calls,
      // Here what a cache held is part of the input.
      tokens: isAsked
        ? {
            input: sample.input_tokens + sample.input_tokens_cache_read,
            cacheRead: sample.input_tokens_cache_read,
            output: sample.output_tokens,
          }
        : { input: null, output: null },
      outcome: sample.error !== null ? 'agent_error' : match === 'C' ? 'passed' : 'failed',
    });
  }
});

test('harbor-job: each trial is as Harbor adds it up', async () => {
  const collector = await TestCollector.start();
  const report = await importFiles([join(fixtures, 'harbor-job')], { endpoint: collector.url });
  expect(report.problems).toEqual([]);
  expect(report.cells).toHaveLength(trials.length);
  const cells = await Promise.all(report.cells.map((id) => told(collector, id)));
  for (const trial of trials) {
    const task = trial.trial.split('__')[0];
    const outcome = trial.end === 'under way' ? 'unscored' : trial.end;
    expect(cells.filter(({ id, outcome: is }) => id.includes(`/${task}`) && is === outcome)).toMatchObject([
      {
        modelCalls: trial.model_calls,
        toolCalls: trial.tool_calls,
        tokens: {
          input: trial.n_input_tokens,
          cacheRead: trial.n_cache_tokens,
          output: trial.n_output_tokens,
        },
      },
    ]);
  }
  const costs = cells.map(({ cost }) => cost);
  expect(JSON.stringify(costs)).toContain('0.0375');
});

const units = [
  ...logs.map(([name]) => join(fixtures, `${name}.eval`)),
  ...trials.map(({ trial }) => join(fixtures, 'harbor-job', trial)),
];

test('in any order, in parts and again they make the same cells with the same totals', async () => {
  const all = async (calls: readonly (readonly string[])[]) => {
    const collector = await TestCollector.start();
    for (const paths of calls) await importFiles(paths, { endpoint: collector.url });
    const facts = await Promise.all((await collector.cellIds()).map((id) => told(collector, id)));
    await collector.close();
    return facts;
  };
  const once = await all([units]);
  expect(once).toHaveLength(6 + 2 + 1 + 3);
  const anyCalls = fc
    .array(fc.shuffledSubarray(units, { minLength: 1, maxLength: 3 }), { maxLength: 3 })
    .chain((parts) =>
      fc.shuffledSubarray(units, { minLength: units.length }).map((rest) => [...parts, rest]),
    );
  await fc.assert(
    fc.asyncProperty(anyCalls, async (calls) => {
      expect(await all(calls)).toEqual(once);
    }),
    { numRuns: 4 },
  );
}, 120_000);
