// A model on loopback that plays a plan, so that real agents run their real loops without a model. It speaks
// OpenAI chat completions and Responses and Gemini's generateContent, streaming or not, and keeps a list of what it
// served: tests compare a recording with that. It has no memory of a conversation: the turn to play is the number of
// tool results that a request carries more than the first request of the plan did.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type Answer,
  type Fields,
  sendChat,
  sendGemini,
  sendJson,
  sendResponses,
} from './scripted-answers.ts';

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
  readonly tokens: Answer['tokens'];
  /** The tool that was asked for, with its arguments. */
  readonly tool: { readonly name: string; readonly arguments: unknown } | null;
  /** Whether it is a turn of the plan: what an agent asks without offering tools is a title or a summary. */
  readonly offered: boolean;
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
  /** For an agent that offers no tools and takes its edits from the text, as aider does: each answer is a turn. */
  readonly inText?: true;
}

/** How a request says in one protocol what the script asks of it. */
interface Protocol {
  readonly path: RegExp;
  model(body: Fields, path: string): string;
  isStream(body: Fields, path: string): boolean;
  /** The offered tools, each with its parameters. */
  tools(body: Fields): readonly (readonly [name: string, parameters: Fields])[];
  /** How many results of tools it carries. */
  played(body: Fields): number;
  send(response: ServerResponse, stream: boolean, answer: Answer): Promise<void>;
}

const openai = {
  model: ({ model }: Fields) => String(model),
  isStream: ({ stream }: Fields) => stream === true,
};
const protocols: readonly Protocol[] = [
  {
    ...openai,
    path: /\/chat\/completions$/,
    tools: (body) =>
      list(body.tools).map((tool) => {
        const made = tool.function as Fields;
        return [String(made.name), made.parameters as Fields];
      }),
    played: (body) => list(body.messages).filter(({ role }) => role === 'tool').length,
    send: sendChat,
  },
  {
    ...openai,
    path: /\/responses$/,
    tools: (body) =>
      list(body.tools).map((tool) => [String(tool.name ?? tool.type), (tool.parameters ?? {}) as Fields]),
    played: (body) => list(body.input).filter(({ type }) => type === 'function_call_output').length,
    send: sendResponses,
  },
  {
    path: /:(?:streamGenerateContent|generateContent)$/,
    model: (_body, path) => decodeURIComponent(/models\/([^:/]+):/.exec(path)?.[1] ?? ''),
    isStream: (_body, path) => path.endsWith(':streamGenerateContent'),
    tools: (body) =>
      list(body.tools)
        .flatMap(({ functionDeclarations }) => list(functionDeclarations))
        .map((tool) => [String(tool.name), (tool.parametersJsonSchema ?? tool.parameters ?? {}) as Fields]),
    played: (body) =>
      list(body.contents)
        .flatMap(({ parts }) => list(parts))
        .filter(({ functionResponse }) => functionResponse !== undefined).length,
    send: sendGemini,
  },
];

export class ScriptedModel {
  readonly served: Served[] = [];
  readonly #server;
  readonly #options: Options;
  #plan: Plan;
  /** How many tool results there were before the plan's first turn; null before its first request. */
  #before: number | null = null;
  #count = 0;

