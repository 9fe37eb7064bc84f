// Jobs of Harbor and trajectories in ATIF: each trial becomes a cell with its steps, its parts, its verdict and its terminal.
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { agentSamples } from '../../../support/agent-samples.ts';
import { TestCollector } from '../../../support/collector.ts';
import { databaseFolder } from '../../../support/machine/database-folder.ts';

let folder: string;
let collector: TestCollector;
beforeAll(async () => {
  folder = databaseFolder();
  const now = () => BigInt(Date.parse('2026-11-30T12:00:00Z')) * 1_000_000n;
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now });
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (seconds: number) => new Date(Date.parse('2026-11-30T10:00:00Z') + seconds * 1000).toISOString();
const part = (from: number, to: number) => ({ started_at: at(from), finished_at: at(to) });

function write(name: string, content: unknown): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  const isText = typeof content === 'string' || Buffer.isBuffer(content);
  writeFileSync(path, isText ? content : JSON.stringify(content));
}
const load = (name: string) => importFiles([join(folder, name)], { endpoint: collector.url });

const resultOf = (trial: string, more: object = {}) => ({
  id: `id-of-${trial}`,
  task_name: 'fix-parser',
  trial_name: trial,
  source: 'terminal-bench',
  config: {},
  agent_info: { name: 'terminus-2', version: '2.0', model_info: { name: 'gpt-5', provider: 'openai' } },
  agent_result: { n_input_tokens: 3000, n_cache_tokens: 1000, n_output_tokens: 90, cost_usd: 0.25 },
  verifier_result: { rewards: { reward: 1, style: 0.5 } },
  exception_info: null,
  ...part(0, 40),
  environment_setup: part(0, 5),
  agent_setup: part(5, 6),
  agent_execution: part(6, 30),
  verifier: part(30, 39),
  ...more,
});

const step = (id: number, source: string, seconds: number, more: object = {}) => ({
  step_id: id,
  source,
  timestamp: at(seconds),
  message: `${source} ${id}`,
  ...more,
});
const metrics = { prompt_tokens: 1000, cached_tokens: 500, completion_tokens: 30, cost_usd: 0.1 };
const call = (id: string, name = 'bash') => ({
  tool_call_id: id,
  function_name: name,
  arguments: { cmd: 'ls' },
});
const result = (id: string | null, content: string, more: object = {}) => ({
  source_call_id: id,
  content,
  ...more,
});

const helper = {
  schema_version: 'ATIF-v1.7',
  trajectory_id: 'sub-1',
  agent: { name: 'helper', version: '1', model_name: 'gpt-5-mini' },
  steps: [
    step(1, 'user', 11),
    step(2, 'agent', 12, {
      metrics,
      tool_calls: [call('s1')],
      observation: { results: [result('s1', 'found')] },
    }),
  ],
};
const trajectory = {
  schema_version: 'ATIF-v1.7',
  session_id: 'session-1',
  agent: { name: 'terminus-2', version: '2.0', model_name: 'gpt-5' },
  steps: [
    step(1, 'user', 6),
    step(2, 'agent', 10, {
      metrics,
      reasoning_content: 'look first',
      tool_calls: [call('c1'), call('c2', 'ask')],
      observation: {
        results: [
          result('c1', 'parser.py'),
          result('c2', 'asked', { subagent_trajectory_ref: [{ trajectory_id: 'sub-1' }] }),
        ],
      },
    }),
    step(3, 'agent', 20, {
      llm_call_count: 0,
      tool_calls: [call('c3')],
      observation: { results: [result(null, 'done')] },
    }),
  ],
  subagent_trajectories: [helper],
  final_metrics: { total_prompt_tokens: 2000, total_cost_usd: 0.2 },
  continued_trajectory_ref: 'trajectory.cont-1.json',
};
const continuation = {
  schema_version: 'ATIF-v1.7',
  session_id: 'session-1-cont-1',
  agent: trajectory.agent,
  steps: [
    step(1, 'agent', 10, { is_copied_context: true, metrics }),
    step(2, 'agent', 25, { metrics, message: 'all done' }),
  ],
  final_metrics: { total_prompt_tokens: 3000, total_cost_usd: 0.3 },
};

function writeTrial(job: string, trial: string, more: object = {}): void {
  write(`${job}/${trial}/result.json`, resultOf(trial, more));
  write(`${job}/${trial}/config.json`, { trial_name: trial, task: { path: 'tasks/fix-parser' } });
  write(`${job}/${trial}/agent/trajectory.json`, trajectory);
  write(`${job}/${trial}/agent/trajectory.cont-1.json`, continuation);
  write(`${job}/${trial}/verifier/test-stdout.txt`, 'test_parser.py::test_one PASSED');
  write(
    `${job}/${trial}/agent/recording.cast`,
    `{"version":2,"width":80,"height":24,"timestamp":${Date.parse(at(6)) / 1000}}\n[1,"o","hi"]\n`,
  );
}
const cellOf = (job: string, attempt = 1) =>
  `${job}/terminus-2/openai/gpt-5/terminal-bench/fix-parser${attempt > 1 ? `#run${attempt}` : ''}`;

