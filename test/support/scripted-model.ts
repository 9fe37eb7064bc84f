// A model on loopback that plays a plan, so that real agents run their real loops without a model. It speaks
// OpenAI chat completions and Responses, streaming or not, and keeps a list of what it served: tests compare
// a recording with that. It has no memory of a conversation: the turn to play is the number of tool results
// that a request carries.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the model says in one turn, and the one tool that it asks for. */
export interface Turn {
  readonly say: string;
  readonly read?: string;
  readonly run?: string;
  readonly edit?: { readonly path: string; readonly old: string; readonly new: string };
}

export interface Plan {
  readonly title: string;
  readonly turns: readonly Turn[];
}

/** One answer, as it was given. */
export interface Served {
  readonly path: string;
  readonly model: string;
  readonly status: number;
  readonly tokens: { readonly input: number; readonly cached: number; readonly output: number };
  /** The tool that was asked for, with its arguments. */
  readonly tool: { readonly name: string; readonly arguments: unknown } | null;
  readonly headers: IncomingMessage['headers'];
  /** Milliseconds since the epoch: when the request was whole, and when the answer was. */
  readonly askedMs: number;
  readonly answeredMs: number;
}

interface Options {
  readonly plan: Plan;
  /** Where the agent works: some agents want whole paths. */
  readonly workdir: string;
  /** How long the model thinks, milliseconds. */
  readonly latencyMs?: number;
}

interface Answer {
  readonly id: string;
  readonly model: string;
  readonly say: string;
  readonly call: { readonly name: string; readonly arguments: string } | null;
  readonly tokens: Served['tokens'];
}

type Fields = Record<string, unknown>;
const WORD_MS = 5;

export class ScriptedModel {
  readonly served: Served[] = [];
  readonly #server;
  readonly #options: Options;
  #count = 0;

  private constructor(options: Options) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(options: Options): Promise<ScriptedModel> {
    const model = new ScriptedModel(options);
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** The base address that clients are given, `…/v1`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const askedMs = Date.now();
    const path = request.url ?? '';
    if (request.method !== 'POST') return sendJson(response, { object: 'list', data: [] });
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Fields;
    const isChat = path.endsWith('/chat/completions');
    const answer = isChat ? this.#chatAnswer(body) : this.#responsesAnswer(body);
    await wait(this.#options.latencyMs ?? 50);
    if (isChat) await sendChat(response, body.stream === true, answer);
    else await sendResponses(response, body.stream === true, answer);
    this.served.push({
      path,
      model: answer.model,
      status: response.statusCode,
      tokens: answer.tokens,
      tool: answer.call && { name: answer.call.name, arguments: JSON.parse(answer.call.arguments) },
      headers: request.headers,
      askedMs,
      answeredMs: Date.now(),
    });
  }

  #chatAnswer(body: Fields): Answer {
    const tools = new Map(
      list(body.tools).map((tool) => {
        const made = tool.function as Fields;
        return [String(made.name), made.parameters as Fields];
      }),
    );
    const played = list(body.messages).filter(({ role }) => role === 'tool').length;
    return this.#play(body, tools, played);
  }

  #responsesAnswer(body: Fields): Answer {
    const tools = new Map(
      list(body.tools).map((tool) => [String(tool.name ?? tool.type), (tool.parameters ?? {}) as Fields]),
    );
    const played = list(body.input).filter(({ type }) => type === 'function_call_output').length;
    return this.#play(body, tools, played);
  }

  #play(body: Fields, tools: ReadonlyMap<string, Fields>, played: number): Answer {
    const { plan, workdir } = this.#options;
    // An agent that offers no tools asks for a title or a summary.
    const turn =
      tools.size === 0 ? { say: plan.title } : plan.turns[Math.min(played, plan.turns.length - 1)]!;
    const n = ++this.#count;
    return {
      id: String(n).padStart(4, '0'),
      model: String(body.model),
      say: turn.say,
      call: toolCall(turn, tools, workdir),
      // Numbers that differ from call to call, so that a mix-up shows.
      tokens: { input: 1000 + n * 10 + played * 300, cached: played * 200 + n, output: 40 + n },
    };
  }
}

/** The turn's tool in the words of whichever agent asks: the first offered tool that fits. */
function toolCall(
  { read, run, edit }: Turn,
  tools: ReadonlyMap<string, Fields>,
  workdir: string,
): Answer['call'] {
  const call = (name: string, args: Fields): Answer['call'] => {
    const known = tools.get(name)?.properties as Fields | undefined;
    const taken = Object.entries(args).filter(([key]) => known === undefined || key in known);
    return { name, arguments: JSON.stringify(Object.fromEntries(taken)) };
  };
  const shell = (command: string): Answer['call'] => {
    const name = ['exec_command', 'shell_command', 'bash', 'shell'].find((tool) => tools.has(tool)) ?? 'bash';
    const argv = name === 'shell' ? ['bash', '-lc', command] : command;
    return call(name, { cmd: command, command: argv, description: 'Run a command' });
  };
  if (run !== undefined) return shell(run);
  if (read !== undefined)
    return tools.has('read')
      ? call('read', { filePath: `${workdir}/${read}`, path: read })
      : shell(`cat ${read}`);
  if (edit === undefined) return null;
  const { path, old, new: text } = edit;
  if (tools.has('edit'))
    return call('edit', {
      filePath: `${workdir}/${path}`,
      oldString: old,
      newString: text,
      path,
      edits: [{ oldText: old, newText: text }],
    });
  const script = `const f=require("fs"),p=${JSON.stringify(path)};f.writeFileSync(p,f.readFileSync(p,"utf8").replace(${JSON.stringify(old)},()=>${JSON.stringify(text)}))`;
  return shell(`node -e '${script.replaceAll("'", "'\\''")}'`);
}

async function sendChat(response: ServerResponse, stream: boolean, answer: Answer): Promise<void> {
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
  for (const word of say.match(/\S+\s*/g) ?? []) {
    send([{ index: 0, delta: { content: word }, finish_reason: null }]);
    await wait(WORD_MS);
  }
  if (calls) send([{ index: 0, delta: { tool_calls: calls }, finish_reason: null }]);
  send([{ index: 0, delta: {}, finish_reason: finish }]);
  send([], { usage });
  response.end('data: [DONE]\n\n');
}

async function sendResponses(response: ServerResponse, stream: boolean, answer: Answer): Promise<void> {
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
      for (const delta of say.match(/\S+\s*/g) ?? []) {
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

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}

function sendJson(response: ServerResponse, body: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
