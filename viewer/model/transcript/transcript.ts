// The run as people read it: what the agent was asked and said, which tools it called with what and to
// what end, which files changed, what the verifier found. Read from the spans alone; what they do not
// say is left out or said to be unknown. It refuses to judge and to fetch.

import { spanKey } from '../../../shared/conventions.ts';
import type { TestFailure } from '../../../shared/failures/reader.ts';
import { readFailures } from '../../../shared/failures/readers.ts';
import type { SpanKind } from '../../../shared/span.ts';
import { terminalText } from '../../../shared/terminal-text.ts';
import type { FileChangeJson, ModelCallJson, SpanJson } from '../../../shared/wire.ts';
import { NOT_RECORDED, plural } from '../display/format.ts';
import { tallyWords } from '../display/tally-words.ts';
import type { MediaPart } from '../model-calls/media-part.ts';
import type { CallPart } from '../model-calls/message-parts.ts';
import { askedParts, type SaidPart, saidParts } from '../model-calls/messages.ts';
import { numberAttribute, textAttribute } from '../trace/attributes.ts';
import { handledErrors } from '../trace/handled-errors.ts';
import { SpanClock } from '../trace/span-clock.ts';
import { spanLength } from '../trace/span-length.ts';
import { rowKeyOf } from '../trace/trace-tree.ts';
import type { TranscriptEntry, TranscriptKind } from './entry.ts';
import {
  readableArgument,
  toolArgumentsOf,
  toolCallIdOf,
  toolMediaOf,
  toolNameOf,
  toolResultOf,
  verifyOutputOf,
  workingDirectoryOf,
} from './tool-text.ts';
import { type AssignedChanges, assignChanges, changeOf } from './transcript-changes.ts';
import { foldHandled, NOISE } from './transcript-noise.ts';
import { callWords, endingWords } from './transcript-words.ts';

/**
 * Entries in order of start. Spans of phases stand too, so a run without messages still reads.
 * @param clockStartNs `TraceColumns.startNs`
 * @param calls the model calls' normalised numbers, where they are at hand; else the spans' own are used
 */
export function buildTranscript(
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[],
  clockStartNs: string,
  calls: readonly ModelCallJson[] = [],
): TranscriptEntry[] {
  return new TranscriptWriter(spans, changes, clockStartNs, calls).write();
}

class TranscriptWriter {
  readonly #spans: readonly SpanJson[];
  readonly #changes: readonly FileChangeJson[];
  readonly #clock: SpanClock;
  readonly #calls: Map<string, ModelCallJson>;
  readonly #entries: TranscriptEntry[] = [];
  readonly #assigned: AssignedChanges;
  readonly #toolCallIds = new Set<string>();
  readonly #toolNames = new Set<string>();
  readonly #namesWithoutId = new Set<string>();
  /** How often each prompt was shown: most SDKs repeat the whole history with every call. */
  readonly #asked = new Map<string, number>();
  readonly #workingDirectory: string | null;
  /** Errors of plumbing that stand folded. */
  readonly #handled: ReadonlySet<string>;

  constructor(
    spans: readonly SpanJson[],
    changes: readonly FileChangeJson[],
    clockStartNs: string,
    calls: readonly ModelCallJson[],
  ) {
    this.#spans = spans;
    this.#changes = changes;
    this.#clock = new SpanClock(clockStartNs, spans);
    this.#assigned = assignChanges(spans, changes);
    this.#calls = new Map(calls.map((call) => [rowKeyOf(call), call]));
    for (const span of spans) {
      if (span.kind !== 'tool_call') continue;
      this.#toolNames.add(toolNameOf(span));
      const callId = toolCallIdOf(span);
      if (callId !== null) this.#toolCallIds.add(callId);
      else this.#namesWithoutId.add(toolNameOf(span));
    }
    this.#handled = handledErrors(spans);
    this.#workingDirectory = workingDirectoryOf(spans, changes);
  }

