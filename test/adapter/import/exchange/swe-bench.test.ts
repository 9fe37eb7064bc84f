// Predictions and reports of SWE-bench, and reports of test runners: each instance is one cell, in whatever order its files
// come, and each verdict is its own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { agentSamples } from '../../../support/agent-samples.ts';
import { TestCollector } from '../../../support/collector.ts';

let folder: string;
let collector: TestCollector;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'playhead-swe-bench-'));
  collector = await TestCollector.start();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: unknown): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return path;
}
const load = (...paths: string[]) => importFiles(paths, { endpoint: collector.url });

const MODEL = 'anthropic/claude-4.5';
const patch = `diff --git a/src/parse.py b/src/parse.py
--- a/src/parse.py
+++ b/src/parse.py
@@ -1,1 +1,1 @@
-old
+new
`;
const prediction = (instance: string, model_patch: string | null = patch) => ({
  model_name_or_path: MODEL,
  instance_id: instance,
  model_patch,
});
const cellOf = (instance: string, agent = 'unknown') => `swe-bench/${agent}/${MODEL}/swe-bench/${instance}`;
const reportOf = (resolved: boolean) => ({
  patch_is_None: false,
  patch_exists: true,
  patch_successfully_applied: true,
  resolved,
  tests_status: {
    FAIL_TO_PASS: {
      success: ['test_parse.py::test_one'],
      failure: resolved ? [] : ['test_parse.py::test_two'],
    },
    PASS_TO_PASS: { success: ['test_parse.py::test_old'], failure: [] },
  },
});
function writeReport(instance: string, resolved: boolean): string {
  const at = `logs/run_evaluation/first/anthropic__claude-4.5/${instance}`;
  write(`${at}/test_output.txt`, 'collected 3 items');
  return write(`${at}/report.json`, { [instance]: reportOf(resolved) });
}
const trajectory =
  agentSamples.find(({ agent, text }) => agent === 'mini-swe-agent' && text.includes('trajectory_format'))
    ?.text ?? '';
const summary = {
  total_instances: 4,
  resolved_ids: ['django__django-1'],
  unresolved_ids: ['django__django-2'],
  empty_patch_ids: ['django__django-3'],
  error_ids: ['django__django-4'],
};
const writeSummary = () => write('anthropic__claude-4.5.first.json', summary);
const instances = [1, 2, 3, 4].map((number) => `django__django-${number}`);

describe('predictions', () => {
  const all = instances.map((instance, index) => prediction(instance, index === 2 ? null : patch));

  test.each([
    ['a list', JSON.stringify(all)],
    ['an object by instance', JSON.stringify(Object.fromEntries(all.map((one) => [one.instance_id, one])))],
    ['a line each', all.map((one) => JSON.stringify(one)).join('\n')],
  ])('as %s are a cell an instance with the patch as its changes', async (_form, text) => {
    const report = await load(write('preds.json', text));
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual(instances.map((instance) => cellOf(instance)));
    const { changes } = await collector.changes(cellOf('django__django-1'));
    expect(changes).toMatchObject([{ path: 'src/parse.py', change: 'modified' }]);
    expect((await collector.changes(cellOf('django__django-3'))).changes).toEqual([]);
  });

  test('have the trajectory beside them as their run, and it is read once', async () => {
    write('batch/preds.json', { 'django__django-1': prediction('django__django-1') });
    write('batch/django__django-1/django__django-1.traj.json', trajectory);
    const report = await load(join(folder, 'batch'));
    expect(report.problems).toEqual([]);
    expect(await collector.cellIds()).toEqual([cellOf('django__django-1', 'mini-swe-agent')]);
    const cell = await collector.cell(cellOf('django__django-1', 'mini-swe-agent'));
    expect(cell.modelCalls).toBeGreaterThan(0);
    expect((await collector.changes(cell.id)).changes).toHaveLength(1);
  });

  test('that name no instance are told, and no instance names a file elsewhere', async () => {
    write('secret.traj.json', trajectory);
    const odd = { model_name_or_path: MODEL, model_patch: patch };
    const report = await load(write('in/preds.json', [prediction('../secret'), odd]));
    expect(report.lines.join()).toContain('1 left out');
    expect((await collector.cells()).map(({ modelCalls }) => modelCalls)).toEqual([0]);
  });
});

