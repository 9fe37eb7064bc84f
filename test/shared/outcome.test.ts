// Every outcome that a cell can have, by what its records say.
import { describe, expect, it } from 'vitest';
import {
  type EvidenceSpan,
  infrastructureOutcomes,
  judgeOutcome,
  type OutcomeFacts,
} from '../../shared/outcome.ts';
import { outcomes } from '../../shared/outcome-words.ts';
import type { ScoreRecord } from '../../shared/score.ts';

const aSpan = (parts: Partial<EvidenceSpan>): EvidenceSpan => ({
  key: 'span',
  kind: 'model_call',
  name: 'chat',
  status: 'ok',
  statusMessage: null,
  errorType: null,
  httpStatus: null,
  exitCode: null,
  output: null,
  ...parts,
});
const judge = (parts: Partial<OutcomeFacts>) =>
  judgeOutcome({
    scores: [],
    end: { exitCode: 0, timedOut: false },
    spans: [],
    changes: null,
    banner: null,
    life: 'ended',
    ...parts,
  });
const verdict = (values: ScoreRecord['values']): ScoreRecord => ({ axis: 'pass_rate', values });
const blast = (values: ScoreRecord['values']): ScoreRecord => ({ axis: 'blast_radius', values });
const notPassed = verdict({ pass: 0, exit_code: 101 });