  write(): TranscriptEntry[] {
    for (const span of this.#spans) this.#writeSpan(span);
    for (const index of this.#assigned.orphans) this.#writeChange(index);
    if (this.#entries.every((entry) => entry.kind === NOISE))
      for (const span of this.#spans) if (span.parentSpanId === null) this.#writePhase(span);
    // Array sort is stable: entries of one start keep the order of the spans, but for what encloses them.
    return foldHandled(this.#entries.sort((a, b) => a.startNs - b.startNs || outerRank(a) - outerRank(b)));
  }

  #writeSpan(span: SpanJson): void {
    const { kind } = span;
    if (kind === 'model_call') this.#writeModelCall(span);
    else if (kind === 'tool_call') this.#writeTool(span);
    else if (kind === 'verify') this.#writeVerify(span);
    else if (this.#handled.has(rowKeyOf(span))) this.#push(span, NOISE, span.name, {});
    // Steps and plumbing are the tree's business; a failure is the reader's.
    else if ((kind !== 'agent_step' && kind !== 'other') || span.status === 'error') this.#writePhase(span);
  }

  #writePhase(span: SpanJson): void {
    const exitCode = numberAttribute(span.attributes, spanKey.exitCode);
    const facts = [spanLength(span)];
    if (exitCode !== null) facts.push(`exit code ${exitCode}`);
    this.#push(span, 'phase', span.name, { facts, exitCode });
  }

  #writeModelCall(span: SpanJson): void {
    this.#writePrompts(span);
    const parts = saidParts(span);
    const facts = this.#callFacts(span);
    const endNs = this.#clock.endOf(span);
    const toldEnds = this.#clock.messageEnds(span);
    let fromNs = this.#clock.firstChunkOf(span, this.#callOf(span)) ?? this.#clock.startOf(span);
    let written = 0;
    for (const part of parts) {
      if (part.type === 'call') continue;
      const toldNs = part.type === 'text' ? toldEnds.shift() : undefined;
      this.#push(span, part.type === 'reasoning' ? 'reasoning' : 'message', part.text, {
        ...mediaOf(part),
        startNs: fromNs,
        endNs: toldNs ?? endNs,
        facts: written++ === 0 ? facts : [],
      });
      if (toldNs !== undefined) fromNs = Math.max(fromNs, toldNs);
    }
    const asked = parts.filter((part) => part.type === 'call');
    if (written === 0) {
      const names = asked.map(calledName);
      const said = names.length > 0 ? [`asked for ${names.join(', ')}`] : [];
      this.#push(span, 'phase', facts[0] ?? span.name, { facts: [...said, ...facts.slice(1)] });
    }
    for (const part of asked) this.#writeUnrecordedTool(span, part);
  }

  #writePrompts(span: SpanJson): void {
    const here = new Map<string, number>();
    for (const part of askedParts(span)) {
      const key = part.type === 'media' ? mediaKey(part) : part.text;
      const count = (here.get(key) ?? 0) + 1;
      here.set(key, count);
      if (count <= (this.#asked.get(key) ?? 0)) continue;
      this.#asked.set(key, count);
      const startNs = this.#clock.startOf(span);
      const moment = { startNs, endNs: startNs, error: null, status: 'unset' } as const;
      this.#push(span, 'prompt', part.text, { ...mediaOf(part), ...moment });
    }
  }

  /** A call that the model asked for and no span tells of: it stands where the answer ended. */
  #writeUnrecordedTool(span: SpanJson, part: CallPart): void {
    const name = calledName(part);
    // Some dialects give the call an id that the tool's span does not repeat.
    const known =
      part.callId === null
        ? this.#toolNames.has(name)
        : this.#toolCallIds.has(part.callId) || this.#namesWithoutId.has(name);
    if (known) return;
    const argument = readableArgument(part.arguments, this.#workingDirectory);
    const startNs = this.#clock.endOf(span) ?? this.#clock.startOf(span);
    this.#push(span, 'tool', name, {
      startNs,
      endNs: startNs,
      timing: 'derived',
      argument: argument?.text ?? null,
      facts: ['asked for by the model', `result ${NOT_RECORDED}`],
      status: 'unset',
      error: null,
    });
  }