describe('reports', () => {
  test('whose tests printed more than is read say so', async () => {
    const file = writeReport('django__django-1', true);
    write(join(dirname(file).slice(folder.length + 1), 'test_output.txt'), 'x'.repeat(50_000));
    const { lines, problems } = await importFiles([file], { endpoint: collector.url, wholeBytes: 20_000 });
    expect(problems).toEqual([]);
    expect(lines[0]).toMatch(/; could not be read: test_output\.txt /);
  });

  test('that are stopped say how far they came', async () => {
    const signal = AbortSignal.abort();
    const { problems } = await importFiles([writeSummary()], { endpoint: collector.url, signal });
    expect(problems).toEqual([expect.stringContaining('interrupted: 0 of its verdicts are loaded')]);
  });

  test('give each instance its verdict, with the tests that failed', async () => {
    const report = await load(writeReport('django__django-1', true), writeReport('django__django-2', false));
    expect(report.problems).toEqual([]);
    const [passed, failed] = [
      await collector.cell(cellOf('django__django-1')),
      await collector.cell(cellOf('django__django-2')),
    ];
    expect([passed.outcome, failed.outcome]).toEqual(['passed', 'failed']);
    expect(failed.scores[0]).toMatchObject({
      axis: 'pass_rate',
      scorer: 'swe-bench',
      values: { pass: 0, evaluation: 'first', fail_to_pass_passed: 1, fail_to_pass_total: 2 },
    });
    const { spans } = await collector.trace(failed.id);
    expect(JSON.stringify(spans)).toContain('collected 3 items');
    expect(JSON.stringify(spans)).toContain('test_parse.py::test_two');
  });

  test('and predictions and a summary make the same cells in any order, once and again', async () => {
    const preds = write(
      'preds.json',
      instances.map((instance) => prediction(instance)),
    );
    const files = [preds, writeReport('django__django-1', true), writeSummary()];
    const facts = async () => {
      const cells = await Promise.all(instances.map((instance) => collector.cell(cellOf(instance))));
      return cells.map(({ id, outcome, spans, scores }) => ({
        id,
        outcome,
        spans,
        scores: scores.map(({ axis, scorer, values }) => ({ axis, scorer, values })),
      }));
    };
    const seen: unknown[] = [];
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 2, 0],
    ]) {
      collector = await TestCollector.start();
      for (const index of [...order, ...order]) {
        const report = await load(files[index] ?? '');
        expect(report.problems).toEqual([]);
      }
      expect(await collector.cellIds()).toEqual(instances.map((instance) => cellOf(instance)));
      for (const instance of instances)
        expect((await collector.changes(cellOf(instance))).changes).toHaveLength(1);
      seen.push(await facts());
    }
    expect(seen[1]).toEqual(seen[0]);
    expect(seen[2]).toEqual(seen[0]);
    expect(seen[0]).toMatchObject([
      { outcome: 'passed', scores: [{ values: { fail_to_pass_total: 1 } }] },
      { outcome: 'failed' },
      { outcome: 'failed', scores: [{ values: { patch: 'empty' } }] },
      { outcome: 'verifier_error' },
    ]);
  });
});

describe('a report of a test runner', () => {
  const junit = (failed: boolean) =>
    `<?xml version="1.0"?><testsuites><testsuite name="s" tests="2" failures="${failed ? 1 : 0}">` +
    `<testcase name="one" classname="s"/><testcase name="two" classname="s">` +
    `${failed ? '<failure message="expected 1, got 2"/>' : ''}</testcase></testsuite></testsuites>`;
  const ctrf = {
    results: {
      tool: { name: 'pytest' },
      summary: { tests: 1, passed: 1, failed: 0 },
      tests: [{ name: 'one', status: 'passed', duration: 1 }],
    },
  };

  test.each([
    ['JUnit’s XML', junit(true), 'failed'],
    ['CTRF', JSON.stringify(ctrf), 'passed'],
  ])('in %s is the verdict of the run that it lies beside', async (_form, text, outcome) => {
    write('run/agent.traj.json', trajectory);
    write('run/report', text);
    const report = await load(join(folder, 'run'));
    expect(report.problems).toEqual([]);
    expect((await collector.cells()).map((cell) => cell.outcome)).toEqual([outcome]);
  });
});
