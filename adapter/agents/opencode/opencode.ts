// opencode, and the stream of `opencode run --format json` (checked with 1.18.33). Tool calls carry their own
// start and end and are taken as they are. The stream never says when a request was sent: a model call's
// start is the birth of its message, which opencode writes into the message's id, and its end is the
// moment its last tool call was complete, or the step's finish where it called none.

import type { ConfigContext, Environment, Overlay, OverlayContext, PrintingAgent } from '../agent.ts';
import type { Moment } from '../reading/clock.ts';
import { later, timeOfMs } from '../reading/clock.ts';
import { flagValue, runsProgram } from '../reading/command-line.ts';
import type { EventParser } from '../reading/event-reader.ts';
import { eventReader } from '../reading/event-reader.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { isObject, numberAt, objectAt, parseObject, textAt } from '../reading/json-value.ts';
import type { LineKinds } from '../reading/line-account.ts';
import { chatCompletions, ownPrompt } from '../reading/own-model.ts';
import { proxyRoutes, standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import { isHttp, pathSegment, withoutComments } from '../reading/user-config.ts';
import type { Json, OutputPart, ProcessExit, ProcessStart, StreamLine } from '../step.ts';
import { opencodeDatabase } from './opencode-database.ts';
import { messageBirth, readError, readTokens, readToolCall } from './opencode-parts.ts';
import { opencodeEntries, parseOpencodeSessions } from './opencode-session.ts';

export const opencodeLines: LineKinds = {
  unit: 'line',
  read: ['step_start', 'tool_use', 'text', 'reasoning', 'step_finish', 'error'],
};

export const opencode: PrintingAgent = {
  name: 'opencode',
  recognises: (command) => runsProgram(command, ['opencode', 'opencode-ai']),
  prints: isOpencode,
  reader: (start) => eventReader(new OpencodeParser(start)),
  printed: opencodeLines,
  parseSession: parseOpencodeSessions,
  database: opencodeDatabase,
  kept: { '`opencode export`, or a session of `opencode.db` or of the folder `storage`': opencodeEntries },
  proxyEnv: (proxyUrl, env) => ({ ...standardProxyEnv(proxyUrl), ...proxyConfig(proxyUrl, env) }),
  overlay: overlayConfig,
  configuredModel: (context) =>
    configTexts(context)
      .map((text) => textAt(parseObject(withoutComments(text)), 'model'))
      .findLast((model) => model !== null) ?? null,
  streamsJson: (command) => flagValue(command, '--format') === 'json',
  sessionStore: ({ home, env }) => [
    {
      dir: `${env.XDG_DATA_HOME || `${home}/.local/share`}/opencode`,
      match: /^opencode\.db(?:-wal)?$|^storage\/(?:session|message|part)\/.*\.json$/,
    },
  ],
  leftovers: ['opencode.json', 'opencode.jsonc', '.opencode/**'],
  ownModel: {
    environment: [],
    file: {
      path: 'opencode.json',
      text: '{"provider":{"own":{"npm":"@ai-sdk/openai-compatible","options":{"baseURL":"$YOUR_ENDPOINT","apiKey":"$YOUR_KEY"},"models":{"$YOUR_MODEL":{}}}}}',
    },
    command: ['opencode', 'run', '--model', { variable: 'YOUR_MODEL', prefix: 'own/' }, ownPrompt],
    speaks: chatCompletions,
  },
};

/** opencode heeds no address from the environment, but a configuration that is laid over the files'. */
function proxyConfig(proxyUrl: string, env: Environment): Record<string, string> {
  const given = parseObject(env.OPENCODE_CONFIG_CONTENT ?? '');
  if (given === null && env.OPENCODE_CONFIG_CONTENT) return {};
  const at = (path: string) => ({ options: { baseURL: `${proxyUrl}${path}` } });
  const provider = {
    openai: at(proxyRoutes.openai.path),
    anthropic: at(`${proxyRoutes.anthropic.path}/v1`),
    google: at(`${proxyRoutes.google.path}/v1beta`),
    ...objectAt(given, 'provider'),
  };
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...given, provider }) };
}

/** The user's files, those that outrank others behind them. */
function configTexts({ env, home, workdir, read }: ConfigContext): string[] {
  const config = env.XDG_CONFIG_HOME || `${home}/.config`;
  const places = [`${config}/opencode`, workdir, `${workdir}/.opencode`];
  const files = places.flatMap((place) => [`${place}/opencode.json`, `${place}/opencode.jsonc`]);
  return [...files, env.OPENCODE_CONFIG ?? ''].map(read);
}