describe('the outcome', () => {
  it('is passed wherever the verifier passed it, whatever else happened', () => {
    const facts = { end: { exitCode: 1, timedOut: true }, banner: 'Provider rate limit (HTTP 429)' };
    expect(judge({ ...facts, scores: [verdict({ pass: 1 })] }).outcome).toBe('passed');
  });

  it('is running or interrupted for a run without an end, until a verdict comes', () => {
    expect(judge({ life: 'running' }).outcome).toBe('running');
    expect(judge({ life: 'interrupted' }).outcome).toBe('interrupted');
    expect(judge({ life: 'interrupted', scores: [notPassed] }).outcome).toBe('failed');
  });

  it('is a rate limit where the harness says so or the last model call shows it', () => {
    expect(
      judge({ scores: [notPassed], banner: 'Provider rate limit (HTTP 429) — retries exhausted.' }),
    ).toEqual({
      outcome: 'rate_limited',
      sentence: 'Provider rate limit (HTTP 429) — retries exhausted.',
      spanKey: null,
    });
    const limited = aSpan({ key: 'last', status: 'error', httpStatus: 429, statusMessage: 'slow down' });
    expect(judge({ scores: [notPassed], spans: [aSpan({}), limited] })).toMatchObject({
      outcome: 'rate_limited',
      sentence: 'The last model call hit a rate limit: slow down.',
      spanKey: 'last',
    });
  });

  it('is no rate limit where a later call got through', () => {
    const limited = aSpan({ status: 'error', httpStatus: 429 });
    expect(judge({ scores: [notPassed], spans: [limited, aSpan({})] }).outcome).toBe('failed');
  });

  it('is incompatible where no call was understood, and not where one was', () => {
    const banner = 'Model incompatible with this TUI — they could not handshake.';
    expect(judge({ banner, end: { exitCode: 1, timedOut: false } }).outcome).toBe('incompatible');
    const refused = aSpan({ status: 'error', httpStatus: 400, statusMessage: 'tools are not supported' });
    expect(judge({ spans: [refused, refused], scores: [notPassed] })).toMatchObject({
      outcome: 'incompatible',
      spanKey: 'span',
    });
    expect(judge({ spans: [aSpan({}), refused], scores: [notPassed] }).outcome).toBe('failed');
  });

  it('is timed out where the run, its verdict or the harness says so', () => {
    const run = aSpan({ key: 'run', kind: 'adapter_run' });
    expect(judge({ end: { exitCode: null, timedOut: true }, scores: [notPassed], spans: [run] })).toEqual({
      outcome: 'timed_out',
      sentence: 'The agent ran until its time limit.',
      spanKey: 'run',
    });
    expect(judge({ scores: [verdict({ pass: 0, timed_out: true })] }).outcome).toBe('timed_out');
    expect(judge({ banner: 'adapter timed out after 630s' }).outcome).toBe('timed_out');
  });

  it('is a verifier error where the verifier could not be run', () => {
    expect(judge({ scores: [verdict({ pass: 0, exit_code: 127 })] })).toMatchObject({
      outcome: 'verifier_error',
      sentence: 'The verifier could not be run: exit code 127.',
    });
    const broken = aSpan({ key: 'v', kind: 'verify', status: 'error', errorType: 'ENOENT' });
    expect(judge({ scores: [verdict({ pass: 0 })], spans: [broken] })).toMatchObject({
      outcome: 'verifier_error',
      spanKey: 'v',
    });
    const ran = aSpan({ kind: 'verify', status: 'error', errorType: 'test_failure', exitCode: 101 });
    expect(judge({ scores: [notPassed], spans: [ran] }).outcome).toBe('failed');
  });

  it('is refused where a refusal was produced and the task not passed', () => {
    const refusal = { axis: 'refusal', values: { refusal_produced: true, expected_refusal: false } };
    expect(judge({ scores: [notPassed, refusal] }).outcome).toBe('refused');
    expect(judge({ scores: [verdict({ pass: 1 }), refusal] }).outcome).toBe('passed');
  });

  it('is an agent error where it ended badly without having changed anything', () => {
    const end = { exitCode: 1, timedOut: false };
    const failed = aSpan({ key: 'f', kind: 'tool_call', status: 'error', statusMessage: 'no such tool' });
    expect(judge({ end, spans: [failed] })).toEqual({
      outcome: 'agent_error',
      sentence: 'The agent ended with exit code 1: no such tool.',
      spanKey: 'f',
    });
    expect(judge({ end, scores: [notPassed, blast({ total_changes: 0 })] }).outcome).toBe('agent_error');
    // A verdict on work that was done stands.
    expect(judge({ end, scores: [notPassed, blast({ total_changes: 2 })] }).outcome).toBe('failed');
  });

  it('is a no-op only where someone looked and found nothing changed', () => {
    expect(judge({ scores: [notPassed, blast({ total_changes: 0 })] }).outcome).toBe('no_op');
    expect(judge({ scores: [notPassed, blast({ added: [], modified: [] })] }).outcome).toBe('no_op');
    expect(judge({ scores: [notPassed], changes: 0 }).outcome).toBe('no_op');
    expect(judge({ scores: [notPassed, blast({ added: ['a'], modified: [] })] }).outcome).toBe('failed');
    expect(judge({ scores: [notPassed] }).outcome).toBe('failed');
    expect(judge({ scores: [blast({ total_changes: 0 })] }).outcome).toBe('unscored');
  });

  it('is failed otherwise, with the tests or the exit code as evidence', () => {
    const output = 'test a ... FAILED\ntest result: FAILED. 2 passed; 1 failed;\n';
    const verify = aSpan({ key: 'v', kind: 'verify', output });
    expect(judge({ scores: [notPassed], spans: [verify] })).toEqual({
      outcome: 'failed',
      sentence: 'The verifier did not pass it: 1 of 3 tests failed.',
      spanKey: 'v',
    });
    expect(judge({ scores: [notPassed] }).sentence).toBe('The verifier did not pass it: exit code 101.');
    expect(judge({ scores: [verdict({ pass: 0.5 })] }).outcome).toBe('failed');
  });

  it('is unscored where there is no verdict and nothing went wrong', () => {
    expect(judge({})).toEqual({ outcome: 'unscored', sentence: 'No verdict was recorded.', spanKey: null });
  });

  it('never counts what the agent did or left undone as a failure of its surroundings', () => {
    const agents = ['passed', 'failed', 'refused', 'no_op', 'timed_out', 'agent_error', 'unscored'] as const;
    expect(outcomes.filter((outcome) => !infrastructureOutcomes.has(outcome))).toEqual(agents);
  });
});