test('a job is searched trial by trial, and each is a cell with its parts, steps, verdict and terminal', async () => {
  writeTrial('nightly', 'fix-parser__AbCdEfG');
  write('nightly/result.json', { id: 'job', n_total_trials: 1, stats: {} });
  const report = await load('nightly');
  expect(report.problems).toEqual([]);
  expect(report.cells).toEqual([cellOf('nightly')]);
  const detail = await collector.cell(cellOf('nightly'));
  expect(detail).toMatchObject({
    outcome: 'passed',
    modelCalls: 3,
    tokens: { input: 3000, cacheRead: 1500, output: 90 },
  });
  const kept = new Map(detail.scores.map(({ axis, values }) => [axis, values]));
  expect(kept.get('pass_rate')).toMatchObject({ pass: 1, verifier: 'reward' });
  expect(kept.get('style')).toEqual({ value: 0.5 });
  const { spans } = await collector.trace(cellOf('nightly'));
  expect(spans.map(({ kind }) => kind)).toEqual([
    'task_setup',
    'task_setup',
    'adapter_run',
    'model_call',
    'tool_call',
    'tool_call',
    'model_call',
    'tool_call',
    'tool_call',
    'model_call',
    'verify',
  ]);
  const asked = spans.find(({ attributes }) => attributes['gen_ai.tool.name'] === 'ask');
  expect(spans.filter(({ parentSpanId }) => parentSpanId === asked?.spanId).map(({ kind }) => kind)).toEqual([
    'model_call',
    'tool_call',
  ]);
  expect(spans.at(-1)?.attributes['bench.verify.output']).toContain('test_one PASSED');
  expect((await collector.terminal(cellOf('nightly'))).events.map(([, , text]) => text)).toEqual(['hi']);
});

test('importing a job again adds nothing, and trials that came since are further attempts', async () => {
  writeTrial('grown', 'fix-parser__first');
  await load('grown');
  const before = await collector.trace(cellOf('grown'));
  writeTrial('grown', 'fix-parser__after', { started_at: at(100) });
  const report = await load('grown');
  expect(report.cells.toSorted()).toEqual([cellOf('grown'), cellOf('grown', 2)]);
  expect(await collector.trace(cellOf('grown'))).toEqual(before);
});

test('what the agent itself kept is read before the trajectory made of it', async () => {
  const kept = agentSamples.find(({ agent, kind }) => agent === 'codex' && kind === 'keeps');
  write('own/fix-parser__x/result.json', resultOf('fix-parser__x'));
  write('own/fix-parser__x/agent/trajectory.json', trajectory);
  write('own/fix-parser__x/agent/sessions/2026/rollout.jsonl', kept?.text ?? '');
  const report = await load('own');
  expect(report.problems).toEqual([]);
  expect(report.lines[0]).toContain('codex: ');
});

describe('how a trial ended', () => {
  const none = { verifier_result: null, verifier: null };
  const exception = (type: string, message: string) => ({
    exception_info: { exception_type: type, exception_message: message, occurred_at: at(30) },
  });
  test.each([
    ['AgentTimeoutError', 'Agent execution timed out after 900.0 seconds', none, 'timed_out'],
    ['NonZeroAgentExitCodeError', 'agent died', none, 'agent_error'],
    ['CancelledError', '', none, 'interrupted'],
    [
      'VerifierTimeoutError',
      'Verifier execution timed out after 60.0 seconds',
      { verifier_result: null },
      'verifier_error',
    ],
    ['RewardFileNotFoundError', 'No reward file', { verifier_result: null }, 'verifier_error'],
    [
      'EnvironmentStartTimeoutError',
      'Environment start timed out after 600 s',
      { ...none, agent_execution: null },
      'unscored',
    ],
  ])('%s is told', async (type, message, more, outcome) => {
    writeTrial(type, 'fix-parser__t', { ...more, ...exception(type, message) });
    const report = await load(type);
    expect(report.problems).toEqual([]);
    const detail = await collector.cell(cellOf(type));
    expect([detail.outcome, detail.judgement.sentence]).toEqual([outcome, expect.any(String)]);
  });
});

