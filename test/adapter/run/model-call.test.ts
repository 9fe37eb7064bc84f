// What an HTTP exchange with a model says, in each dialect, streamed and whole.
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, isModelCall, readModelCall } from '../../../adapter/run/model-call.ts';
import { providerFailure } from '../../../shared/provider-answer.ts';

const sse = (...events: readonly unknown[]): string =>
  events.map((event) => `data: ${typeof event === 'string' ? event : JSON.stringify(event)}\n\n`).join('');

const exchange = (path: string, responseBody: string, request: unknown = { model: 'm-1' }, status = 200) =>
  readModelCall({ path, requestBody: JSON.stringify(request), status, responseBody });

describe('OpenAI chat completions', () => {
  const usage = {
    prompt_tokens: 1500,
    completion_tokens: 58,
    prompt_tokens_details: { cached_tokens: 200 },
    completion_tokens_details: { reasoning_tokens: 8 },
  };
  const facts = {
    provider: 'openai',
    requestModel: 'm-1',
    responseModel: 'm-1-2026',
    tokens: { input: 1500, cacheRead: 200, cacheWrite: null, output: 58, reasoning: 8 },
    finishReason: 'tool_calls',
    error: null,
  };
  const parts = [
    { type: 'text', content: 'I look.' },
    { type: 'tool_call', id: 'c1', name: 'bash', arguments: { command: 'ls' } },
  ];

  test('streamed: the pieces of a tool call are put together, usage comes with the last chunk', () => {
    const choice = (delta: unknown, finish_reason: string | null = null) => ({
      model: 'm-1-2026',
      choices: [{ index: 0, delta, finish_reason }],
    });
    const call = (fields: unknown) => choice({ tool_calls: [{ index: 0, ...(fields as object) }] });
    const read = exchange(
      '/v1/chat/completions',
      sse(
        choice({ role: 'assistant', content: '' }),
        choice({ content: 'I ' }),
        choice({ content: 'look.' }),
        call({ id: 'c1', function: { name: 'bash', arguments: '{"comm' } }),
        call({ function: { arguments: 'and":"ls"}' } }),
        choice({}, 'tool_calls'),
        { model: 'm-1-2026', choices: [], usage },
        '[DONE]',
      ),
    );
    expect(read).toMatchObject({ ...facts, content: { parts } });
  });

  test('whole', () => {
    const message = {
      content: 'I look.',
      tool_calls: [{ id: 'c1', function: { name: 'bash', arguments: '{"command":"ls"}' } }],
    };
    const body = { model: 'm-1-2026', choices: [{ message, finish_reason: 'tool_calls' }], usage };
    expect(exchange('/v1/chat/completions', JSON.stringify(body))).toMatchObject({
      ...facts,
      content: { parts },
    });
  });

  test('without usage tokens are null, not 0', () => {
    const read = exchange('/v1/chat/completions', sse({ choices: [{ delta: {}, finish_reason: 'stop' }] }));
    expect(read?.tokens).toEqual({
      input: null,
      cacheRead: null,
      cacheWrite: null,
      output: null,
      reasoning: null,
    });
  });

  test('a refusal is told in the provider’s words', () => {
    const body = { error: { message: 'context length exceeded', type: 'invalid_request_error' } };
    expect(exchange('/v1/chat/completions', JSON.stringify(body), {}, 400)).toMatchObject({
      error: { type: 'invalid_request_error', message: 'context length exceeded' },
    });
    expect(exchange('/v1/chat/completions', '<html>', {}, 502)?.error).toEqual({
      type: '502',
      message: 'HTTP 502',
    });
  });

  test('an error within a stream that was answered 200 bears its status', () => {
    const stream =
      'data: {"choices":[]}\n\ndata: {"error":{"message":"Provider returned error","code":503}}\n\n';
    const { error } = exchange('/v1/chat/completions', stream) ?? {};
    expect(error).toEqual({ type: 'error', message: 'Provider returned error (code 503)' });
    expect(providerFailure({ status: 200, text: error?.message ?? null })).toBe('503');
  });
});

test('OpenAI Responses, streamed', () => {
  const item = { type: 'function_call', call_id: 'c1', name: 'shell', arguments: '{"cmd":"ls"}' };
  const message = { type: 'message', content: [{ type: 'output_text', text: 'I look.' }] };
  const usage = {
    input_tokens: 1200,
    input_tokens_details: { cached_tokens: 1000 },
    output_tokens: 45,
    output_tokens_details: { reasoning_tokens: 5 },
  };
  const read = exchange(
    '/v1/responses',
    sse(
      { type: 'response.created', response: { model: 'm-1', status: 'in_progress', output: [] } },
      { type: 'response.output_item.done', item: message },
      { type: 'response.output_item.done', item },
      {
        type: 'response.completed',
        response: { model: 'm-1', status: 'completed', output: [message, item], usage },
      },
    ),
  );
  expect(read).toMatchObject({
    tokens: { input: 1200, cacheRead: 1000, output: 45, reasoning: 5 },
    finishReason: 'completed',
    content: {
      parts: [
        { type: 'text', content: 'I look.' },
        { type: 'tool_call', id: 'c1', name: 'shell', arguments: { cmd: 'ls' } },
      ],
    },
  });
});