/** The providers of the user's files get the proxy's address, in the configuration that is laid over them. */
function overlayConfig({ env, set, home, workdir, read, route }: OverlayContext): Overlay {
  const texts = configTexts({ env, home, workdir, read });
  const overlay = parseObject(set.OPENCODE_CONFIG_CONTENT ?? env.OPENCODE_CONFIG_CONTENT ?? '{}');
  if (overlay === null) return {};
  const providers = new Map<string, Json>(Object.entries(objectAt(overlay, 'provider') ?? {}));
  for (const text of [...texts, env.OPENCODE_CONFIG_CONTENT ?? '']) {
    const named = objectAt(parseObject(withoutComments(text)), 'provider');
    for (const [id, provider] of Object.entries(named ?? {})) {
      const baseUrl = textAt(objectAt(provider, 'options'), 'baseURL');
      if (baseUrl === null || !isHttp(baseUrl)) continue;
      const given = providers.get(id) ?? {};
      const baseURL = route(`/opencode-${pathSegment(id)}`, baseUrl);
      const options = { ...objectAt(given, 'options'), baseURL };
      providers.set(id, isObject(given) ? { ...given, options } : { options });
    }
  }
  const provider = Object.fromEntries(providers);
  return { env: { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...overlay, provider }) } };
}

const knownTypes = new Set(opencodeLines.read);

/** True where the lines are this agent's: an event of a known type with opencode's session id. */
export function isOpencode(lines: readonly string[]): boolean {
  return lines.some((line) => {
    const event = parseObject(line);
    return (
      event !== null &&
      knownTypes.has(textAt(event, 'type') ?? '') &&
      (textAt(event, 'sessionID') ?? '').startsWith('ses_')
    );
  });
}

/** The answer that is being received: from its first chunk to its finish. */
interface OpenStep {
  readonly messageId: string | null;
  readonly firstChunkNs: bigint;
  readonly parts: OutputPart[];
  /** When the last tool call's arguments were complete, which is when opencode starts the tool. */
  lastToolStartNs: bigint | null;
}

class OpencodeParser implements EventParser {
  readonly draft: RunDraft;
  #open: OpenStep | null = null;

  constructor(start: ProcessStart) {
    this.draft = new RunDraft('opencode', start);
    // The stream itself never names the model.
    this.draft.model = flagValue(start.command, '-m', '--model');
  }

  readEvent(type: string, event: JsonObject, line: StreamLine): void {
    const at = this.draft.at(line, timeOfMs(numberAt(event, 'timestamp')));
    this.draft.sessionId ??= textAt(event, 'sessionID');
    const part = objectAt(event, 'part');
    if (type === 'step_start') this.#openStep(part, at);
    else if (type === 'tool_use') this.#readTool(part, at);
    else if (type === 'text' || type === 'reasoning') this.#readText(type, part, at);
    else if (type === 'step_finish') this.#closeModelCall(part, at);
    else if (type === 'error') readError(this.draft, objectAt(event, 'error'), at);
    else this.draft.passOver(opencodeLines, type);
  }

  close({ exitNs }: ProcessExit): void {
    if (this.#open) this.#closeModelCall(null, { ns: exitNs ?? this.#latestNs(), grade: 'derived' });
  }

  #latestNs(): bigint {
    return this.draft.clock.latest?.ns ?? 0n;
  }

  #openStep(part: JsonObject | null, at: Moment): void {
    if (this.#open) this.#closeModelCall(null, at);
    this.#open = {
      messageId: textAt(part, 'messageID'),
      firstChunkNs: at.ns,
      parts: [],
      lastToolStartNs: null,
    };
  }

  #readTool(part: JsonObject | null, at: Moment): void {
    const step = readToolCall(part, at.ns);
    this.draft.add(step);
    if (!this.#open) return;
    this.#open.parts.push({
      type: 'tool_call',
      callId: step.callId,
      tool: step.tool,
      arguments: step.arguments,
    });
    const last = this.#open.lastToolStartNs;
    if (last === null || step.startNs > last) this.#open.lastToolStartNs = step.startNs;
  }

  #readText(type: 'text' | 'reasoning', part: JsonObject | null, at: Moment): void {
    const endMs = numberAt(objectAt(part, 'time'), 'end');
    const text = textAt(part, 'text') ?? '';
    // A stream that was cut at its beginning says so before any step.
    if (this.#open === null) this.#openStep(part, at);
    this.#open?.parts.push({ type, text, endNs: timeOfMs(endMs) ?? at.ns });
  }

  #closeModelCall(part: JsonObject | null, at: Moment): void {
    const { firstChunkNs, messageId, parts, lastToolStartNs } = this.#open ?? {
      firstChunkNs: null,
      messageId: textAt(part, 'messageID'),
      parts: [],
      lastToolStartNs: null,
    };
    this.#open = null;
    const latestNs = firstChunkNs ?? at.ns;
    // Nothing of a model call can be older than the end of what went before.
    const boundaryNs = this.draft.boundary?.ns ?? null;
    const bornNs = messageBirth(messageId, latestNs);
    const known = bornNs !== null && bornNs <= latestNs && (boundaryNs === null || bornNs >= boundaryNs);
    const startNs = known ? bornNs : (boundaryNs ?? latestNs);
    this.draft.modelCall({
      start: { ns: startNs, grade: 'derived' },
      // Lines that came in another order must not make a length negative.
      end: { ns: later(startNs, lastToolStartNs ?? at.ns), grade: 'derived' },
      firstChunkNs,
      tokens: readTokens(objectAt(part, 'tokens')),
      costUsd: numberAt(part, 'cost'),
      finishReason: textAt(part, 'reason'),
      parts,
    });
    this.draft.clock.see({ ns: startNs, grade: 'derived' });
    this.draft.boundary = at;
  }
}