  private constructor(options: Options) {
    this.#options = options;
    this.#plan = options.plan;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(options: Options): Promise<ScriptedModel> {
    const model = new ScriptedModel(options);
    await new Promise<void>((resolve) => model.#server.listen(0, '127.0.0.1', resolve));
    return model;
  }

  /** The root address; clients of OpenAI are given `…/v1`. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Plays another plan from its first turn on, in whatever conversation the next request goes on. */
  play(plan: Plan): void {
    this.#plan = plan;
    this.#before = null;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const askedMs = Date.now();
    const path = (request.url ?? '').split('?')[0] ?? '';
    const protocol = protocols.find((known) => known.path.test(path));
    if (request.method !== 'POST' || protocol === undefined)
      return sendJson(response, { object: 'list', data: [], totalTokens: 0 });
    const body = JSON.parse(Buffer.concat(chunks).toString()) as Fields;
    const tools = new Map(protocol.tools(body));
    const answer = this.#play(protocol.model(body, path), tools, protocol.played(body));
    await wait(this.#options.latencyMs ?? 50);
    await protocol.send(response, protocol.isStream(body, path), answer);
    this.served.push({
      path,
      model: answer.model,
      status: response.statusCode,
      tokens: answer.tokens,
      tool: answer.call && { name: answer.call.name, arguments: JSON.parse(answer.call.arguments) },
      offered: this.#options.inText ? this.#count <= this.#plan.turns.length : tools.size > 0,
      headers: request.headers,
      askedMs,
      answeredMs: Date.now(),
    });
  }

  #play(model: string, tools: ReadonlyMap<string, Fields>, played: number): Answer {
    const { title, turns } = this.#plan;
    if (this.#options.inText) return this.#playInText(model);
    // An agent that offers no tools asks for a title or a summary.
    if (tools.size > 0) this.#before ??= played;
    const turn =
      tools.size === 0 ? { say: title } : turns[Math.min(played - (this.#before ?? 0), turns.length - 1)]!;
    const n = ++this.#count;
    return {
      id: String(n).padStart(4, '0'),
      model,
      say: turn.say,
      call: toolCall(turn, tools, this.#options.workdir),
      // Numbers that differ from call to call, so that a mix-up shows.
      tokens: { input: 1000 + n * 10 + played * 300, cached: played * 200 + n, output: 40 + n },
    };
  }

  #playInText(model: string): Answer {
    const { turns } = this.#plan;
    const n = ++this.#count;
    const { say, edit } = turns[Math.min(n, turns.length) - 1]!;
    const tokens = { input: 1000 + n * 10, cached: n, output: 40 + n };
    const id = String(n).padStart(4, '0');
    return { id, model, say: edit ? say + editInText(edit) : say, call: null, tokens };
  }
}

/** An edit as a block of text: what was there, and what takes its place. */
function editInText({ path, old, new: text }: NonNullable<Turn['edit']>): string {
  const fence = '```';
  return `\n\n${path}\n${fence}js\n<<<<<<< SEARCH\n${old}\n=======\n${text}\n>>>>>>> REPLACE\n${fence}\n`;
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
  const offered = (...names: string[]): string | undefined => names.find((name) => tools.has(name));
  const shell = (command: string): Answer['call'] => {
    const name =
      offered('exec_command', 'shell_command', 'run_shell_command', 'terminal', 'bash', 'shell') ?? 'bash';
    const argv = name === 'shell' ? ['bash', '-lc', command] : command;
    return call(name, {
      ...{ cmd: command, command: argv },
      ...{ description: 'Run a command', is_background: false },
      ...{ security_risk: 'LOW', summary: 'Run a command' },
    });
  };
  if (run !== undefined) return shell(run);
  if (read !== undefined) {
    const name = offered('read', 'read_file');
    const whole = `${workdir}/${read}`;
    return name === undefined
      ? shell(`cat ${read}`)
      : call(name, { filePath: whole, file_path: whole, absolute_path: whole, path: read });
  }
  if (edit === undefined) return null;
  const { path, old, new: text } = edit;
  if (tools.has('file_editor'))
    return call('file_editor', {
      ...{ command: 'str_replace', path: `${workdir}/${path}`, old_str: old, new_str: text },
      ...{ security_risk: 'LOW', summary: 'Mend the function' },
    });
  const name = offered('edit', 'replace');
  if (name !== undefined)
    return call(name, {
      ...{ filePath: `${workdir}/${path}`, oldString: old, newString: text },
      ...{ file_path: `${workdir}/${path}`, old_string: old, new_string: text },
      ...{ path, edits: [{ oldText: old, newText: text }], instruction: 'Mend the function.' },
    });
  const script = `const f=require("fs"),p=${JSON.stringify(path)};f.writeFileSync(p,f.readFileSync(p,"utf8").replace(${JSON.stringify(old)},()=>${JSON.stringify(text)}))`;
  return shell(`node -e '${script.replaceAll("'", "'\\''")}'`);
}

function list(value: unknown): Fields[] {
  return Array.isArray(value) ? (value as Fields[]) : [];
}
