// aider: its token line, its chat history and its analytics log, alone and joined.
import { describe, expect, test } from 'vitest';
import { aider, parseAiderHistory, readTokenLine } from '../../../../adapter/agents/aider/aider.ts';
import { parseAnalytics } from '../../../../adapter/agents/aider/aider-analytics.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { readSample } from '../../../support/recordings.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

describe('the token line', () => {
  test.each([
    [
      'Tokens: 5,244 sent, 604 received. Cost: $0.02 request, $0.02 session.',
      5244,
      null,
      null,
      604,
      'measured',
      0.02,
    ],
    [
      'Tokens: 12,566 sent, 84 received. Cost: $0.0019 request, $0.0019 session.',
      12566,
      null,
      null,
      84,
      'measured',
      0.0019,
    ],
    [
      'Tokens: 1.1k sent, 2.0k cache write, 512 cache hit, 304 received. Cost: $0.02 message, $0.05 session.',
      1100,
      512,
      2000,
      304,
      'estimated',
      0.02,
    ],
    ['Tokens: 14k sent, 999 received.', 14000, null, null, 999, 'estimated', null],
  ])('%s', (line, input, cacheRead, cacheWrite, output, grade, costUsd) => {
    expect(readTokenLine(line)).toMatchObject({
      tokens: { input, cacheRead, cacheWrite, output, reasoning: null },
      grade,
      costUsd,
    });
  });

  test.each(['Tokens: none', 'Tokens: 5 sent', 'tokens: 1 sent, 2 received', ''])('is not %j', (line) => {
    expect(readTokenLine(line)).toBeNull();
  });
});

const history = [
  '',
  '# aider chat started at 2026-01-01 00:00:00',
  '',
  '> /usr/bin/aider --model m src/a.py  ',
  '> Aider v0.86.1  ',
  '> Main model: openai/m with diff edit format  ',
  '',
  '#### fix it  ',
  '#### please  ',
  '',
  'Here is the change:',
  '',
  '> Tokens: 1.0k sent, 100 received. Cost: $0.01 message, $0.01 session.  ',
  '> Applied edit to src/a.py  ',
  '',
  'And the tests:',
  '',
  '> Tokens: 2.5k sent, 250 received. Cost: $0.03 message, $0.03 session.  ',
  '> Commit fd43cd4 fix: it  ',
].join('\n');

describe('a chat history', () => {
  const run = parseAiderHistory(history)!;

  test('tells prompts, answers, edits and commits in their order, and no time but the start', () => {
    expect(run.steps.map((step) => (step.type === 'tool_call' ? step.tool : step.type))).toEqual([
      'message',
      'model_call',
      'edit',
      'model_call',
      'commit',
    ]);
    expect(run.steps.every((step) => step.timing === 'none')).toBe(true);
    expect(ms(run.startNs)).toBe(new Date('2026-01-01T00:00:00').getTime());
    expect([run.model, run.agentVersion]).toEqual(['openai/m', '0.86.1']);
  });

  test('sums up within one message: the differences are the calls’, and rounded numbers are estimates', () => {
    expect(
      modelCalls(run).map((c) => [c.tokens.input, c.tokens.output, c.tokensGrade, c.costUsd?.toFixed(2)]),
    ).toEqual([
      [1000, 100, 'estimated', '0.01'],
      [1500, 150, 'estimated', '0.02'],
    ]);
  });

  test('counts each line by itself where it does not hold the one before', () => {
    const counts = (text: string) =>
      modelCalls(parseAiderHistory(text)!).map((c) => [c.tokens.input, c.tokens.output]);
    const apart = history.replace('$0.03 message, $0.03', '$0.02 message, $0.03');
    expect(counts(apart)).toEqual([
      [1000, 100],
      [2500, 250],
    ]);
    expect(counts(history.replace(/ Cost: .*session\./g, ''))).toEqual(counts(apart));
  });

  test('names the files of its edits, without a diff', () => {
    expect(toolCalls(run)[0]!.changes).toEqual([{ path: 'src/a.py', change: 'modified', diff: null }]);
  });

  test('joined with the analytics log has the log’s times and exact tokens, and its own words', () => {
    const line = (event: string, time: number, properties: object = {}) =>
      JSON.stringify({ event, properties: { main_model: 'openai/m', ...properties }, user_id: 'u', time });
    const log = [
      line('launched', 1_767_225_600),
      line('message_send_starting', 1_767_225_601),
      line('message_send', 1_767_225_605, { prompt_tokens: 1042, completion_tokens: 99, cost: 0.011 }),
      line('message_send_starting', 1_767_225_606),
      line('message_send', 1_767_225_609, { prompt_tokens: 1511, completion_tokens: 150, cost: 0.02 }),
      line('exit', 1_767_225_610, { reason: 'Completed' }),
    ].join('\n');
    const joined = assembleRun(aider, null, [
      { path: '.aider.chat.history.md', text: history },
      { path: 'analytics.jsonl', text: log },
    ])!;
    expect(sumTokens(joined.steps)).toMatchObject({ input: 2553, output: 249 });
    expect(modelCalls(joined).map((c) => [ms(c.endNs - c.startNs), c.timing, c.parts.length])).toEqual([
      [4000, 'measured', 1],
      [3000, 'measured', 1],
    ]);
    expect(joined.steps.map((step) => (step.type === 'tool_call' ? step.tool : step.type))).toEqual([
      'message',
      'model_call',
      'edit',
      'model_call',
      'commit',
    ]);
  });

  test('another file that is markdown is not one', () => {
    expect(parseAiderHistory('# Title\n\n# aider chat started at 2026-01-01 00:00:00')).toBeNull();
    expect(parseAiderHistory('')).toBeNull();
  });
});

describe('whole files in the forms of aider', () => {
  test('the analytics log: its one message, with exact tokens and times to the second', () => {
    const [call, ...others] = modelCalls(parseAnalytics(readSample('aider/analytics.jsonl'))!);
    expect(others).toEqual([]);
    expect(call).toMatchObject({ tokens: { input: 1830, output: 64 }, costUsd: 0.00031, timing: 'measured' });
    expect([ms(call!.startNs), ms(call!.endNs)]).toEqual([1770109202000, 1770109209000]);
  });

  test('the history: its last chat, and that there was one before', () => {
    const run = parseAiderHistory(readSample('aider/chat-history.md'))!;
    expect(modelCalls(run)).toMatchObject([
      { tokens: { input: 10204, output: 52 }, costUsd: 0.0016, tokensGrade: 'measured' },
    ]);
    expect(run.remarks).toContain('1 earlier chats of the history are left out');
  });

  test('the history’s first chat, alone', () => {
    const text = readSample('aider/chat-history.md');
    const run = parseAiderHistory(text.slice(0, text.lastIndexOf('# aider chat')))!;
    expect(modelCalls(run)[0]!.tokens).toMatchObject({ input: 3021, output: 217 });
    expect(toolCalls(run).map((step) => step.tool)).toEqual(['edit', 'commit']);
  });
});
