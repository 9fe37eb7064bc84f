// What was said in a model call, in every form that agents write it.
import { describe, expect, test } from 'vitest';
import { decodeTracesJson } from '../../../../collector/otlp/json.ts';
import { attributesJson } from '../../../../collector/record-json.ts';
import type { AttributeValue } from '../../../../shared/span.ts';
import type { SpanJson } from '../../../../shared/wire.ts';
import { callMessages } from '../../../../viewer/model/model-calls/messages.ts';
import { recordedBodies } from '../../../support/recordings.ts';

function read(attributes: { [key: string]: AttributeValue }) {
  return callMessages({ attributes });
}

test('GenAI messages, as JSON text and structured, with calls and their results', () => {
  const input = [
    { role: 'user', parts: [{ type: 'text', content: 'fix it' }] },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', content: 'hm' },
        { type: 'tool_call', id: 'c1', name: 'read', arguments: { path: 'a' } },
      ],
    },
    { role: 'tool', parts: [{ type: 'tool_call_response', id: 'c1', response: 'fn main() {}' }] },
  ];
  const expected = [
    { role: 'user', parts: [{ type: 'text', text: 'fix it' }] },
    {
      role: 'assistant',
      parts: [
        { type: 'reasoning', text: 'hm' },
        { type: 'call', callId: 'c1', name: 'read', arguments: { path: 'a' }, text: '{\n  "path": "a"\n}' },
      ],
    },
    { role: 'tool', parts: [{ type: 'result', name: 'c1', text: 'fn main() {}' }] },
  ];
  expect(read({ 'gen_ai.input.messages': JSON.stringify(input) }).input).toEqual(expected);
  expect(read({ 'gen_ai.input.messages': input }).input).toEqual(expected);
});

test('system instructions stand before the messages', () => {
  const { input } = read({
    'gen_ai.system_instructions': [{ type: 'text', content: 'be brief' }],
    'gen_ai.input.messages': [{ role: 'user', content: 'hi' }],
  });
  expect(input.map(({ role }) => role)).toEqual(['system', 'user']);
});

test('OpenAI’s tool calls, Anthropic’s results and Gemini’s function calls', () => {
  const { output } = read({
    'gen_ai.output.messages': [
      {
        role: 'assistant',
        content: null,
        tool_calls: [{ id: 'x', type: 'function', function: { name: 'ls', arguments: '{"a":1}' } }],
      },
      {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: 't1', content: [{ type: 'text', text: 'two' }] }],
      },
      { role: 'model', parts: [{ functionCall: { name: 'sh', args: { cmd: 'ls' } } }] },
    ],
  });
  expect(output.flatMap(({ parts }) => parts)).toEqual([
    { type: 'call', callId: 'x', name: 'ls', arguments: { a: 1 }, text: '{\n  "a": 1\n}' },
    { type: 'result', name: 't1', text: 'two' },
    { type: 'call', callId: null, name: 'sh', arguments: { cmd: 'ls' }, text: '{\n  "cmd": "ls"\n}' },
  ]);
});

test('Vercel, Traceloop and OpenInference', () => {
  expect(
    read({
      'ai.prompt.messages': '[{"role":"user","content":[{"type":"text","text":"hi"}]}]',
      'ai.response.text': 'yo',
    }),
  ).toEqual({
    input: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
    output: [{ role: 'assistant', parts: [{ type: 'text', text: 'yo' }] }],
  });
  expect(
    read({
      'gen_ai.prompt.0.role': 'user',
      'gen_ai.prompt.0.content': 'hi',
      'gen_ai.prompt.1.role': 'user',
      'gen_ai.prompt.1.content': 'again',
    }).input,
  ).toHaveLength(2);
  expect(
    read({ 'llm.output_messages.0.message.role': 'assistant', 'llm.output_messages.0.message.content': 'yo' })
      .output,
  ).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'yo' }] }]);
});

