// A span that is being recorded: the handle that the recorder gives out for a phase, and its two
// helpers, the tool call and the model call, whose attributes follow OpenTelemetry's GenAI conventions.
// Nothing in it throws into the caller.
import type { Attributes, Span } from '@opentelemetry/api';
import { SpanKind as OtelKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { spanEvent, spanKey } from '../../shared/conventions.ts';
import type { SpanKind, SpanStatus, TimingGrade } from '../../shared/span.ts';
import type { Instant } from './instant.ts';
import { hrTimeOf, nowNs, nsOf } from './instant.ts';
import type { SpanIdentity } from './span-ids.ts';

export interface PhaseOptions {
  readonly attributes?: Attributes | undefined;
  /** Default: now. */
  readonly startNs?: Instant | undefined;
  /** How the times are known; default `measured`, for this very process takes them. */
  readonly timing?: TimingGrade | undefined;
  readonly parent?: Phase | undefined;
  /** What the span is known by where ids are fixed by a seed: see span-ids.ts. */
  readonly identity?: SpanIdentity | undefined;
}

export interface PhaseEnd {
  /** Default: now. A time before the start is kept as the start: the SDK knows no negative length. */
  readonly endNs?: Instant | undefined;
  readonly status?: SpanStatus | undefined;
  /** Says what went wrong; goes with the status `error`. */
  readonly message?: string | undefined;
  readonly attributes?: Attributes | undefined;
  readonly timing?: TimingGrade | undefined;
}

export interface ToolCallStart extends PhaseOptions {
  readonly tool: string;
  readonly callId?: string | null | undefined;
  /** Any JSON value; stored as JSON text, as the conventions ask. */
  readonly arguments?: unknown;
}

export interface ToolCallEnd extends PhaseEnd {
  readonly result?: string | null | undefined;
  /** The agent's own word for how the call ended. */
  readonly toolStatus?: string | null | undefined;
  /** The exit code of the process that the tool ran. Says nothing of the span's status. */
  readonly exitCode?: number | null | undefined;
  readonly errorType?: string | undefined;
}

export interface ModelCallStart extends PhaseOptions {
  readonly model: string | null;
  readonly provider?: string | null | undefined;
  /** GenAI messages; stored as JSON text. */
  readonly inputMessages?: unknown;
}

/** `input` counts cached tokens too, `output` reasoning too; null where not recorded. */
export interface TokenUsage {
  readonly input?: number | null | undefined;
  readonly cacheRead?: number | null | undefined;
  readonly cacheWrite?: number | null | undefined;
  /** Part of it: to a cache that lives for an hour. */
  readonly cacheWriteLong?: number | null | undefined;
  readonly output?: number | null | undefined;
  readonly reasoning?: number | null | undefined;
}

export interface ModelCallEnd extends PhaseEnd {
  readonly tokens?: TokenUsage | undefined;
  readonly finishReason?: string | null | undefined;
  readonly responseModel?: string | null | undefined;
  readonly outputMessages?: unknown;
  readonly firstChunkNs?: Instant | null | undefined;
  readonly costUsd?: number | null | undefined;
  readonly errorType?: string | undefined;
}

/** What a phase needs of its recorder. */
export interface PhaseOwner {
  startSpan(
    kind: SpanKind,
    name: string,
    otelKind: OtelKind,
    startNs: bigint,
    options: PhaseOptions,
  ): Span | null;
  began(phase: Phase): void;
  ended(phase: Phase): void;
  /** It is let go of without an end. */
  left(phase: Phase): void;
  /** Runs `work`; what it throws becomes a problem of the recorder. */
  guard(what: string, work: () => void): void;
}

export class Phase {
  readonly kind: SpanKind;
  readonly name: string;
  readonly startNs: bigint;
  /** The SDK's span, or null where it could not be started; of one that has ended no more than its ids. */
  #span: Span | null;
  protected readonly owner: PhaseOwner;
  #open = true;

  constructor(
    owner: PhaseOwner,
    kind: SpanKind,
    name: string,
    options: PhaseOptions,
    otelKind = OtelKind.INTERNAL,
  ) {
    this.owner = owner;
    this.kind = kind;
    this.name = name;
    let startNs = nowNs();
    owner.guard(`start of ${name}`, () => {
      if (options.startNs !== undefined) startNs = nsOf(options.startNs);
    });
    this.startNs = startNs;
    this.#span = owner.startSpan(kind, name, otelKind, startNs, options);
    owner.began(this);
  }

  get span(): Span | null {
    return this.#span;
  }

  /** 32 lower hex, or '' where the span could not be started. */
  get traceId(): string {
    return this.#span?.spanContext().traceId ?? '';
  }

  get spanId(): string {
    return this.#span?.spanContext().spanId ?? '';
  }

  /** A phase inside this one. */
  child(kind: SpanKind, name: string, options: PhaseOptions = {}): Phase {
    return new Phase(this.owner, kind, name, { ...options, parent: this });
  }

  toolCall(call: ToolCallStart): ToolCall {
    return new ToolCall(this.owner, { ...call, parent: this });
  }

  modelCall(call: ModelCallStart): ModelCall {
    return new ModelCall(this.owner, { ...call, parent: this });
  }

  /** A moment inside the phase. */
  event(name: string, attributes: Attributes = {}, atNs: Instant = nowNs()): void {
    this.owner.guard(`event ${name}`, () => this.#span?.addEvent(name, attributes, hrTimeOf(nsOf(atNs))));
  }

  /** Ends the phase. A second end is ignored. */
  end(end: PhaseEnd = {}): void {
    if (!this.#open) return;
    this.#open = false;
    this.owner.guard(`end of ${this.name}`, () => {
      if (end.attributes) this.#span?.setAttributes(end.attributes);
      if (end.timing) this.#span?.setAttribute(spanKey.timing, end.timing);
      if (end.status === 'error')
        this.#span?.setStatus({
          code: SpanStatusCode.ERROR,
          ...(end.message === undefined ? {} : { message: end.message }),
        });
      else if (end.status === 'ok') this.#span?.setStatus({ code: SpanStatusCode.OK });
      this.#span?.end(hrTimeOf(end.endNs === undefined ? nowNs() : nsOf(end.endNs)));
    });
    this.#forget();
    this.owner.ended(this);
  }

  /** Lets go of the phase without an end, so that it is not sent: whoever records the run later tells it whole. */
  leave(): void {
    if (!this.#open) return;
    this.#open = false;
    if (this.#span) this.owner.left(this);
    this.#forget();
  }

  /** Steps stay known for those that belong below them; what they said would fill the memory. */
  #forget(): void {
    const ended = this.#span;
    if (ended) this.#span = trace.wrapSpanContext(ended.spanContext());
  }
}

export class ToolCall extends Phase {
  constructor(owner: PhaseOwner, call: ToolCallStart) {
    const attributes = known([
      [spanKey.operation, 'execute_tool'],
      [spanKey.toolName, call.tool],
      [spanKey.toolCallId, call.callId],
      [spanKey.toolArguments, jsonText(call.arguments)],
    ]);
    super(owner, 'tool_call', `execute_tool ${call.tool}`, {
      ...call,
      attributes: { ...attributes, ...call.attributes },
    });
  }

  override end(end: ToolCallEnd = {}): void {
    const attributes = known([
      [spanKey.toolResult, end.result],
      [spanKey.toolStatus, end.toolStatus],
      [spanKey.exitCode, end.exitCode],
      [spanKey.errorType, end.errorType],
    ]);
    super.end({ ...end, attributes: { ...attributes, ...end.attributes } });
  }
}

export class ModelCall extends Phase {
  constructor(owner: PhaseOwner, call: ModelCallStart) {
    const attributes = known([
      [spanKey.operation, 'chat'],
      [spanKey.provider, call.provider],
      [spanKey.requestModel, call.model],
      [spanKey.inputMessages, jsonText(call.inputMessages)],
    ]);
    const name = call.model === null ? 'chat' : `chat ${call.model}`;
    const options = { ...call, attributes: { ...attributes, ...call.attributes } };
    super(owner, 'model_call', name, options, OtelKind.CLIENT);
  }

  /** A piece of the answer was complete. */
  message(text: string, atNs: Instant = nowNs()): void {
    this.event(spanEvent.message, { [spanEvent.messageText]: text }, atNs);
  }

  override end(end: ModelCallEnd = {}): void {
    const { tokens } = end;
    const first = end.firstChunkNs;
    let waitSeconds: number | null = null;
    this.owner.guard(`end of ${this.name}`, () => {
      if (first !== null && first !== undefined) waitSeconds = Number(nsOf(first) - this.startNs) / 1e9;
    });
    const attributes = known([
      [spanKey.responseModel, end.responseModel],
      [spanKey.finishReasons, end.finishReason ? [end.finishReason] : null],
      [spanKey.timeToFirstChunk, waitSeconds],
      [spanKey.inputTokens, tokens?.input],
      [spanKey.cacheReadTokens, tokens?.cacheRead],
      [spanKey.cacheWriteTokens, tokens?.cacheWrite],
      [spanKey.cacheWriteLongTokens, tokens?.cacheWriteLong],
      [spanKey.outputTokens, tokens?.output],
      [spanKey.reasoningTokens, tokens?.reasoning],
      [spanKey.outputMessages, jsonText(end.outputMessages)],
      [spanKey.cost, end.costUsd],
      [spanKey.errorType, end.errorType],
    ]);
    super.end({ ...end, attributes: { ...attributes, ...end.attributes } });
  }
}

type Known = string | number | string[];

/** The attributes that have a value: what was not recorded is left out, never sent as 0 or "". */
function known(entries: readonly (readonly [string, Known | null | undefined])[]): Record<string, Known> {
  const attributes: Record<string, Known> = {};
  for (const [key, value] of entries) if (value !== null && value !== undefined) attributes[key] = value;
  return attributes;
}

/** JSON text, or undefined where there is nothing to tell or it cannot be told. */
function jsonText(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
