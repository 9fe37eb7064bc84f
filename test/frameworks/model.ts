// A model on loopback for programs of frameworks: OpenAI's chat completions and Responses and Anthropic's messages,
// streaming or not. It asks for the first tool it is offered, once, then says that it is done; a model whose name
// holds "boom" is refused. Keeps what it served. Does not think, and knows no framework.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Answer, answerAnthropic, answerChat, answerResponses, refusal, refuse } from './answers.ts';
import { type Fields, played, textsOf, toolsOf } from './requests.ts';
import type { ServedCall, ServedTool, Wire } from './served.ts';

const wires: readonly (readonly [path: string, wire: Wire])[] = [
  ['/chat/completions', 'chat'],
  ['/responses', 'responses'],
  ['/messages', 'anthropic'],
];
/** What every answer says in the end. */
export const saying = 'All done ✓.';
const answeredBy: Readonly<Record<Wire, string>> = {
  chat: 'gpt-5-2025-08-07',
  responses: 'gpt-5-2025-08-07',
  anthropic: 'claude-sonnet-4-5-20250929',
};

export class FrameworkModel {
  readonly served: ServedCall[] = [];
  readonly #server;
  #count = 0;

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<FrameworkModel> {
    const model = new FrameworkModel();
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** Without `/v1`: OpenAI's clients are given it, Anthropic's add it. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const path = (request.url ?? '').split('?')[0] ?? '';
    const wire = wires.find(([ending]) => path.endsWith(ending))?.[1];
    if (request.method !== 'POST' || wire === undefined) {
      response
        .writeHead(404, { 'content-type': 'application/json' })
        .end('{"error":{"message":"no such path"}}');
      return;
    }
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Fields;
    const asked = textsOf(wire, body);
    const model = String(body.model);
    const streamed = body.stream === true;
    if (model.includes('boom')) {
      refuse(response, wire);
      this.served.push({
        ...{ wire, status: 400, streamed, model, answeredBy: null, responseId: null, tokens: null },
        ...{ finish: null, asked, answered: null, call: null, error: refusal },
      });
      return;
    }
    const answer = this.#play(wire, body);
    const send = { chat: answerChat, responses: answerResponses, anthropic: answerAnthropic }[wire];
    const { finish, tellsUsage } = await send(response, body, answer);
    this.served.push({
      ...{ wire, status: 200, streamed, model, answeredBy: answer.model, responseId: answer.id },
      tokens: tellsUsage ? answer.tokens : null,
      ...{ finish, asked, answered: answer.say, call: answer.call, error: null },
    });
  }

  /** Numbers differ from call to call, so that a mix-up shows. */
  #play(wire: Wire, body: Fields): Answer {
    const n = ++this.#count;
    const call = this.#tool(wire, body);
    const prefix = { chat: 'chatcmpl', responses: 'resp', anthropic: 'msg' }[wire];
    const isAnthropic = wire === 'anthropic';
    return {
      id: `${prefix}-${String(n).padStart(4, '0')}`,
      n,
      model: answeredBy[wire],
      say: call ? null : saying,
      call,
      tokens: {
        input: 1300 + n * 10,
        cacheRead: 400 + n,
        cacheWrite: isAnthropic ? 100 + n : null,
        output: 80 + n,
        reasoning: isAnthropic ? null : 30 + n,
      },
    };
  }

  #tool(wire: Wire, body: Fields): ServedTool | null {
    const tools = toolsOf(wire, body);
    const done = played(wire, body);
    const last = tools.find(({ name }) => name === 'final_answer');
    if (last && done > 0) return { name: last.name, arguments: { answer: saying } };
    const tool = tools.find((offered) => offered !== last);
    if (!tool || done > 0) return null;
    const named = Object.keys((tool.parameters.properties ?? {}) as Fields);
    return { name: tool.name, arguments: { [named[0] ?? 'command']: 'echo hi' } };
  }
}
