// A run while it is being read: steps, open tool calls, the end of what went before, everything that
// was no event. Holds what every parser needs alike and knows no agent's format. What never ended is
// closed at the run's end without a status; nothing is guessed but times, and their grade says so.
import type { Media } from '../../../shared/media/media.ts';
import type { TimingGrade } from '../../../shared/span.ts';
import type {
  AgentRun,
  FileChange,
  Json,
  ModelCallStep,
  OutputPart,
  ProcessExit,
  ProcessStart,
  Step,
  StreamLine,
  SumOf,
  TokenCounts,
  ToolCallStep,
  ValueGrade,
} from '../step.ts';
import { inOrder, noTokens } from '../step.ts';
import type { Moment } from './clock.ts';
import { earlier, RunClock, weaker } from './clock.ts';
import { LineAccount, type LineKinds, leftOutReasons } from './line-account.ts';
import { UnparsedLines } from './unparsed-lines.ts';

export interface ModelCallDraft {
  readonly end: Moment;
  /** Default: the end of what went before. */
  readonly start?: Moment | null;
  readonly model?: string | null;
  readonly provider?: string | null;
  readonly firstChunkNs?: bigint | null;
  readonly tokens?: TokenCounts;
  readonly tokensGrade?: ValueGrade;
  readonly costUsd?: number | null;
  readonly finishReason?: string | null;
  readonly parts?: readonly OutputPart[];
  readonly error?: string | null;
  readonly withinCallId?: string | null;
  readonly responseId?: string | null;
  readonly answerId?: string | null;
}

export interface ToolStart {
  readonly at: Moment;
  readonly tool: string | null;
  readonly callId: string | null;
  readonly arguments: Json;
  readonly withinCallId?: string | null;
}

export interface ToolEnd {
  readonly at: Moment;
  readonly callId: string | null;
  readonly output: string | null;
  readonly status: string | null;
  readonly failed: boolean;
  readonly exitCode?: number | null;
  readonly changes?: readonly FileChange[];
  /** What the end alone tells of the call, where no start was seen. */
  readonly tool?: string | null;
  readonly arguments?: Json;
  /** The true start, where the end tells it. */
  readonly start?: Moment | null;
  /** The subagent that the call sent. */
  readonly agentId?: string | null;
  readonly media?: readonly Media[];
}

export class RunDraft {
  readonly agent: string;
  readonly start: ProcessStart | null;
  readonly clock = new RunClock();
  /** How each line was used. */
  readonly account = new LineAccount();
  readonly others = new UnparsedLines(this.account);
  readonly unknownEvents = new Map<string, number>();
  readonly remarks: string[] = [];
  sessionId: string | null = null;
  model: string | null = null;
  agentVersion: string | null = null;
  workingDirectory: string | null = null;
  totals: TokenCounts | null = null;
  totalsOf: SumOf | null = null;
  totalCostUsd: number | null = null;
  /** As the agent says; what was seen of its process counts for more. */
  exitCode: number | null = null;
  /** Where the run itself begins and ends, where a session says so. */
  started: Moment | null = null;
  ended: Moment | null = null;
  /** The end of what went before the next model call. */
  boundary: Moment | null = null;
  /** Complete, and not yet taken. */
  #steps: Step[] = [];
  /** Where the first of the steps that were taken begins. */
  #takenFromNs: bigint | null = null;
  readonly #openTools = new Map<string, ToolStart>();

  /** @param start of the process whose output is read; null for a session file */
  constructor(agent: string, start: ProcessStart | null) {
    this.agent = agent;
    this.start = start;
    this.clock.ignoresDates = start?.dates === 'none';
    const spawnNs = start?.spawnNs ?? null;
    if (spawnNs === null) return;
    this.boundary = { ns: spawnNs, grade: 'arrival' };
    this.clock.see(this.boundary);
  }