test('what has no known form is kept as JSON, and nothing recorded is nothing', () => {
  expect(
    read({ 'gen_ai.output.messages': [{ role: 'assistant', parts: [{ type: 'blob', data: 'x' }] }] }).output,
  ).toEqual([
    { role: 'assistant', parts: [{ type: 'other', text: '{\n  "type": "blob",\n  "data": "x"\n}' }] },
  ]);
  expect(read({ 'gen_ai.output.messages': ['loose'] }).output[0]?.role).toBe('unknown');
  expect(read({})).toEqual({ input: [], output: [] });
});

test('a role that is a property of every object is a role like any other', () => {
  const [message] = read({
    'gen_ai.input.messages': '[{"role":"__proto__","parts":[{"type":"constructor"}]}]',
  }).input;
  expect(message?.role).toBe('__proto__');
  expect(message?.parts[0]?.type).toBe('other');
});

test('Vercel: an answer of calls alone, its reasoning, and a prompt of one text', () => {
  expect(
    read({
      'ai.prompt': '{"system":"be brief","prompt":"list them"}',
      'ai.response.text': '',
      'ai.response.reasoning': 'hm',
      'ai.response.toolCalls':
        '[{"type":"tool-call","toolCallId":"c1","toolName":"bash","input":{"command":"ls"}},{"toolCallType":"function","toolCallId":"c2","toolName":"read","args":"{\\"path\\":\\"a\\"}"}]',
    }),
  ).toEqual({
    input: [
      { role: 'system', parts: [{ type: 'text', text: 'be brief' }] },
      { role: 'user', parts: [{ type: 'text', text: 'list them' }] },
    ],
    output: [
      {
        role: 'assistant',
        parts: [
          { type: 'reasoning', text: 'hm' },
          {
            type: 'call',
            callId: 'c1',
            name: 'bash',
            arguments: { command: 'ls' },
            text: '{\n  "command": "ls"\n}',
          },
          { type: 'call', callId: 'c2', name: 'read', arguments: { path: 'a' }, text: '{\n  "path": "a"\n}' },
        ],
      },
    ],
  });
  const outer = read({ 'ai.prompt': '{"system":"be brief","messages":[{"role":"user","content":"hi"}]}' });
  expect(outer.input.map(({ role }) => role)).toEqual(['system', 'user']);
});

test('OpenInference: calls and parts, spread over one attribute each', () => {
  const { input, output } = read({
    'llm.input_messages.0.message.role': 'user',
    'llm.input_messages.0.message.contents.0.message_content.type': 'text',
    'llm.input_messages.0.message.contents.0.message_content.text': 'look',
    'llm.input_messages.0.message.contents.1.message_content.type': 'text',
    'llm.input_messages.0.message.contents.1.message_content.text': 'here',
    'llm.output_messages.0.message.role': 'assistant',
    'llm.output_messages.0.message.tool_calls.0.tool_call.function.name': 'ls',
    'llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments': '{"a":1}',
    'llm.output_messages.0.message.tool_calls.0.tool_call.id': 'c1',
    'llm.output_messages.0.message.tool_calls.1.tool_call.function.name': 'pwd',
  });
  expect(input).toEqual([
    {
      role: 'user',
      parts: [
        { type: 'text', text: 'look' },
        { type: 'text', text: 'here' },
      ],
    },
  ]);
  expect(output[0]?.parts).toEqual([
    { type: 'call', callId: 'c1', name: 'ls', arguments: { a: 1 }, text: '{\n  "a": 1\n}' },
    { type: 'call', callId: null, name: 'pwd', arguments: '', text: '' },
  ]);
});

