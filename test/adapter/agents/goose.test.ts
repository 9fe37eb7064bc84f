// goose: pieces of an answer become one model call; tokens stand on the run alone.
import { describe, expect, test } from 'vitest';
import { goose, parseGooseDocument } from '../../../adapter/agents/goose.ts';
import { readArrivals, readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../adapter/agents/reading/read-stream.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../adapter/agents/step.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);
const START_S = 1_767_225_600;

const message = (second: number, role: string, id: string, content: object[]) => ({
  id,
  role,
  created: START_S + second,
  content,
  metadata: { userVisible: true, inference: { requestedModel: 'm' } },
});
const request = (id: string) => ({
  type: 'toolRequest',
  id,
  toolCall: { status: 'success', value: { name: 'developer__shell', arguments: { command: 'ls' } } },
});
const response = (id: string, more: object = {}) => ({
  type: 'toolResponse',
  id,
  toolResult: {
    status: 'success',
    value: { content: [{ type: 'text', text: 'out' }], isError: false, ...more },
  },
});
const events = [
  { type: 'message', message: message(1, 'assistant', 'a', [{ type: 'text', text: 'I will ' }]) },
  { type: 'message', message: message(2, 'assistant', 'a', [{ type: 'text', text: 'look.' }]) },
  { type: 'message', message: message(2, 'assistant', 'a', [request('t1')]) },
  { type: 'notification', extension_id: 'developer', log: { message: 'x' } },
  {
    type: 'message',
    message: message(4, 'user', 'b', [
      response('t1', { structuredContent: { exit_code: 2 }, isError: true }),
    ]),
  },
  { type: 'message', message: message(6, 'assistant', 'c', [{ type: 'text', text: 'Done.' }]) },
  {
    type: 'complete',
    total_tokens: 1290,
    input_tokens: 1234,
    output_tokens: 56,
    cache_read_input_tokens: 1000,
  },
];
const bare = events.map((event) => JSON.stringify(event)).join('\n');
const arrivals = events
  .map((event, index) =>
    JSON.stringify({
      t: 0,
      epoch_ms: START_S * 1000 + index * 700,
      stream: 'stdout',
      line: JSON.stringify(event),
    }),
  )
  .join('\n');

describe('the stream of goose', () => {
  test('pieces of one answer are one model call; the next begins after its tools', () => {
    const run = readStream(goose, readArrivals(arrivals));
    expect(
      modelCalls(run).map((call) =>
        call.parts.map((part) => (part.type === 'tool_call' ? part.tool : part.text)),
      ),
    ).toEqual([['I will look.', 'developer__shell'], ['Done.']]);
    expect(run.model).toBe('m');
  });

  test('arrivals are finer than the seconds that messages tell', () => {
    expect(toolCalls(readStream(goose, readArrivals(arrivals)))[0]).toMatchObject({
      timing: 'arrival',
      status: 'error',
      failed: true,
      exitCode: 2,
      output: 'out',
    });
    const [call] = toolCalls(readStream(goose, readBareOutput(bare)));
    expect([call!.timing, ms(call!.startNs), ms(call!.endNs)]).toEqual([
      'measured',
      (START_S + 2) * 1000,
      (START_S + 4) * 1000,
    ]);
  });

  test('tells the run’s tokens and no call’s', () => {
    const run = readStream(goose, readBareOutput(bare));
    expect(run.totals).toEqual({
      input: 1234,
      cacheRead: 1000,
      cacheWrite: null,
      output: 56,
      reasoning: null,
    });
    expect(sumTokens(run.steps).input).toBeNull();
  });

  test('all zeros are no tokens', () => {
    const failed = [
      { type: 'error', error: '401' },
      { type: 'complete', total_tokens: 0, input_tokens: 0, output_tokens: 0 },
    ];
    const run = readStream(goose, readBareOutput(failed.map((event) => JSON.stringify(event)).join('\n')));
    expect(run.totals).toBeNull();
    expect(run.steps).toMatchObject([{ type: 'error', message: '401' }]);
  });

  test('the document of --output-format json holds the same steps', () => {
    const messages = events.flatMap((event) => ('message' in event && event.message ? [event.message] : []));
    const document = JSON.stringify(
      { messages, metadata: { total_tokens: 1290, input_tokens: 1234, output_tokens: 56 } },
      null,
      2,
    );
    const run = parseGooseDocument(document)!;
    expect(modelCalls(run)).toHaveLength(2);
    expect(toolCalls(run)).toHaveLength(1);
    expect(run.totals).toMatchObject({ input: 1234 });
  });

  test('is led to the proxy by host and path, unless the user named a host', () => {
    expect(goose.proxyEnv?.('http://p', {})).toMatchObject({
      OPENAI_HOST: 'http://p/openai',
      OPENAI_BASE_PATH: 'chat/completions',
    });
    expect(goose.proxyEnv?.('http://p', { OPENAI_HOST: 'http://mine' })).not.toHaveProperty('OPENAI_HOST');
  });
});
