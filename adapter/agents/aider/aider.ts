// aider, which prints no events: its chat history (markdown: what was said, what it cost in rounded
// numbers, which files it edited, and no time but the chat's start) and its analytics log (exact tokens
// and times to the second, and not a word). Both together make a run; either alone makes what it can.

import type { AgentAdapter } from '../agent.ts';
import { linesOf } from '../reading/arrivals.ts';
import { mergeSessions } from '../reading/assemble.ts';
import type { Moment } from '../reading/clock.ts';
import { localZone, timeOfIso } from '../reading/clock.ts';
import { runsProgram } from '../reading/command-line.ts';
import { type LineKinds, leftOutReasons } from '../reading/line-account.ts';
import { chatCompletions, ownEndpoint, ownKey, ownPrompt } from '../reading/own-model.ts';
import { standardProxyEnv } from '../reading/proxy-env.ts';
import { RunDraft } from '../reading/run-draft.ts';
import { minusTokens } from '../reading/token-sums.ts';
import type { AgentRun, ModelCallStep, Step, TokenCounts, ValueGrade } from '../step.ts';
import { inOrder, modelCalls, noTokens } from '../step.ts';
import { analyticsLines, parseAnalytics } from './aider-analytics.ts';

const EARLIER = 'an earlier chat of the same history';

const SCREEN = 'what the program says on the screen';

/** Lines of markdown: "####" is what was asked, ">" what the program says, all else what was answered. */
export const historyLines: LineKinds = {
  unit: 'line',
  read: ['heading', 'prompt', 'answer', 'note'],
  leftOut: { screen: SCREEN, earlier: EARLIER },
};

export const aider: AgentAdapter = {
  name: 'aider',
  recognises: (command) => runsProgram(command, ['aider', 'aider-chat']),
  sessionFiles: ({ workdir, env }) => [
    { dir: workdir, match: /^\.aider\.chat\.history\.md$/ },
    ...(env.AIDER_ANALYTICS_LOG ? [placeOf(env.AIDER_ANALYTICS_LOG, workdir)] : []),
  ],
  parseSession: (text) => parseAnalytics(text) ?? parseAiderHistory(text),
  kept: { 'a chat history': historyLines, 'an analytics log': analyticsLines },
  merge: mergeAider,
  proxyEnv: standardProxyEnv,
  streamsJson: () => false,
  leftovers: ['.aider*', '.aider*/**'],
  ownModel: {
    environment: [
      ['OPENAI_API_BASE', ownEndpoint],
      ['OPENAI_API_KEY', ownKey],
    ],
    file: null,
    command: [
      'aider',
      '--model',
      { variable: 'YOUR_MODEL', prefix: 'openai/' },
      '--yes-always',
      '--no-stream',
      '--no-auto-commits',
      '--no-check-update',
      '--message',
      ownPrompt,
    ],
    speaks: chatCompletions,
  },
};

function placeOf(file: string, workdir: string): { dir: string; match: RegExp } {
  const path = file.startsWith('/') ? file : `${workdir}/${file}`;
  const at = path.lastIndexOf('/');
  const name = path.slice(at + 1).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return { dir: path.slice(0, at) || '/', match: new RegExp(`^${name}$`) };
}

const HEADING = /^# aider chat started at (\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2})\s*$/;

/** Reads the last chat of a history; null where the file is none. Never throws. */
export function parseAiderHistory(text: string): AgentRun | null {
  let reader: HistoryReader | null = null;
  let chats = 0;
  let before = 0;
  let lines = 0;
  const ends = text.endsWith('\n');
  for (const raw of linesOf(ends ? text.slice(0, -1) : text)) {
    const line = raw.replace(/\r$/, '');
    const start = HEADING.exec(line)?.[1];
    if (start !== undefined) {
      chats++;
      before = lines;
      reader = new HistoryReader(start);
    } else if (reader !== null) reader.readLine(line);
    // A history begins with a heading; what else stands at the top of a file is another file.
    else if (line.trim() !== '') return null;
    lines++;
  }
  if (reader === null) return null;
  reader.draft.account.leaveOutBefore(before, chats > 1 ? EARLIER : leftOutReasons.blank);
  if (chats > 1) reader.draft.remarks.push(`${chats - 1} earlier chats of the history are left out`);
  return reader.finish();
}