  /** When this line's event was. @param toldNs as the event itself says */
  at(line: StreamLine | null, toldNs: bigint | null): Moment {
    return this.clock.moment(toldNs, line?.atNs ?? null);
  }

  /** A line that tells nothing by itself: by the table of its file, else of a type that nobody knows. */
  passOver(kinds: LineKinds, type: string): void {
    if (!this.account.passOver(kinds, type)) this.unknown(type);
  }

  unknown(type: string, reason: string = leftOutReasons.unknown): void {
    this.account.leaveOut(reason);
    this.unknownPart(type);
  }

  /** Something within a line of which other things are read. */
  unknownPart(type: string): void {
    // Types come from the file: a hostile one could name a million.
    const name = this.unknownEvents.has(type) || this.unknownEvents.size < 100 ? type.slice(0, 100) : 'other';
    this.unknownEvents.set(name, (this.unknownEvents.get(name) ?? 0) + 1);
  }

  /** Something was said or done that the next model call answers. */
  pass(at: Moment): void {
    if (this.boundary === null || at.ns >= this.boundary.ns) this.boundary = at;
  }

  /** The steps that became complete since the last call; none while it is not known at all when they were. */
  take(): Step[] {
    const { dates = 'awaited' } = this.start ?? {};
    if (dates === 'awaited' && this.clock.isUndated) return [];
    const taken = this.#steps.map((step) => this.clock.settled(step));
    this.#steps = [];
    this.#takenFromNs = firstStart(taken, this.#takenFromNs);
    return taken;
  }

  /** A step whose times the parser settled. */
  add(step: Step): void {
    this.#steps.push(step);
    this.clock.see({ ns: step.startNs, grade: step.timing });
    this.clock.noteDate(step.endNs);
  }

