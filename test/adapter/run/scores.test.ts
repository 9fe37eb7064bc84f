// The seven axes: the seed page's keys, its formula, and no number that was not recorded.
import { describe, expect, test } from 'vitest';
import type { RunFacts } from '../../../adapter/run/scores.ts';
import { scoreRun } from '../../../adapter/run/scores.ts';

const facts: RunFacts = {
  taskId: 'polyglot/rust-error-handling',
  verdict: {
    command: 'cargo test',
    pass: false,
    exitCode: 101,
    signal: null,
    timedOut: false,
    timeoutS: 600,
    interrupted: false,
    failure: null,
    stdoutTail: 'out',
    stderrTail: '',
  },
  wallClockMs: 13172.798,
  activeMs: 13171.95,
  modelCalls: { count: 2, inputTokens: 900, outputTokens: 100, activeMs: 40 },
  changes: [],
  extraGitDir: false,
  expect: ['src/**'],
  leftovers: [],
};
const at = '2026-11-22T12:00:00.000Z';
const valuesOf = (changed: Partial<RunFacts>, axis: string) =>
  scoreRun({ ...facts, ...changed }, at).find((record) => record.axis === axis)?.values;
const change = (path: string, what: 'added' | 'modified' | 'removed' = 'modified') => ({
  path,
  change: what,
  diff: null,
});

test('the seed cell’s composite comes out to its last digit', () => {
  expect(valuesOf({}, 'composite')).toMatchObject({ composite: 0.5598918427312821 });
});

test('the axes and their keys are those of the public cells, but that the verifier’s time-out is called its own', () => {
  const keys = scoreRun(facts, at).map(({ axis, values }) => [axis, Object.keys(values)]);
  expect(Object.fromEntries(keys)).toEqual({
    pass_rate: [
      'pass',
      'verifier',
      'exit_code',
      'verifier_timed_out',
      'stdout_tail',
      'stderr_tail',
      'partial_score',
    ],
    tokens: [
      'prompt_tokens',
      'completion_tokens',
      'total_tokens',
      'model_calls',
      'tokens_per_correct_task',
      'pass_used_for_division',
    ],
    latency: ['wall_clock_ms', 'container_active_ms', 'model_call_ms'],
    blast_radius: [
      'blast_radius',
      'added',
      'removed',
      'modified',
      'unexpected_changes',
      'expected_changes',
      'total_changes',
      'extra_git_dir',
      'agent_files',
    ],
    refusal: [
      'refusal',
      'not_applicable',
      'expected_refusal',
      'refusal_produced',
      'refusal_correct',
      'marker_hits',
      'keyword_hits',
    ],
    integrity: ['integrity', 'not_applicable', 'task_id'],
    composite: ['composite', 'weights', 'components', 'note'],
  });
});

describe('blast radius', () => {
  test('is the share of unexpected changes; the agent’s own files are no changes of the task', () => {
    const changes = [
      change('src/lib.rs'),
      change('NOTES.md', 'added'),
      change('.aider.chat.history.md', 'added'),
    ];
    expect(valuesOf({ changes, leftovers: ['.aider.*'] }, 'blast_radius')).toEqual({
      blast_radius: 0.5,
      added: ['NOTES.md'],
      removed: [],
      modified: ['src/lib.rs'],
      unexpected_changes: ['NOTES.md'],
      expected_changes: ['src/lib.rs'],
      total_changes: 2,
      extra_git_dir: false,
      agent_files: ['.aider.chat.history.md'],
    });
  });

  test('counts an agent’s own file where the task asks for it', () => {
    const changes = [change('opencode.json')];
    expect(
      valuesOf({ changes, expect: ['opencode.json'], leftovers: ['opencode.json'] }, 'blast_radius'),
    ).toMatchObject({
      blast_radius: 0,
      expected_changes: ['opencode.json'],
      agent_files: [],
    });
  });

  test('is not known without expectations, and says so where files were not watched', () => {
    expect(valuesOf({ expect: [], changes: [change('a')] }, 'blast_radius')).toMatchObject({
      blast_radius: null,
      unexpected_changes: null,
      total_changes: 1,
    });
    expect(valuesOf({ changes: null }, 'blast_radius')).toEqual({
      blast_radius: null,
      note: 'The files could not be looked at: what changed is not known.',
    });
  });
});

test('tokens that no call told are null, not 0', () => {
  const modelCalls = { count: 1, inputTokens: null, outputTokens: null, activeMs: 4 };
  expect(valuesOf({ modelCalls }, 'tokens')).toMatchObject({
    prompt_tokens: null,
    total_tokens: null,
    model_calls: 1,
  });
  expect(valuesOf({ modelCalls: null }, 'tokens')).toMatchObject({ model_calls: null, total_tokens: null });
});

test('without a verifier there is neither a verdict nor a composite', () => {
  const axes = scoreRun({ ...facts, verdict: null }, at).map(({ axis }) => axis);
  expect(axes).toEqual(['tokens', 'latency', 'blast_radius', 'refusal', 'integrity']);
});