test('a link in a trial leads nowhere, and a broken result leaves what else is told', async () => {
  write('secret.txt', 'the secret');
  writeTrial('hostile', 'fix-parser__h');
  write('hostile/fix-parser__h/result.json', '{"trial_name": "fix-parser__h"');
  rmSync(join(folder, 'hostile/fix-parser__h/verifier/test-stdout.txt'));
  symlinkSync(join(folder, 'secret.txt'), join(folder, 'hostile/fix-parser__h/verifier/test-stdout.txt'));
  const report = await load('hostile');
  expect(report.problems).toEqual([]);
  const [cell = ''] = report.cells;
  expect(JSON.stringify(await collector.trace(cell))).not.toContain('the secret');
  expect(await collector.cell(cell)).toMatchObject({ modelCalls: 3, outcome: 'unscored' });
});

test('folders that are links lead nowhere either', async () => {
  const others = ['agent', 'verifier'] as const;
  writeTrial('elsewhere', 'fix-parser__e');
  write('elsewhere/fix-parser__e/verifier/test-stdout.txt', 'the secret');
  writeTrial('linked', 'fix-parser__l');
  for (const name of others) {
    rmSync(join(folder, 'linked/fix-parser__l', name), { recursive: true });
    symlinkSync(join(folder, 'elsewhere/fix-parser__e', name), join(folder, 'linked/fix-parser__l', name));
  }
  const report = await load('linked');
  const [cell = ''] = report.cells;
  expect(JSON.stringify(await collector.trace(cell))).not.toContain('the secret');
  expect(await collector.cell(cell)).toMatchObject({ modelCalls: 0 });
  expect((await collector.request(`/api/cells/${encodeURIComponent(cell)}/terminal`)).status).toBe(404);
});

test('a recording that is broken is told by itself, and the trial is there', async () => {
  writeTrial('broken', 'fix-parser__b');
  write('broken/fix-parser__b/agent/recording.cast', 'no recording');
  const report = await load('broken');
  expect(report.cells).toEqual([cellOf('broken')]);
  expect(report.problems.join()).toMatch(/recording\.cast: /);
  expect((await collector.cell(cellOf('broken'))).outcome).toBe('passed');
});

test('a trial is of its job however its folder is named', async () => {
  writeTrial('named', 'fix-parser__n');
  expect((await load('named/fix-parser__n')).cells).toEqual([cellOf('named')]);
  const within = await importFiles([`${join(folder, 'named/fix-parser__n')}/.`], { endpoint: collector.url });
  expect(within.cells).toEqual([cellOf('named')]);
});

test('a file of the agent that cannot be read is told', async () => {
  writeTrial('unread', 'fix-parser__u');
  write('unread/fix-parser__u/agent/sessions/packed.jsonl', Buffer.from([0x1f, 0x8b, 8, 0, 1, 2, 3, 4]));
  const report = await load('unread');
  expect(report.cells).toEqual([cellOf('unread')]);
  expect(report.lines[0]).toMatch(/1 files of the agent could not be read: .*packed\.jsonl/);
});

test('a file of the trial that is too large is told, and read where more is allowed', async () => {
  writeTrial('large', 'fix-parser__l');
  write('large/fix-parser__l/verifier/test-stdout.txt', 'x'.repeat(100_000));
  write('large/fix-parser__l/agent/trajectory.json', { ...trajectory, notes: 'x'.repeat(100_000) });
  const paths = [join(folder, 'large')];
  const less = await importFiles(paths, { endpoint: collector.url, wholeBytes: 50_000 });
  expect(less.problems).toEqual([]);
  expect(less.lines[0]).toMatch(
    /of the agent could not be read: trajectory\.json;.*; could not be read: test-stdout\.txt;/,
  );
  const more = await importFiles(paths, { endpoint: collector.url, wholeBytes: 500_000 });
  expect(more.lines[0]).not.toContain('could not be read');
});

describe('a trajectory by itself', () => {
  test('is a run; subagents that send themselves are read once', async () => {
    const self = { ...helper, steps: [...helper.steps, { ...trajectory.steps[1], step_id: 3 }] };
    write('alone.json', { ...trajectory, session_id: 'alone', subagent_trajectories: [self] });
    const report = await load('alone.json');
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual(['adhoc/terminus-2/alone']);
    expect((await collector.cell('adhoc/terminus-2/alone')).modelCalls).toBe(3);
  });

  test('of a version that is not read is named', async () => {
    write('two.json', { ...trajectory, schema_version: 'ATIF-v2.0' });
    expect((await load('two.json')).problems.join()).toContain('is in ATIF-v2.0; ATIF of version 1 is read');
  });
});

test('many trials are told in one line', async () => {
  for (let number = 0; number < 21; number++)
    write(`many/fix__${number}/result.json`, resultOf(`fix__${number}`, { started_at: at(number) }));
  const report = await load('many');
  expect(report.problems).toEqual([]);
  expect(report.lines).toHaveLength(3);
  expect(report.lines[0]).toBe('21 × a trial of Harbor → 21 cells');
});