describe('Anthropic Messages', () => {
  test('streamed: cached input is added to input, the last output count stands', () => {
    const read = exchange(
      '/v1/messages',
      sse(
        {
          type: 'message_start',
          message: {
            type: 'message',
            model: 'claude-x',
            content: [],
            usage: {
              input_tokens: 10,
              cache_read_input_tokens: 300,
              cache_creation_input_tokens: 40,
              cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 30 },
              output_tokens: 1,
            },
          },
        },
        { type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } },
        { type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } },
        {
          type: 'content_block_start',
          index: 1,
          content_block: { type: 'tool_use', id: 't1', name: 'Bash', input: {} },
        },
        {
          type: 'content_block_delta',
          index: 1,
          delta: { type: 'input_json_delta', partial_json: '{"command":' },
        },
        { type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '"ls"}' } },
        { type: 'message_delta', delta: { stop_reason: 'tool_use' }, usage: { output_tokens: 77 } },
        { type: 'message_stop' },
      ),
    );
    expect(read).toMatchObject({
      provider: 'anthropic',
      responseModel: 'claude-x',
      tokens: { input: 350, cacheRead: 300, cacheWrite: 40, cacheWriteLong: 30, output: 77, reasoning: null },
      finishReason: 'tool_use',
      content: {
        parts: [
          { type: 'reasoning', content: 'hm' },
          { type: 'tool_call', id: 't1', name: 'Bash', arguments: { command: 'ls' } },
        ],
      },
    });
  });

  test('whole', () => {
    const body = {
      type: 'message',
      model: 'claude-x',
      stop_reason: 'end_turn',
      content: [{ type: 'text', text: 'Done.' }],
      usage: { input_tokens: 10, output_tokens: 3 },
    };
    expect(exchange('/v1/messages', JSON.stringify(body))).toMatchObject({
      tokens: { input: 10, output: 3 },
      finishReason: 'end_turn',
      content: { parts: [{ type: 'text', content: 'Done.' }] },
    });
  });
});

describe('Gemini', () => {
  const chunk = (parts: unknown[], more: object = {}) => ({
    modelVersion: 'gemini-x',
    candidates: [{ content: { parts }, ...more }],
  });
  const last = {
    ...chunk([{ functionCall: { id: 'f1', name: 'read', args: { path: 'a' } } }], { finishReason: 'STOP' }),
    usageMetadata: {
      promptTokenCount: 90,
      cachedContentTokenCount: 30,
      candidatesTokenCount: 12,
      thoughtsTokenCount: 5,
    },
  };
  const facts = {
    provider: 'gcp.gemini',
    requestModel: 'gemini-x',
    tokens: { input: 90, cacheRead: 30, cacheWrite: null, output: 17, reasoning: 5 },
    finishReason: 'STOP',
  };

  test('as server-sent events and as an array of chunks; the model stands in the path', () => {
    const chunks = [chunk([{ text: 'hm', thought: true }]), chunk([{ text: 'I read.' }]), last];
    const path = '/v1beta/models/gemini-x:streamGenerateContent';
    for (const body of [sse(...chunks), JSON.stringify(chunks, null, 2)]) {
      const read = exchange(path, body, { contents: [] });
      expect(read).toMatchObject(facts);
      expect(read?.content.parts).toEqual([
        { type: 'reasoning', content: 'hm' },
        { type: 'text', content: 'I read.' },
        { type: 'tool_call', id: 'f1', name: 'read', arguments: { path: 'a' } },
      ]);
    }
  });
});

describe('the request’s hash', () => {
  const hash = (body: string) =>
    readModelCall({ path: '/v1/messages', requestBody: body, status: 200, responseBody: '' })?.requestHash;

  test('is sha256 of the JSON with sorted keys and no white space', () => {
    const canonical = '{"a":[1,{"x":null,"y":"ü"}],"model":"m"}';
    expect(hash(' {"model": "m", "a": [1.0, {"y": "\\u00fc", "x": null}]} ')).toBe(
      createHash('sha256').update(canonical).digest('hex'),
    );
  });

  test('of any JSON is the same however its keys stand', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const again = JSON.parse(canonicalJson(value as never)) as unknown;
        expect(canonicalJson(again as never)).toBe(canonicalJson(value as never));
      }),
    );
  });

  test('of a body that is no JSON is the hash of its text', () => {
    expect(hash('not json')).toBe(createHash('sha256').update('not json').digest('hex'));
  });
});

test('only calls of a model are recorded', () => {
  expect(isModelCall('POST', '/v1/chat/completions')).toBe(true);
  expect(isModelCall('POST', '/v1beta/models/g:generateContent')).toBe(true);
  expect(isModelCall('GET', '/v1/models')).toBe(false);
  expect(isModelCall('POST', '/v1/messages/count_tokens')).toBe(false);
  expect(isModelCall('POST', '/v1/embeddings')).toBe(false);
});

test('no body makes it throw', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (requestBody, responseBody) => {
      for (const path of ['/chat/completions', '/responses', '/messages', '/m:generateContent'])
        readModelCall({ path, requestBody, status: 200, responseBody });
    }),
  );
});