class HistoryReader {
  readonly draft = new RunDraft('aider', null);
  #prompts: string[] = [];
  #answer: string[] = [];
  #sum: TokenCounts = noTokens;
  #sumUsd = 0;
  #sessionUsd: number | null = null;

  constructor(start: string) {
    this.draft.account.begin();
    this.draft.account.of('heading');
    const startNs = timeOfIso(start)?.ns ?? null;
    this.draft.remarks.push(`its history tells no time but its start, as ${localZone()}`);
    const at = this.draft.at(null, startNs);
    if (startNs !== null) this.draft.started = at;
  }

  readLine(line: string): void {
    const { account } = this.draft;
    account.begin();
    if (line.trim() === '' || line.trim() === '>') account.leaveOut(leftOutReasons.blank);
    else account.of(line.startsWith('#### ') ? 'prompt' : line.startsWith('> ') ? 'note' : 'answer');
    if (line.startsWith('#### ')) {
      this.#endAnswer(noTokens, undefined, null);
      this.#prompts.push(line.slice(5).trimEnd());
      return;
    }
    this.#endPrompt();
    if (line.startsWith('> ')) this.#readNote(line.slice(2).trim());
    else if (line.trim() !== '>') this.#answer.push(line);
  }

  finish(): AgentRun {
    this.#endPrompt();
    this.#endAnswer(noTokens, undefined, null);
    return this.draft.finish();
  }

