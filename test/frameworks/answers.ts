// How OpenAI's and Anthropic's APIs write an answer, whole or streamed: the events a client waits for, the usage in
// the places it is told, the finish in its own words. Does not decide what is answered.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Fields } from './requests.ts';
import type { ServedTokens, ServedTool, Wire } from './served.ts';

export interface Answer {
  readonly id: string;
  readonly n: number;
  readonly model: string;
  readonly say: string | null;
  readonly call: ServedTool | null;
  readonly tokens: ServedTokens;
}

export interface Sent {
  readonly finish: string;
  readonly tellsUsage: boolean;
}

/** What a model answers whose context is full. */
export const refusal = 'This model takes at most 8192 tokens.';
/** How long the model thinks before its first word, and between words. */
const FIRST_MS = 30;
const WORD_MS = 15;

export function refuse(response: ServerResponse, wire: Wire): void {
  const error =
    wire === 'anthropic'
      ? { type: 'error', error: { type: 'invalid_request_error', message: refusal } }
      : {
          error: {
            message: refusal,
            type: 'invalid_request_error',
            param: null,
            code: 'context_length_exceeded',
          },
        };
  response.writeHead(400, { 'content-type': 'application/json' }).end(JSON.stringify(error));
}

export async function answerChat(response: ServerResponse, body: Fields, answer: Answer): Promise<Sent> {
  const { id, n, model, say, call, tokens } = answer;
  const head = { id, created: Math.floor(Date.now() / 1000), model, service_tier: 'default' };
  const usage = {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cacheRead, audio_tokens: 0 },
    completion_tokens_details: { reasoning_tokens: tokens.reasoning, audio_tokens: 0 },
  };
  const finish = call ? 'tool_calls' : 'stop';
  const calls = call && [
    {
      id: `call_${n}`,
      type: 'function',
      function: { name: call.name, arguments: JSON.stringify(call.arguments) },
    },
  ];
  await wait(FIRST_MS);
  if (body.stream !== true) {
    const message = { role: 'assistant', content: say, refusal: null, ...(calls && { tool_calls: calls }) };
    const choices = [{ index: 0, message, logprobs: null, finish_reason: finish }];
    sendJson(response, { ...head, object: 'chat.completion', choices, usage });
    return { finish, tellsUsage: true };
  }
  const tellsUsage = (body.stream_options as Fields | undefined)?.include_usage === true;
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: unknown[], more: Fields = {}): void => {
    const chunk = { ...head, object: 'chat.completion.chunk', choices, ...more };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  const delta = (fields: Fields, end: string | null = null) =>
    send([{ index: 0, delta: fields, finish_reason: end }]);
  delta({ role: 'assistant', content: calls ? null : '' });
  for (const word of wordsOf(say)) {
    delta({ content: word });
    await wait(WORD_MS);
  }
  if (calls) delta({ tool_calls: calls.map((one, index) => ({ index, ...one })) });
  delta({}, finish);
  if (tellsUsage) send([], { usage });
  response.end('data: [DONE]\n\n');
  return { finish, tellsUsage };
}