  #writeTool(span: SpanJson): void {
    const argument = readableArgument(toolArgumentsOf(span), this.#workingDirectory);
    const result = toolResultOf(span);
    const found = result === null ? null : foundIn(result);
    const tally = found?.tally ?? null;
    const exitCode = numberAttribute(span.attributes, spanKey.exitCode);
    const toolStatus = textAttribute(span.attributes, spanKey.toolStatus);
    const facts = [spanLength(span)];
    const ending = endingWords(toolStatus, exitCode, argument?.isCommand ?? false);
    if (ending !== '') facts.push(ending);
    const lines = result === null ? 0 : result.trimEnd().split('\n').length;
    if (tally) facts.push(tallyWords(tally));
    else if (lines > 1 && !argument?.isCommand) facts.push(plural(lines, 'line'));
    this.#push(span, 'tool', toolNameOf(span), {
      argument: argument?.text ?? null,
      facts,
      result,
      media: toolMediaOf(span),
      exitCode,
      toolStatus,
      tally,
      failureLine: found?.failureLine ?? null,
      changes: this.#assigned.owned.get(rowKeyOf(span)) ?? [],
    });
  }

  #writeVerify(span: SpanJson): void {
    const result = verifyOutputOf(span);
    const found = result === null ? null : foundIn(result);
    const tally = found?.tally ?? null;
    const exitCode = numberAttribute(span.attributes, spanKey.exitCode);
    const facts = [spanLength(span)];
    if (exitCode !== null) facts.push(`exit code ${exitCode}`);
    if (tally) facts.push(tallyWords(tally));
    const failureLine = found?.failureLine ?? null;
    this.#push(span, 'verify', span.name, { facts, result, exitCode, tally, failureLine });
  }

  #writeChange(index: number): void {
    const change = this.#changes[index];
    if (!change) return;
    const tNs = this.#clock.at(change.timeNs);
    this.#entries.push({
      id: `change-${index}`,
      rowKey: null,
      kind: 'change',
      spanKind: null,
      startNs: tNs,
      endNs: tNs,
      timing: change.timing,
      text: change.path,
      ...nothingElse,
      facts: [change.change],
      changes: [changeOf(change, index)],
    });
  }

  #push(span: SpanJson, kind: TranscriptKind, text: string, more: Partial<TranscriptEntry>): void {
    const failed = span.status === 'error';
    const message = terminalText(span.statusMessage ?? '');
    const error = failed ? message || textAttribute(span.attributes, spanKey.errorType) : null;
    this.#entries.push({
      id: `${rowKeyOf(span)}-${this.#entries.length}`,
      rowKey: rowKeyOf(span),
      kind,
      spanKind: span.kind,
      startNs: this.#clock.startOf(span),
      endNs: this.#clock.endOf(span),
      timing: span.timing,
      text,
      ...nothingElse,
      status: span.status,
      error,
      ...more,
    });
  }

  #callFacts(span: SpanJson): string[] {
    const chunkNs = this.#clock.firstChunkOf(span, this.#callOf(span));
    const endNs = this.#clock.endOf(span);
    const streamNs = chunkNs === null || endNs === null ? null : endNs - chunkNs;
    return callWords(span, this.#callOf(span), streamNs);
  }

  #callOf(span: SpanJson): ModelCallJson | null {
    return this.#calls.get(rowKeyOf(span)) ?? null;
  }
}

/** What the output says of its tests, and in which line it says what failed. */
function foundIn(result: string): Pick<TranscriptEntry, 'tally' | 'failureLine'> {
  const { tally, tests } = readFailures(result);
  const named = tally && { ...tally, failures: tests.flatMap(({ name }) => name ?? []) };
  return { tally: named, failureLine: lineOf(result, tests[0]) };
}

/** The line with the message of a failed test, else with its name or place. */
function lineOf(result: string, failure: TestFailure | undefined): number | null {
  const lines = result.split('\n');
  for (const text of [failure?.message, failure?.name, failure?.place]) {
    // A message may be put together of several lines, a name of several parts.
    const word =
      (text ?? '').split(/: expected |\s*(?: > | › |::)\s*/).at(text === failure?.message ? 0 : -1) ?? '';
    const line = word === '' ? -1 : lines.findIndex((one) => one.includes(word));
    if (line >= 0) return line;
  }
  return null;
}

function mediaOf(part: SaidPart): Pick<TranscriptEntry, 'media'> {
  return { media: part.type === 'media' ? [part] : [] };
}

/** Two images of one type and size are told apart by their bytes. */
function mediaKey({ text, image }: MediaPart): string {
  return `${text} ${image?.base64.slice(-80) ?? ''}`;
}

function calledName({ name }: CallPart): string {
  return name ?? 'unknown tool';
}

/** What encloses others comes first among entries of one start: setup, run, container; then all else. */
function outerRank(entry: TranscriptEntry): number {
  const rank = entry.spanKind === null ? -1 : OUTER_KINDS.indexOf(entry.spanKind);
  return rank < 0 ? OUTER_KINDS.length : rank;
}
const OUTER_KINDS: readonly SpanKind[] = ['task_setup', 'adapter_run', 'container'];

const nothingElse = {
  argument: null,
  facts: [],
  result: null,
  media: [],
  exitCode: null,
  toolStatus: null,
  status: 'unset',
  error: null,
  tally: null,
  failureLine: null,
  changes: [],
} as const;
