// What was said in a model call, in every form that agents write it.
import { expect, test } from 'vitest';
import type { AttributeValue } from '../../../shared/span.ts';
import { callMessages } from '../../../viewer/model/call-messages.ts';

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
        { type: 'call', name: 'read', text: '{\n  "path": "a"\n}' },
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
    { type: 'call', name: 'ls', text: '{\n  "a": 1\n}' },
    { type: 'result', name: 't1', text: 'two' },
    { type: 'call', name: 'sh', text: '{\n  "cmd": "ls"\n}' },
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
