// How the scripted model writes an answer in each protocol that it speaks, whole or streamed. Does not decide what
// is answered.
import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

export type Fields = Record<string, unknown>;

export interface Answer {
  readonly id: string;
  readonly model: string;
  readonly say: string;
  readonly call: { readonly name: string; readonly arguments: string } | null;
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
}

const WORD_MS = 5;

export async function sendChat(response: ServerResponse, stream: boolean, answer: Answer): Promise<void> {
  const { id, model, say, call, tokens } = answer;
  const head = { id: `chatcmpl-${id}`, created: Math.floor(Date.now() / 1000), model };
  const usage = {
    prompt_tokens: tokens.input,
    completion_tokens: tokens.output,
    total_tokens: tokens.input + tokens.output,
    prompt_tokens_details: { cached_tokens: tokens.cached },
  };
  const finish = call ? 'tool_calls' : 'stop';
  const calls = call && [{ index: 0, id: `call_${id}`, type: 'function', function: call }];
  if (!stream) {
    const message = { role: 'assistant', content: say, ...(calls && { tool_calls: calls }) };
    const choices = [{ index: 0, message, finish_reason: finish }];
    return sendJson(response, { ...head, object: 'chat.completion', choices, usage });
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (choices: unknown[], more: Fields = {}): void => {
    const chunk = { ...head, object: 'chat.completion.chunk', choices, ...more };
    response.write(`data: ${JSON.stringify(chunk)}\n\n`);
  };
  send([{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }]);
  for (const word of wordsOf(say)) {
    send([{ index: 0, delta: { content: word }, finish_reason: null }]);
    await wait(WORD_MS);
  }
  if (calls) send([{ index: 0, delta: { tool_calls: calls }, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason: finish }]);
  send([], { usage });
  response.end('data: [DONE]\n\n');
}

export async function sendResponses(
  response: ServerResponse,
  stream: boolean,
  answer: Answer,
): Promise<void> {
  const { id, model, say, call, tokens } = answer;
  const message = {
    type: 'message',
    id: `msg_${id}`,
    role: 'assistant',
    status: 'completed',
    content: [{ type: 'output_text', text: say, annotations: [] }],
  };
  const made = call && {
    type: 'function_call',
    id: `fc_${id}`,
    call_id: `call_${id}`,
    ...call,
    status: 'completed',
  };
  const output: Fields[] = [message, ...(made ? [made] : [])];
  const usage = {
    input_tokens: tokens.input,
    input_tokens_details: { cached_tokens: tokens.cached },
    output_tokens: tokens.output,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: tokens.input + tokens.output,
  };
  const whole = { id: `resp_${id}`, object: 'response', model, status: 'completed', output, usage };
  if (!stream) return sendJson(response, whole);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  let number = 0;
  const send = (type: string, fields: Fields): void => {
    const event = { type, sequence_number: number++, ...fields };
    response.write(`event: ${type}\ndata: ${JSON.stringify(event)}\n\n`);
  };
  send('response.created', { response: { ...whole, status: 'in_progress', output: [], usage: null } });
  for (const [index, item] of output.entries()) {
    const opened = {
      ...item,
      status: 'in_progress',
      ...(item.content ? { content: [] } : { arguments: '' }),
    };
    send('response.output_item.added', { output_index: index, item: opened });
    if (item === message)
      for (const delta of wordsOf(say)) {
        send('response.output_text.delta', {
          item_id: message.id,
          output_index: index,
          content_index: 0,
          delta,
        });
        await wait(WORD_MS);
      }
    send('response.output_item.done', { output_index: index, item });
  }
  send('response.completed', { response: whole });
  response.end();
}

export async function sendGemini(response: ServerResponse, stream: boolean, answer: Answer): Promise<void> {
  const { id, model, say, call, tokens } = answer;
  const usageMetadata = {
    promptTokenCount: tokens.input,
    cachedContentTokenCount: tokens.cached,
    candidatesTokenCount: tokens.output,
    totalTokenCount: tokens.input + tokens.output,
  };
  const made = call && {
    functionCall: { name: call.name, args: JSON.parse(call.arguments) as Fields },
  };
  const chunk = (parts: readonly object[], end: Fields = {}, more: Fields = {}) => ({
    candidates: [{ index: 0, content: { role: 'model', parts }, ...end }],
    modelVersion: model,
    responseId: `gemini_${id}`,
    ...more,
  });
  const ended = [{ finishReason: 'STOP' }, { usageMetadata }] as const;
  if (!stream) return sendJson(response, chunk([{ text: say }, ...(made ? [made] : [])], ...ended));
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const send = (event: object): void => {
    response.write(`data: ${JSON.stringify(event)}\n\n`);
  };
  for (const word of wordsOf(say)) {
    send(chunk([{ text: word }]));
    await wait(WORD_MS);
  }
  if (made) send(chunk([made]));
  send(chunk([{ text: '' }], ...ended));
  response.end();
}

function wordsOf(text: string): readonly string[] {
  return text.match(/\S+\s*/g) ?? [];
}

export function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