test('Traceloop: calls by number, content as a list, entities; a text that looks like a list stays one', () => {
  const { input, output } = read({
    'gen_ai.prompt.0.role': 'user',
    'gen_ai.prompt.0.content': '[{"type":"text","text":"hi"}]',
    'gen_ai.prompt.1.role': 'user',
    'gen_ai.prompt.1.content': '[1, 2, 3]',
    'gen_ai.completion.0.role': 'assistant',
    'gen_ai.completion.0.content': 'on it',
    'gen_ai.completion.0.tool_calls.0.name': 'ls',
    'gen_ai.completion.0.tool_calls.0.arguments': '{}',
  });
  expect(input.flatMap(({ parts }) => parts)).toEqual([
    { type: 'text', text: 'hi' },
    { type: 'text', text: '[1, 2, 3]' },
  ]);
  expect(output[0]?.parts).toEqual([
    { type: 'text', text: 'on it' },
    { type: 'call', callId: null, name: 'ls', arguments: {}, text: '{}' },
  ]);
  const entity = read({
    'traceloop.entity.input': '{"messages":[{"role":"user","content":"hi"}]}',
    'traceloop.entity.output': '{"answer":42}',
  });
  expect(entity.input[0]).toEqual({ role: 'user', parts: [{ type: 'text', text: 'hi' }] });
  expect(entity.output[0]).toEqual({ role: 'assistant', parts: [{ type: 'text', text: '{"answer":42}' }] });
});

test('Laminar, and GenAI’s old single attributes', () => {
  for (const [asked, answered] of [
    ['lmnr.span.input', 'lmnr.span.output'],
    ['gen_ai.prompt', 'gen_ai.completion'],
  ] as const)
    expect(read({ [asked]: '[{"role":"user","content":"hi"}]', [answered]: 'yo' })).toEqual({
      input: [{ role: 'user', parts: [{ type: 'text', text: 'hi' }] }],
      output: [{ role: 'assistant', parts: [{ type: 'text', text: 'yo' }] }],
    });
});

test('GenAI’s events stand where no attribute says anything', () => {
  const event = (name: string, attributes: { [key: string]: AttributeValue }) => ({
    timeNs: '0',
    name,
    attributes,
  });
  const events = [
    event('gen_ai.system.message', { content: 'be brief' }),
    event('gen_ai.user.message', { content: 'hi' }),
    event('gen_ai.choice', { index: 0, message: '{"role":"assistant","content":"yo"}' }),
    event('exception', { 'exception.message': 'no' }),
  ];
  const { input, output } = callMessages({ attributes: {}, events });
  expect(input.map(({ role, parts }) => [role, parts[0]?.text])).toEqual([
    ['system', 'be brief'],
    ['user', 'hi'],
  ]);
  expect(output).toEqual([{ role: 'assistant', parts: [{ type: 'text', text: 'yo' }] }]);
  const details = event('gen_ai.client.inference.operation.details', {
    'gen_ai.input.messages': [{ role: 'user', parts: [{ type: 'text', content: 'all' }] }],
  });
  expect(callMessages({ attributes: {}, events: [details] }).input[0]?.parts[0]?.text).toBe('all');
  const both = callMessages({ attributes: { 'input.value': 'own' }, events });
  expect([both.input[0]?.parts[0]?.text, both.output[0]?.parts[0]?.text]).toEqual(['own', 'yo']);
});

describe('what real agents sent', () => {
  function spansOf(folder: string, file: string, name = ''): Pick<SpanJson, 'attributes'>[] {
    const { batches } = decodeTracesJson(
      recordedBodies(folder).find((body) => body.name.startsWith(file))!.bytes,
    );
    return batches.flatMap(({ records }) =>
      records
        .filter((span) => span.name.includes(name))
        .map(({ attributes }) => ({ attributes: attributesJson(attributes).attributes })),
    );
  }
  const sides = (folder: string, file: string, name?: string) =>
    spansOf(folder, file, name)
      .map(callMessages)
      .filter(({ input, output }) => input.length + output.length > 0);

  test('opencode: every call of a model has its answer, words or calls', () => {
    const calls = sides('opencode/1.18.33/otlp-json', '008-traces');
    const answers = calls.flatMap(({ output }) => output.flatMap(({ parts }) => parts));
    expect(answers).toContainEqual(
      expect.objectContaining({
        type: 'call',
        name: 'bash',
        text: '{\n  "command": "ls -la && cat src/lib.rs",\n  "description": "List files"\n}',
      }),
    );
    for (const { input, output } of calls) {
      expect(input.map(({ role }) => role)).toContain('user');
      expect(output).toHaveLength(1);
    }
  });

  test('gemini: parts without a type, calls, and an answer in pieces', () => {
    const calls = sides('gemini/0.61.0/otlp-json', '005-traces', 'llm_call');
    expect(calls.flatMap(({ input }) => input.map(({ role }) => role))).toContain('user');
    const answers = calls.flatMap(({ output }) => output.flatMap(({ parts }) => parts));
    expect(answers).toContainEqual(expect.objectContaining({ type: 'call', name: 'run_shell_command' }));
    expect(answers.some(({ type }) => type === 'other')).toBe(false);
    expect(calls.map(({ output }) => output.length)).toEqual(calls.map(() => 1));
    expect(answers.at(-1)?.text).toMatch(/^Done: fixed the function\. /);
  });

  test('an SDK for JavaScript', () => {
    const [call] = sides('otel-js-sdk/0.223', '001-traces');
    expect(call?.input[0]?.parts[0]?.text).toMatch(/^Fix “ünïcode” 🚀/);
  });
});

