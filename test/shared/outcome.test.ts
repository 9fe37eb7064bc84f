// Every outcome that a cell can have, by what its records say.
import { describe, expect, it } from 'vitest';
import { didNothing, type EvidenceSpan, judgeOutcome, type OutcomeFacts } from '../../shared/outcome.ts';
import { infrastructureOutcomes } from '../../shared/outcome-blame.ts';
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
const facts = (parts: Partial<OutcomeFacts>): OutcomeFacts => ({
  scores: [],
  end: { exitCode: 0, timedOut: false },
  spans: [],
  changes: null,
  harnessError: null,
  life: 'ended',
  ...parts,
});
const judge = (parts: Partial<OutcomeFacts>) => judgeOutcome(facts(parts));
const idle = (parts: Partial<OutcomeFacts>) => didNothing(facts(parts));
const verdict = (values: ScoreRecord['values']): ScoreRecord => ({ axis: 'pass_rate', values });
const blast = (values: ScoreRecord['values']): ScoreRecord => ({ axis: 'blast_radius', values });
const byPlayhead = (values: ScoreRecord['values']): ScoreRecord => ({
  ...verdict(values),
  scorer: 'playhead run',
});
const notPassed = verdict({ pass: 0, exit_code: 101 });

const down = (parts: Partial<EvidenceSpan>) => aSpan({ key: 'down', status: 'error', ...parts });

describe('a provider that is out at the end', () => {
  it.each([
    [down({ httpStatus: 503, statusMessage: 'upstream connect error' }), '503'],
    [down({ httpStatus: 529, errorType: 'overloaded_error' }), '529'],
    [down({ httpStatus: 402 }), '402'],
    [down({ status: 'unset', httpStatus: 500 }), '500'],
    [down({ errorType: '502' }), '502'],
    [down({ statusMessage: 'API Error: 529 {"type":"error"}' }), '529'],
    [down({ statusMessage: '503 Service Unavailable' }), '503'],
    [down({ statusMessage: 'Request failed with status code 504' }), '504'],
    [down({ httpStatus: 200, errorType: 'overloaded_error', statusMessage: 'Overloaded' }), 'overloaded'],
    [down({ errorType: 'UNAVAILABLE', statusMessage: 'the model is overloaded' }), 'overloaded'],
    [down({ statusMessage: 'Your credit balance is too low' }), 'credit balance is too low'],
  ])('is a provider error, and the sentence names the answer (%#)', (call, answer) => {
    const { outcome, sentence, spanKey } = judge({ scores: [notPassed], spans: [aSpan({}), call] });
    expect({ outcome, spanKey }).toEqual({ outcome: 'provider_error', spanKey: 'down' });
    expect(sentence.toLowerCase()).toContain(`the last model call was answered with ${answer}`);
  });

  it.each(['connect ECONNREFUSED 127.0.0.1:1', 'read ECONNRESET', 'fetch failed', 'Connection error.'])(
    'is a provider error where no answer came: %s',
    (statusMessage) => {
      expect(judge({ spans: [down({ statusMessage })], scores: [notPassed] })).toMatchObject({
        outcome: 'provider_error',
        sentence: expect.stringContaining('The last model call was not answered'),
      });
    },
  );

  it('is told by the agent’s own error, or by its last word and exit code', () => {
    const told = aSpan({ kind: 'agent_step', status: 'error', statusMessage: 'API Error: 529 Overloaded' });
    expect(judge({ spans: [aSpan({}), told], end: { exitCode: 1, timedOut: false } }).outcome).toBe(
      'provider_error',
    );
    const harnessError = 'HTTP 503: no healthy upstream';
    expect(judge({ harnessError, end: { exitCode: 1, timedOut: false } }).outcome).toBe('provider_error');
  });

  it('is no provider error where a later call got through, or a tool met the 503, or the run passed', () => {
    const early = down({ httpStatus: 503 });
    expect(judge({ scores: [notPassed], spans: [early, aSpan({})] }).outcome).toBe('failed');
    const inner = down({ httpStatus: 503, startNs: 2n, endNs: 3n });
    const outer = aSpan({ startNs: 1n, endNs: 9n });
    expect(judge({ scores: [notPassed], spans: [outer, inner] }).outcome).toBe('failed');
    const tool = aSpan({ kind: 'tool_call', status: 'error', statusMessage: 'HTTP 503' });
    expect(judge({ scores: [notPassed], spans: [aSpan({}), tool] }).outcome).toBe('failed');
    expect(judge({ scores: [verdict({ pass: 1 })], spans: [early] }).outcome).toBe('passed');
  });

  it('leaves 429 a rate limit, and a call that the time limit cut off a time-out', () => {
    expect(judge({ spans: [down({ httpStatus: 429, statusMessage: 'overloaded' })] }).outcome).toBe(
      'rate_limited',
    );
    const cut = down({ errorType: 'no_answer', statusMessage: 'no answer came' });
    expect(judge({ spans: [cut], end: { exitCode: null, timedOut: true } }).outcome).toBe('timed_out');
  });
});