  #readNote(note: string): void {
    const tokens = readTokenLine(note);
    if (tokens !== null) this.#endCall(tokens);
    else if (note.startsWith('Applied edit to ')) this.#addEdit(note.slice(16));
    else if (/^Aider v\S+$/.test(note)) this.draft.agentVersion ??= note.slice(7);
    else if (/^(?:litellm\.)?\w*(?:Error|Exception): /.test(note))
      this.draft.error(note.slice(0, note.indexOf(':')), note, this.draft.clock.next());
    else {
      const model = /^(?:Main model|Models?): (\S+) with /.exec(note)?.[1];
      if (model !== undefined) this.draft.model ??= model;
      const commit = /^Commit ([0-9a-f]{7,40}) (.*)$/.exec(note);
      if (commit) this.#addTool('commit', { hash: commit[1] ?? '', message: commit[2] ?? '' }, []);
      if (commit || model !== undefined) return;
      this.draft.account.of('screen');
      this.draft.account.passOver(historyLines, 'screen');
    }
  }

  #endPrompt(): void {
    if (this.#prompts.length === 0) return;
    // Each message to aider begins its sums anew.
    this.#sum = noTokens;
    this.#sumUsd = 0;
    this.draft.prompt('user', this.#prompts.join('\n'), this.draft.clock.next());
    this.#prompts = [];
  }

  /** Each line is of what was sent since the line before; some versions add up all that one message of the user took. */
  #endCall(line: TokenLine): void {
    const isSum = this.#addsUp(line);
    const tokens = isSum ? minusTokens(line.tokens, this.#sum) : line.tokens;
    const costUsd = line.costUsd === null ? null : Math.max(0, line.costUsd - (isSum ? this.#sumUsd : 0));
    this.#sum = line.tokens;
    this.#sumUsd = line.costUsd ?? 0;
    this.#sessionUsd = line.sessionUsd;
    this.#endAnswer(tokens, line.grade, costUsd);
  }

  /** Whether the line holds the one before it: its cost is then the former's and what the session's grew by. */
  #addsUp({ costUsd, sessionUsd, isOfMessage }: TokenLine): boolean {
    if (!isOfMessage || this.#sum.input === null) return false;
    if (costUsd === null || sessionUsd === null || this.#sessionUsd === null) return false;
    const grewUsd = sessionUsd - this.#sessionUsd;
    return Math.abs(costUsd - grewUsd - this.#sumUsd) < Math.abs(costUsd - grewUsd);
  }

  #endAnswer(tokens: TokenCounts, grade: ValueGrade | undefined, costUsd: number | null): void {
    const text = this.#answer.join('\n').trim();
    this.#answer = [];
    if (text === '' && tokens.input === null) return;
    this.draft.modelCall({
      end: this.draft.clock.next(),
      tokens,
      ...(grade === undefined ? {} : { tokensGrade: grade }),
      costUsd,
      parts: text === '' ? [] : [{ type: 'text', text, endNs: null }],
    });
  }

  #addEdit(path: string): void {
    this.#addTool('edit', { path }, [{ path, change: 'modified', diff: null }]);
  }

  #addTool(
    tool: string,
    args: Readonly<Record<string, string>>,
    changes: readonly { path: string; change: 'modified'; diff: null }[],
  ): void {
    const at = this.draft.clock.next();
    this.draft.openTool({ at, tool, callId: null, arguments: args });
    this.draft.closeTool({ at, callId: null, output: null, status: 'completed', failed: false, changes });
  }
}

interface TokenLine {
  readonly tokens: TokenCounts;
  readonly grade: ValueGrade;
  readonly costUsd: number | null;
  readonly sessionUsd: number | null;
  /** Newer versions tell of the user's message, older ones of the request. */
  readonly isOfMessage: boolean;
}

/** "Tokens: 1.1k sent, 2.0k cache write, 512 cache hit, 304 received. Cost: $0.02 message, $0.02 session." */
export function readTokenLine(note: string): TokenLine | null {
  if (!note.startsWith('Tokens: ')) return null;
  const counts = new Map<string, number>();
  let rounded = false;
  for (const [, digits = '', k, what = ''] of note.matchAll(
    /(\d[\d,.]*?)(k?) (sent|cache write|cache hit|received)\b/g,
  )) {
    const value = Number(digits.replaceAll(',', '')) * (k ? 1000 : 1);
    if (!Number.isFinite(value)) return null;
    rounded ||= k !== '';
    counts.set(what, Math.round(value));
  }
  const sent = counts.get('sent');
  const received = counts.get('received');
  if (sent === undefined || received === undefined) return null;
  const cost = /Cost: \$([\d.,]+?) (message|request)\b/.exec(note);
  return {
    tokens: {
      input: sent,
      cacheRead: counts.get('cache hit') ?? null,
      cacheWrite: counts.get('cache write') ?? null,
      output: received,
      reasoning: null,
    },
    grade: rounded ? 'estimated' : 'measured',
    costUsd: dollars(cost?.[1]),
    sessionUsd: dollars(/\$([\d.,]+?) session\b/.exec(note)?.[1]),
    isOfMessage: cost?.[2] !== 'request',
  };
}

function dollars(digits: string | undefined): number | null {
  const usd = Number((digits ?? 'none').replaceAll(',', ''));
  return Number.isFinite(usd) ? usd : null;
}

/** The history's words at the analytics log's times: its n-th answer is the log's n-th message. */
function mergeAider(runs: readonly AgentRun[]): AgentRun | null {
  // Only the log tells when things were.
  const log = runs.find((run) => run.timing !== 'none');
  const history = runs.find((run) => run.timing === 'none');
  if (log === undefined || history === undefined) return mergeSessions(runs);
  const timed = modelCalls(log);
  if (timed.length !== modelCalls(history).length) {
    const remark = 'history and analytics log tell different numbers of answers: the log is taken';
    return { ...log, remarks: [...(log.remarks ?? []), ...(history.remarks ?? []), remark] };
  }
  let index = 0;
  let nowNs = log.startNs;
  const steps = history.steps.map((step): Step => {
    if (step.type !== 'model_call') {
      const at: Moment = {
        ns: step.type === 'message' ? (timed[index]?.startNs ?? nowNs) : nowNs,
        grade: 'derived',
      };
      return { ...step, startNs: at.ns, endNs: at.ns, timing: at.grade };
    }
    const call: ModelCallStep = timed[index++] ?? step;
    nowNs = call.endNs;
    return { ...call, parts: step.parts };
  });
  const remarks = [
    ...(log.remarks ?? []),
    ...(history.remarks ?? []).filter((text) => !text.includes('no time')),
  ];
  return {
    ...log,
    agentVersion: log.agentVersion ?? history.agentVersion ?? null,
    steps: inOrder(steps),
    remarks,
  };
}