test('the result of a tool reads as a terminal would show it, in every form of a result', () => {
  const printed = '\u001b[32mok\u001b[39m\n10%\r100%';
  const parts = [
    { type: 'tool_call_response', id: 'c', response: printed },
    { type: 'tool_result', tool_use_id: 'c', content: [{ type: 'text', text: printed }] },
    { type: 'tool-result', toolCallId: 'c', output: { type: 'text', value: printed } },
  ];
  const [message] = read({ 'gen_ai.input.messages': [{ role: 'tool', parts }] }).input;
  expect(message?.parts.map(({ text }) => text)).toEqual(['ok\n100%', 'ok\n100%', 'ok\n100%']);
});

test('images, audio and documents are named by kind, type and size or address, in every dialect', () => {
  const data = 'A'.repeat(16_000);
  const cases: [part: AttributeValue, words: string][] = [
    [{ type: 'blob', mime_type: 'image/png', modality: 'image', content: data }, 'image (image/png, 12 kB)'],
    [{ type: 'uri', modality: 'image', uri: 'https://e.test/a.png' }, 'image (https://e.test/a.png)'],
    [{ type: 'file', modality: 'audio', file_id: 'f-1' }, 'audio (f-1)'],
    [{ type: 'image_url', image_url: { url: `data:image/gif;base64,${data}` } }, 'image (image/gif, 12 kB)'],
    [{ type: 'image_url', image_url: { url: 'https://e.test/b' } }, 'image (https://e.test/b)'],
    [{ type: 'input_image', image_url: 'https://e.test/c' }, 'image (https://e.test/c)'],
    [{ type: 'input_audio', input_audio: { data: 'AAAA', format: 'wav' } }, 'audio (audio/wav, 3 B)'],
    [{ type: 'input_file', filename: 'a.pdf', file_id: 'f-2' }, 'file (a.pdf, f-2)'],
    [
      { type: 'image', source: { type: 'base64', media_type: 'image/webp', data: 'AAA=' } },
      'image (image/webp, 2 B)',
    ],
    [{ type: 'document', source: { type: 'url', url: 'https://e.test/d' } }, 'document (https://e.test/d)'],
    [{ type: 'image', image: data, mediaType: 'image/jpeg' }, 'image (image/jpeg, 12 kB)'],
    [{ type: 'file', data, mediaType: 'application/pdf' }, 'file (application/pdf, 12 kB)'],
    [{ inlineData: { mimeType: 'image/png', data: 'AAAA' } }, 'image (image/png, 3 B)'],
    [{ fileData: { mimeType: 'video/mp4', fileUri: 'gs://b/v' } }, 'video (video/mp4, gs://b/v)'],
  ];
  for (const [part, words] of cases) {
    const { input } = read({ 'gen_ai.input.messages': [{ role: 'user', parts: [part] }] });
    expect(input).toMatchObject([{ role: 'user', parts: [{ type: 'media', text: words }] }]);
  }
});
