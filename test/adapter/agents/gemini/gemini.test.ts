// gemini: its stream and its chat file against each other, over a recorded run.
import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { gemini } from '../../../../adapter/agents/gemini/gemini.ts';
import { parseGeminiChat } from '../../../../adapter/agents/gemini/gemini-chat.ts';
import { readArrivals, readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { readRecording } from '../../../support/recordings.ts';

const folder = 'gemini/0.61.0/streams';
const ms = (ns: bigint): number => Number(ns / 1_000_000n);

/** The stream's own events, read without any code under test. */
function events(type: string): Record<string, string>[] {
  return readRecording(`${folder}/gemini.stdout.jsonl`)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .filter((event) => event.type === type);
}

function assembled() {
  const stream = readArrivals(readRecording(`${folder}/gemini.arrivals.jsonl`));
  return assembleRun(gemini, stream, [{ path: 'c', text: readRecording(`${folder}/gemini.chat.jsonl`) }])!;
}

describe('a recorded run of gemini', () => {
  test('has every tool call from its tool_use to its tool_result, to the millisecond', () => {
    const uses = events('tool_use');
    const results = events('tool_result');
    expect(uses).toHaveLength(3);
    const calls = toolCalls(
      readStream(gemini, readArrivals(readRecording(`${folder}/gemini.arrivals.jsonl`))),
    );
    expect(calls.map((s) => [s.tool, s.callId, ms(s.startNs), ms(s.endNs), s.status, s.timing])).toEqual(
      uses.map((use, index) => [
        use.tool_name,
        use.tool_id,
        Date.parse(use.timestamp!),
        Date.parse(results[index]!.timestamp!),
        results[index]!.status,
        'measured',
      ]),
    );
  });

  test('bare output tells the same times: the events carry them', () => {
    const bare = readStream(gemini, readBareOutput(readRecording(`${folder}/gemini.stdout.jsonl`)));
    const stamped = readStream(gemini, readArrivals(readRecording(`${folder}/gemini.arrivals.jsonl`)));
    expect(toolCalls(bare)).toEqual(toolCalls(stamped));
    expect(bare.timing).toBe('derived');
  });

  test('the chat file’s model calls add up to the stream’s own total', () => {
    const stats = events('result')[0]!.stats as unknown as Record<string, number>;
    const run = assembled();
    expect(modelCalls(run)).toHaveLength(4);
    expect(sumTokens(run.steps)).toMatchObject({
      input: stats.input_tokens,
      cacheRead: stats.cached,
      output: stats.output_tokens,
      cacheWrite: null,
    });
    expect(run.totals).toMatchObject({ input: 11700, cacheRead: 6000, output: 166, reasoning: null });
  });

  test('each model call ends before the tool that it called, and holds its own tokens', () => {
    const run = assembled();
    const tools = toolCalls(run);
    const calls = modelCalls(run);
    for (const [index, tool] of tools.entries())
      expect(calls[index]!.endNs).toBeLessThanOrEqual(tool.startNs);
    expect(calls.map(({ tokens }) => tokens.input)).toEqual([1200, 2350, 3500, 4650]);
    expect(calls[3]!.parts).toMatchObject([
      { type: 'text', text: 'Done: fixed the function. One command exited with status 3.' },
    ]);
  });

  test('an exit code of 3 in a tool that the agent calls a success is both, once the chat file is there', () => {
    expect(toolCalls(assembled()).map((s) => [s.status, s.failed, s.exitCode])).toEqual([
      ['success', false, null],
      ['success', false, null],
      ['success', false, 3],
    ]);
  });

  test('the edit is pinned to its call as a diff without the machine’s paths', () => {
    const changes = toolCalls(assembled()).flatMap((step) => step.changes);
    expect(changes).toEqual([
      {
        path: 'src/lib.rs',
        change: 'modified',
        diff: expect.stringMatching(
          /^--- a\/src\/lib\.rs\n\+\+\+ b\/src\/lib\.rs\n@@ -1,1 \+1,1 @@\n-.*\n\+.*a\+b/,
        ),
      },
    ]);
  });

  test('a message that was written twice is one model call', () => {
    const run = parseGeminiChat(readRecording(`${folder}/gemini.chat.jsonl`))!;
    expect(modelCalls(run)).toHaveLength(4);
    expect(toolCalls(run).map((s) => s.timing)).toEqual(['derived', 'derived', 'derived']);
    expect(run.steps[0]).toMatchObject({ type: 'message', text: 'Fix the add function and run the tests' });
  });
});

describe('a chat file', () => {
  const answer = {
    id: 'a',
    type: 'gemini',
    timestamp: '2026-01-01T00:00:02.000Z',
    content: 'ok',
    tokens: { input: 10, output: 4, cached: 2, thoughts: 3, tool: 1, total: 18 },
  };

  test('of an older version is one document', () => {
    const user = { id: 'u', type: 'user', timestamp: '2026-01-01T00:00:00.000Z', content: 'go' };
    const text = JSON.stringify({ sessionId: 's', projectHash: 'h', messages: [user, answer] }, null, 2);
    const run = parseGeminiChat(text)!;
    expect(run.steps.map((step) => step.type)).toEqual(['message', 'model_call']);
    expect(run.sessionId).toBe('s');
  });

  test('counts thinking as output and the tools’ prompt as input', () => {
    const text = JSON.stringify({ sessionId: 's', projectHash: 'h', messages: [answer] });
    expect(modelCalls(parseGeminiChat(text)!)[0]!.tokens).toEqual({
      input: 11,
      cacheRead: 2,
      cacheWrite: null,
      output: 7,
      reasoning: 3,
    });
  });

  test('tells the project’s folder only by its hash, which is enough to shorten a path', () => {
    const resultDisplay = {
      fileDiff: '',
      filePath: '/home/a/p/src/new.rs',
      isNewFile: true,
      newContent: 'x\n',
    };
    const call = { id: 'c', name: 'write_file', status: 'success', resultDisplay };
    const projectHash = createHash('sha256').update('/home/a/p').digest('hex');
    const text = JSON.stringify({
      sessionId: 's',
      projectHash,
      messages: [{ ...answer, toolCalls: [call] }],
    });
    const run = parseGeminiChat(text)!;
    expect(toolCalls(run)[0]!.changes).toMatchObject([{ path: 'src/new.rs', change: 'added' }]);
    expect(run.workingDirectory).toBe('/home/a/p');
  });
});

test('a chat that was resumed keeps the answers of before, whose ids its tools’ results bear', () => {
  const stamp = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString();
  const answer = (id: string, second: number) => ({
    id,
    timestamp: stamp(second),
    type: 'gemini',
    content: [{ text: id }],
    tokens: { input: 100, output: 10, cached: 0, thoughts: 0, tool: 0, total: 110 },
    model: 'm',
    toolCalls: [
      { id: `call-${id}`, name: 'read_file', args: {}, status: 'success', timestamp: stamp(second) },
    ],
  });
  const back = {
    id: 'one',
    timestamp: stamp(60),
    type: 'user',
    content: [{ functionResponse: { name: 'x' } }],
  };
  const lines = [
    { sessionId: 's', projectHash: 'h', startTime: stamp(0), lastUpdated: stamp(0), kind: 'main' },
    answer('one', 2),
    { $set: { messages: [answer('one', 2), back] } },
    answer('two', 62),
  ];
  const run = parseGeminiChat(lines.map((line) => JSON.stringify(line)).join('\n'))!;
  expect(modelCalls(run).map(({ tokens }) => tokens.input)).toEqual([100, 100]);
  expect(toolCalls(run).map(({ callId }) => callId)).toEqual(['call-one', 'call-two']);
});

test('a chat that was resumed within its minute, written again without tokens and times, keeps those of before', () => {
  const stamp = (second: number) => new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString();
  const header = {
    sessionId: 's',
    projectHash: 'h',
    startTime: stamp(0),
    lastUpdated: stamp(0),
    kind: 'main',
  };
  const user = { id: 'u', timestamp: stamp(1), type: 'user', content: [{ text: 'go' }] };
  const first = {
    ...{ id: 'one', timestamp: stamp(2), type: 'gemini', content: [{ text: 'one' }], model: 'm' },
    tokens: { input: 100, output: 10, cached: 0, thoughts: 0, tool: 0, total: 110 },
  };
  const { tokens: _tokens, model: _model, ...untold } = first;
  const restored = [user, untold].map((message) => ({ ...message, timestamp: stamp(30) }));
  const lines = [
    ...[header, user, first, { ...header, startTime: stamp(30) }, { $set: { sessionId: 's' } }],
    ...[{ $set: { messages: restored } }, { ...first, id: 'two', timestamp: stamp(32) }],
  ];
  const run = parseGeminiChat(lines.map((line) => JSON.stringify(line)).join('\n'))!;
  expect(modelCalls(run).map(({ tokens, endNs }) => [tokens.input, endNs])).toEqual([
    [100, BigInt(Date.parse(stamp(2))) * 1_000_000n],
    [100, BigInt(Date.parse(stamp(32))) * 1_000_000n],
  ]);
});