export async function answerResponses(response: ServerResponse, body: Fields, answer: Answer): Promise<Sent> {
  const { id, n, model, say, call, tokens } = answer;
  const base = { output_index: 0, item_id: `item_${n}` };
  const item = call
    ? {
        ...{ type: 'function_call', id: base.item_id, call_id: `call_${n}`, name: call.name },
        ...{ arguments: JSON.stringify(call.arguments), status: 'completed' },
      }
    : {
        ...{ type: 'message', id: base.item_id, role: 'assistant', status: 'completed' },
        content: [{ type: 'output_text', text: say, annotations: [], logprobs: [] }],
      };
  const whole = {
    ...{ id, object: 'response', created_at: Math.floor(Date.now() / 1000), status: 'completed', model },
    ...{ output: [item], parallel_tool_calls: true, tool_choice: 'auto', tools: body.tools ?? [] },
    ...{ error: null, incomplete_details: null, instructions: body.instructions ?? null, metadata: {} },
    usage: {
      input_tokens: tokens.input,
      input_tokens_details: { cached_tokens: tokens.cacheRead },
      output_tokens: tokens.output,
      output_tokens_details: { reasoning_tokens: tokens.reasoning },
      total_tokens: tokens.input + tokens.output,
    },
  };
  await wait(FIRST_MS);
  if (body.stream !== true) {
    sendJson(response, whole);
    return { finish: 'completed', tellsUsage: true };
  }
  const send = eventsOf(response);
  const begun = { ...whole, status: 'in_progress', output: [], usage: null };
  send('response.created', { response: begun });
  send('response.in_progress', { response: begun });
  const open = call
    ? { ...item, status: 'in_progress', arguments: '' }
    : { ...item, status: 'in_progress', content: [] };
  send('response.output_item.added', { output_index: 0, item: open });
  if (call) {
    const text = JSON.stringify(call.arguments);
    send('response.function_call_arguments.delta', { ...base, delta: text });
    send('response.function_call_arguments.done', { ...base, name: call.name, arguments: text });
  } else await sendParts(send, base, say);
  send('response.output_item.done', { output_index: 0, item });
  send('response.completed', { response: whole });
  response.end();
  return { finish: 'completed', tellsUsage: true };
}

async function sendParts(send: SendEvent, base: Fields, say: string | null): Promise<void> {
  const at = { ...base, content_index: 0 };
  const part = (text: string | null) => ({ type: 'output_text', text, annotations: [], logprobs: [] });
  send('response.content_part.added', { ...at, part: part('') });
  for (const delta of wordsOf(say)) {
    send('response.output_text.delta', { ...at, delta, logprobs: [] });
    await wait(WORD_MS);
  }
  send('response.output_text.done', { ...at, text: say, logprobs: [] });
  send('response.content_part.done', { ...at, part: part(say) });
}

export async function answerAnthropic(response: ServerResponse, body: Fields, answer: Answer): Promise<Sent> {
  const { id, n, model, say, call, tokens } = answer;
  const finish = call ? 'tool_use' : 'end_turn';
  const cacheWrite = tokens.cacheWrite ?? 0;
  // Anthropic counts what was cached apart from the input.
  const usage = {
    input_tokens: tokens.input - tokens.cacheRead - cacheWrite,
    cache_read_input_tokens: tokens.cacheRead,
    cache_creation_input_tokens: cacheWrite,
    output_tokens: tokens.output,
    service_tier: 'standard',
  };
  const block = call
    ? { type: 'tool_use', id: `toolu_${n}`, name: call.name, input: call.arguments }
    : { type: 'text', text: say };
  const head = { id, type: 'message', role: 'assistant', model };
  await wait(FIRST_MS);
  if (body.stream !== true) {
    sendJson(response, { ...head, content: [block], stop_reason: finish, stop_sequence: null, usage });
    return { finish, tellsUsage: true };
  }
  const send = eventsOf(response);
  const begun = {
    ...head,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: { ...usage, output_tokens: 1 },
  };
  send('message_start', { message: begun });
  const open = call ? { ...block, input: {} } : { type: 'text', text: '' };
  send('content_block_start', { index: 0, content_block: open });
  if (call) {
    const delta = { type: 'input_json_delta', partial_json: JSON.stringify(call.arguments) };
    send('content_block_delta', { index: 0, delta });
  }
  for (const text of wordsOf(say)) {
    send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } });
    await wait(WORD_MS);
  }
  send('content_block_stop', { index: 0 });
  send('message_delta', {
    delta: { stop_reason: finish, stop_sequence: null },
    usage: { output_tokens: tokens.output },
  });
  send('message_stop', {});
  response.end();
  return { finish, tellsUsage: true };
}

type SendEvent = (type: string, fields: Fields) => void;

function eventsOf(response: ServerResponse): SendEvent {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let number = 0;
  return (type, fields) => {
    const event = { type, sequence_number: number++, ...fields };
    response.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
}

function wordsOf(text: string | null): string[] {
  return text?.match(/\S+\s*/g) ?? [];
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
