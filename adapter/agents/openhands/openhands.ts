// OpenHands: what `openhands --headless --json` prints (a marker line, then one event as indented JSON),
// the folder of events that a conversation keeps, and the trajectory file of its first generation. All
// three hold stamped events; `openhands-events.ts` and `openhands-v0.ts` read them. Its times name no zone.

import type { AgentReader, Environment, PrintingAgent } from '../agent.ts';
import { linesOf } from '../reading/arrivals.ts';
import { hasFlag, runsProgram } from '../reading/command-line.ts';
import type { JsonObject } from '../reading/json-value.ts';
import { isObject, MAX_EVENT_CHARS, objectAt, parseEvent, parseJson, textAt } from '../reading/json-value.ts';
import { leftOutReasons } from '../reading/line-account.ts';
import { chatCompletions, ownEndpoint, ownKey, ownPrompt } from '../reading/own-model.ts';
import { proxyRoutes, standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import type { AgentRun, ProcessExit, ProcessStart, Step, StreamLine } from '../step.ts';
import { OpenHandsReader, openhandsFolder, openhandsLines } from './openhands-events.ts';
import { completionEntries, parseCompletionLog, parseTrajectory, trajectoryEntries } from './openhands-v0.ts';

export const openhands: PrintingAgent = {
  name: 'openhands',
  recognises: (command) => runsProgram(command, ['openhands', 'openhands-ai', 'openhands-cli']),
  prints: (lines) => lines.some((line) => line === MARKER || isEvent(parseEvent(line))),
  reader: (start) => new OpenHandsOutput(start),
  sessionFiles: ({ home, env }) => [
    {
      dir: `${env.OPENHANDS_PERSISTENCE_DIR || `${home}/.openhands`}/conversations`,
      match: /(?:^|\/)(?:events\/event-\d{5,}-[^/]*|base_state)\.json$/,
    },
  ],
  sessionFolder: (file) => file.replace(/(?:(?:^|\/)events)?\/[^/]*$/, ''),
  parseSession: parseOpenHandsSession,
  printed: openhandsLines,
  kept: {
    'a folder of events': openhandsFolder,
    'a trajectory': trajectoryEntries,
    "a completion's log": completionEntries,
  },
  printsAll: true,
  join: (printed) => printed,
  proxyEnv,
  streamsJson: (command) => hasFlag(command, '--json'),
  leftovers: ['.openhands/**', '.openhands_instructions'],
  reportsItself: true,
  ownModel: {
    environment: [
      ['LLM_BASE_URL', ownEndpoint],
      ['LLM_API_KEY', ownKey],
      ['LLM_MODEL', { variable: 'YOUR_MODEL', prefix: 'openai/' }],
    ],
    file: null,
    command: ['openhands', '--headless', '--override-with-envs', '-t', ownPrompt],
    speaks: chatCompletions,
  },
};

const MARKER = '--JSON Event--';

function proxyEnv(proxyUrl: string, env: Environment): Record<string, string> {
  const set = standardProxyEnv(proxyUrl);
  const model = env.LLM_MODEL ?? '';
  if (/^(?:anthropic\/|claude)/.test(model)) set.LLM_BASE_URL = `${proxyUrl}${proxyRoutes.anthropic.path}`;
  else if (/^gemini/.test(model)) set.LLM_BASE_URL = `${proxyUrl}${proxyRoutes.google.path}`;
  return set;
}

function isEvent(event: JsonObject | null): boolean {
  return (
    /(?:Event|Observation|Condensation)$/.test(textAt(event, 'kind') ?? '') &&
    textAt(event, 'source') !== null &&
    textAt(event, 'timestamp') !== null
  );
}

/** `base_state.json`: what a conversation was set up with and what its answers used. */
function isState(event: JsonObject | null): event is JsonObject {
  return textAt(event, 'kind') === null && objectAt(objectAt(event, 'stats'), 'usage_to_metrics') !== null;
}

const MAX_LINES_BEFORE = 500;

/** Before the events lies the state, on one line, or on many where it was cut while it was written. */
function beginsWithEvents(text: string): boolean {
  let before = 0;
  for (const line of linesOf(text)) {
    if (line.includes('"kind"') && isEvent(parseEvent(line))) return true;
    if (++before > MAX_LINES_BEFORE || !/^\s*[{}[\]"]/.test(line)) return false;
  }
  return false;
}

/** Puts the lines of an event that goes over several together. */
class OpenHandsOutput implements AgentReader {
  readonly #draft: RunDraft;
  readonly #events: OpenHandsReader;
  #block: string[] | null = null;
  #blockChars = 0;
  #hasMarker = false;

  constructor(start: ProcessStart) {
    this.#draft = new RunDraft('openhands', start);
    this.#events = new OpenHandsReader(this.#draft);
  }

  push(line: StreamLine): void {
    const { text } = line;
    this.#draft.account.begin();
    if (line.stream !== 'stdout') {
      this.#draft.others.add(line);
      return;
    }
    const id = /Conversation ID:\s*([0-9a-f-]{32,36})/.exec(text)?.[1];
    if (id !== undefined) this.#draft.sessionId ??= id;
    if (text === MARKER || (this.#block === null && text === '{')) this.#begin(line);
    else if (this.#block === null) readLine(this.#events, line);
    else this.#addToBlock(this.#block, line);
  }

  take(): readonly Step[] {
    return this.#draft.take();
  }

  end(exit: ProcessExit): AgentRun {
    const atNs = this.#draft.clock.latest?.ns ?? null;
    if (this.#block !== null) this.#giveUp(this.#block, atNs);
    return this.#events.finish(exit);
  }

  #begin(line: StreamLine): void {
    if (this.#block !== null) this.#giveUp(this.#block, line.atNs);
    this.#block = line.text === MARKER ? [] : [line.text];
    this.#hasMarker = line.text === MARKER;
    this.#blockChars = 0;
  }

  /** The lines of a block that no event is. */
  #giveUp(block: readonly string[], atNs: bigint | null): void {
    if (block.length > 0) this.#draft.others.keep({ atNs, stream: 'stdout', text: block.join('\n') });
    this.#draft.account.takeBack(block.length + (this.#hasMarker ? 1 : 0), leftOutReasons.broken);
  }

  #addToBlock(block: string[], line: StreamLine): void {
    const { text } = line;
    block.push(text);
    this.#blockChars += text.length;
    const whole = text.startsWith('}') || (block.length === 1 && text.endsWith('}'));
    if (!whole && this.#blockChars < MAX_EVENT_CHARS) return;
    this.#block = null;
    const event = parseEvent(block.join('\n'));
    if (event === null || textAt(event, 'kind') === null) this.#giveUp(block, line.atNs);
    else this.#events.read(event, line);
  }
}

function readLine(reader: OpenHandsReader, line: StreamLine): void {
  const event = parseEvent(line.text);
  if (isState(event)) reader.readBaseState(event);
  else if (event === null || textAt(event, 'kind') === null) reader.draft.others.add(line);
  else reader.read(event, line);
}

/** Reads a conversation's events a line, a trajectory of the first generation, or the log of one completion. */
export function parseOpenHandsSession(text: string, file: string): AgentRun | null {
  if (beginsWithEvents(text)) return readEvents(text, file);
  if (!/"(?:observation|latency_sec)"/.test(text)) return null;
  const whole = parseJson(text);
  if (Array.isArray(whole)) return parseTrajectory(whole);
  return isObject(whole) ? parseCompletionLog(whole) : null;
}

function readEvents(text: string, file: string): AgentRun {
  const draft = new RunDraft('openhands', null);
  const reader = new OpenHandsReader(draft);
  draft.sessionId =
    /([0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/events)?\/?$/.exec(file)?.[1] ?? null;
  for (const line of draft.account.linesOf(text))
    readLine(reader, { atNs: null, stream: 'stdout', text: line });
  return reader.finish();
}