describe('a verifier that fails itself', () => {
  const ended = { exitCode: 0, timedOut: false };
  const verify = (parts: Partial<EvidenceSpan>) =>
    aSpan({ key: 'v', kind: 'verify', status: 'error', output: 'begun', ...parts });

  it.each([
    ['its own time', [byPlayhead({ pass: 0, timed_out: true })], verify({}), 'ran out of time'],
    ['its span says so', [notPassed], verify({ timedOut: true }), 'ran out of time'],
    ['its record says so', [verdict({ verifier_timed_out: true, verifier_timeout_s: 2 })], verify({}), '2 s'],
    ['GNU timeout', [verdict({ pass: 0, exit_code: 124 })], verify({}), 'ran out of time'],
    ['a kill', [verdict({ pass: 0 })], verify({ statusMessage: 'ended by SIGKILL' }), 'SIGKILL'],
    ['a kill as shells tell it', [verdict({ pass: 0, exit_code: 143 })], verify({}), 'SIGTERM'],
    ['a missing tool', [verdict({ pass: 0, exit_code: 127 })], verify({}), '127'],
    ['a set-up', [verdict({ pass: 0 })], verify({ statusMessage: 'setup failed: npm ci' }), 'npm ci'],
  ])('is a verifier error: %s', (_name, scores, span, words) => {
    const { outcome, sentence } = judge({ scores, spans: [span], end: ended });
    expect(outcome).toBe('verifier_error');
    expect(sentence).toContain('The verifier');
    expect(sentence).toContain(words);
  });

  it('is the agent’s failure where the code under test crashed', () => {
    expect(judge({ scores: [verdict({ pass: 0, exit_code: 139 })], spans: [verify({})] }).outcome).toBe(
      'failed',
    );
  });

  it('does not hide that the agent’s own time ran out', () => {
    const scores = [verdict({ pass: 0, timed_out: true })];
    expect(judge({ scores, end: { exitCode: null, timedOut: true } }).outcome).toBe('timed_out');
  });

  it('is a verifier error where the task’s set-up failed and no agent ran', () => {
    const setUp = aSpan({ kind: 'task_setup', status: 'error', statusMessage: 'git clone: 404' });
    expect(judge({ spans: [setUp] }).outcome).toBe('verifier_error');
    expect(judge({ spans: [setUp, aSpan({ kind: 'adapter_run' })] }).outcome).toBe('unscored');
  });
});

describe('a run that somebody stopped', () => {
  it.each(['interrupted', 'ended by SIGINT', 'Request cancelled by user', 'aborted by the user'])(
    'is interrupted: %s',
    (harnessError) => {
      expect(judge({ harnessError, scores: [notPassed] }).outcome).toBe('interrupted');
    },
  );
  it('is interrupted by the exit code that shells give, and where its verifier was stopped', () => {
    expect(judge({ end: { exitCode: 130, timedOut: false } }).outcome).toBe('interrupted');
    const span = aSpan({ kind: 'verify', status: 'error', statusMessage: 'interrupted' });
    expect(judge({ spans: [span] }).outcome).toBe('interrupted');
    expect(
      judge({ harnessError: 'Aborted (core dumped)', end: { exitCode: 134, timedOut: false } }).outcome,
    ).toBe('agent_error');
  });
});

describe('a run in which nothing ran or nothing changed', () => {
  it('did nothing, unless it passed', () => {
    expect(idle({ scores: [notPassed, blast({ total_changes: 0 })] })).toBe(true);
    expect(idle({ spans: [down({ httpStatus: 404 })], scores: [notPassed] })).toBe(true);
    expect(idle({ scores: [verdict({ pass: 1 }), blast({ total_changes: 0 })] })).toBe(false);
    expect(idle({ scores: [notPassed], changes: 2 })).toBe(false);
    expect(idle({ scores: [notPassed] })).toBe(false);
  });
});

describe('the outcome', () => {
  it('is passed wherever the verifier passed it, whatever else happened', () => {
    const bad = { end: { exitCode: 1, timedOut: true }, harnessError: 'Provider rate limit (HTTP 429)' };
    expect(judge({ ...bad, scores: [verdict({ pass: 1 })] }).outcome).toBe('passed');
  });

  it('is running or interrupted for a run without an end, until a verdict comes', () => {
    expect(judge({ life: 'running' }).outcome).toBe('running');
    expect(judge({ life: 'interrupted' }).outcome).toBe('interrupted');
    expect(judge({ life: 'interrupted', scores: [notPassed] }).outcome).toBe('failed');
  });

  it('is a rate limit where the harness says so or the last model call shows it', () => {
    expect(
      judge({ scores: [notPassed], harnessError: 'Provider rate limit (HTTP 429) — retries exhausted.' }),
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
    const harnessError = 'Model incompatible with this TUI — they could not handshake.';
    expect(judge({ harnessError, end: { exitCode: 1, timedOut: false } }).outcome).toBe('incompatible');
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
      sentence: 'The agent was stopped at its time limit.',
      spanKey: 'run',
    });
    const limited = { ...run, limitS: 2, startNs: 1n, endNs: 2_060_000_001n };
    expect(judge({ end: { exitCode: null, timedOut: true }, spans: [limited] }).sentence).toBe(
      'The agent was stopped at its time limit of 2 s, 2.06 s after the start.',
    );
    expect(judge({ scores: [verdict({ pass: 0, timed_out: true })] }).outcome).toBe('timed_out');
    expect(judge({ harnessError: 'adapter timed out after 630s' }).outcome).toBe('timed_out');
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
      sentence: 'Verifier failed a.',
      spanKey: 'v',
    });
    expect(judge({ scores: [notPassed] }).sentence).toBe('Verifier failed with exit code 101.');
    expect(judge({ scores: [verdict({ pass: 0.5 })] }).outcome).toBe('failed');
  });

  it('is unscored where there is no verdict and nothing went wrong', () => {
    expect(judge({})).toEqual({ outcome: 'unscored', sentence: 'No verdict was recorded.', spanKey: null });
  });

  it('never counts what the agent did or left undone as a failure of its surroundings', () => {
    const agents = [
      'passed',
      'failed',
      'refused',
      'no_op',
      'timed_out',
      'agent_error',
      'incompatible',
      'unscored',
    ] as const;
    expect(outcomes.filter((outcome) => !infrastructureOutcomes.has(outcome))).toEqual(agents);
  });
});