  prompt(role: string, text: string, at: Moment, media: readonly Media[] = []): void {
    const attached = media.length === 0 ? {} : { media };
    this.#steps.push({
      type: 'message',
      startNs: at.ns,
      endNs: at.ns,
      timing: at.grade,
      role,
      text,
      ...attached,
    });
    this.pass(at);
  }

  error(name: string, message: string, at: Moment): void {
    this.#steps.push({ type: 'error', startNs: at.ns, endNs: at.ns, timing: at.grade, name, message });
  }

  modelCall(call: ModelCallDraft): ModelCallStep {
    const { startNs, timing } = this.#startOf(call);
    const model = call.model ?? this.model;
    const step: ModelCallStep = {
      type: 'model_call',
      startNs,
      endNs: call.end.ns,
      timing,
      model,
      provider: call.provider ?? (model?.includes('/') ? (model.split('/')[0] ?? null) : null),
      firstChunkNs: call.firstChunkNs ?? null,
      tokens: call.tokens ?? noTokens,
      ...(call.tokensGrade === undefined ? {} : { tokensGrade: call.tokensGrade }),
      costUsd: call.costUsd ?? null,
      finishReason: call.finishReason ?? null,
      parts: call.parts ?? [],
      error: call.error ?? null,
      withinCallId: call.withinCallId ?? null,
      ...(call.responseId ? { responseId: call.responseId } : {}),
      ...(call.answerId ? { answerId: call.answerId } : {}),
    };
    this.#steps.push(step);
    this.pass(call.end);
    return step;
  }

  openTool(start: ToolStart): void {
    this.#openTools.set(start.callId ?? '', start);
  }

  /** How an open call began; null where none of that id is open. */
  toolStart(callId: string | null): ToolStart | null {
    return this.#openTools.get(callId ?? '') ?? null;
  }

  isOpen(callId: string | null): boolean {
    return this.toolStart(callId) !== null;
  }

  get openToolCount(): number {
    return this.#openTools.size;
  }

  closeTool(end: ToolEnd): ToolCallStep {
    const open = this.#openTools.get(end.callId ?? '') ?? null;
    this.#openTools.delete(end.callId ?? '');
    const start = end.start ?? open?.at ?? { ns: end.at.ns, grade: weaker('derived', end.at.grade) };
    const step: ToolCallStep = {
      type: 'tool_call',
      startNs: earlier(start.ns, end.at.ns),
      endNs: end.at.ns,
      timing: weaker(start.grade, end.at.grade),
      tool: open?.tool ?? end.tool ?? 'unknown',
      callId: end.callId,
      arguments: open?.arguments ?? end.arguments ?? null,
      output: end.output,
      status: end.status,
      failed: end.failed,
      exitCode: end.exitCode ?? null,
      changes: end.changes ?? [],
      withinCallId: open?.withinCallId ?? null,
      agentId: end.agentId ?? null,
      ...(end.media === undefined || end.media.length === 0 ? {} : { media: end.media }),
    };
    this.clock.see(start);
    this.#steps.push(step);
    this.pass(end.at);
    return step;
  }

  /** The run as it is known, with the steps that were not taken. Open tool calls lasted until its end. */
  finish(exit: ProcessExit | null = null): AgentRun {
    const { spawnNs = null, command = null } = this.start ?? {};
    const { exitNs = null, exitCode = null, signal = null } = exit ?? {};
    const told = this.ended ?? this.clock.latest;
    const firstNs = this.started?.ns ?? this.clock.firstNs ?? 0n;
    const settledNs = this.clock.settledNs(firstNs);
    const settledSteps = () => this.#steps.map((step) => this.clock.settled(step));
    // Where the run's own beginning bears no date, an event of an earlier date may come after the first date.
    const firstStepNs = () => firstStart(settledSteps(), this.#takenFromNs) ?? settledNs;
    const startNs = spawnNs ?? (settledNs === firstNs ? firstNs : earlier(settledNs, firstStepNs()));
    const endNs = exitNs ?? told?.ns ?? startNs;
    for (const open of this.#openTools.values())
      this.closeTool({
        at: { ns: endNs, grade: weaker('derived', told?.grade ?? 'none') },
        callId: open.callId,
        output: null,
        status: null,
        failed: false,
      });
    return {
      agent: this.agent,
      sessionId: this.sessionId,
      model: this.model,
      command,
      workingDirectory: this.workingDirectory,
      startNs,
      endNs: endNs < startNs ? startNs : endNs,
      timing: this.#timing(spawnNs, exitNs),
      exitCode: exitCode ?? this.exitCode,
      signal,
      steps: inOrder(settledSteps()),
      unparsedLines: this.others.lines,
      unknownEvents: this.unknownEvents,
      agentVersion: this.agentVersion,
      totals: this.totals,
      ...(this.totalsOf === null ? {} : { totalsOf: this.totalsOf }),
      totalCostUsd: this.totalCostUsd,
      lines: this.account.tally(),
      remarks: [...this.remarks, ...this.others.remarks],
    };
  }

  #timing(spawnNs: bigint | null, exitNs: bigint | null): TimingGrade {
    if (spawnNs !== null && exitNs !== null) return 'measured';
    if (this.started !== null && this.ended !== null) return weaker(this.started.grade, this.ended.grade);
    return this.clock.latest === null ? 'none' : weaker('derived', this.clock.latest.grade);
  }

  #startOf({ start, end }: ModelCallDraft): { startNs: bigint; timing: TimingGrade } {
    const from = start ?? this.boundary;
    if (from === null) return { startNs: end.ns, timing: weaker('derived', end.grade) };
    const startNs = earlier(from.ns, end.ns);
    const grade = start ? from.grade : weaker('derived', from.grade);
    return { startNs, timing: weaker(grade, end.grade) };
  }
}

/** @param before the first start that is known already, null for none */
function firstStart(steps: readonly Step[], before: bigint | null): bigint | null {
  return steps.reduce((first, { startNs }) => (first === null ? startNs : earlier(first, startNs)), before);
}
