// Records one cell: phases, tool and model calls, terminal output, file changes, scores. What a harness
// calls while its agent runs. It never throws into its caller, never waits for the collector, touches no
// global OpenTelemetry state (a harness may have an SDK of its own), and keeps what went wrong in
// `problems`. It interprets nothing and reads no file.
import type { Attributes, Context, Logger, SpanKind as OtelKind, Span, Tracer } from '@opentelemetry/api';
import { ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { LoggerProvider } from '@opentelemetry/sdk-logs';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { logEvent, logKey, spanKey } from '../../shared/conventions.ts';
import type { ScoreRecord } from '../../shared/score.ts';
import type { SpanKind, TimingGrade } from '../../shared/span.ts';
import { nextAttempt } from './attempt.ts';
import type { CellByParts, CellIdentity } from './cell-identity.ts';
import { resolveCell } from './cell-identity.ts';
import { cellUrl } from './cell-url.ts';
import { putScores } from './collector-client.ts';
import type { ExportOptions, ExportTally } from './exporter.ts';
import { cellSdkConfiguration } from './exporter.ts';
import type { Instant } from './instant.ts';
import { hrTimeOf, nowNs, nsOf } from './instant.ts';
import type { ModelCallStart, PhaseOptions, PhaseOwner, ToolCallStart } from './phase.ts';
import { ModelCall, Phase, ToolCall } from './phase.ts';
import { whyUnreached } from './reach.ts';
import type { SpanIds } from './span-ids.ts';
import type { Spool } from './spool.ts';
import { tokenOf } from './token.ts';

export type CellOptions = CellIdentity &
  Omit<ExportOptions, 'spool'> & {
    /** Takes what the collector did not acknowledge; without it that is lost and told as a problem. */
    readonly spool?: Spool | ((cellId: string) => Spool) | undefined;
    /** How long `close` may take, whatever the collector does. Default 5 s. */
    readonly closeTimeoutMs?: number | undefined;
  };

export interface TerminalOptions {
  readonly atNs?: Instant | undefined;
  /** Default `pty`: both streams as a terminal mixes them. */
  readonly stream?: 'pty' | 'stdout' | 'stderr' | undefined;
}

export interface FileChangeOptions {
  readonly path: string;
  readonly change: 'added' | 'modified' | 'removed';
  /** Unified diff, where there is one. */
  readonly diff?: string | null | undefined;
  /** The tool call that made it. */
  readonly span?: Phase | undefined;
  readonly atNs?: Instant | undefined;
  readonly timing?: TimingGrade | undefined;
}

/** How long it may take to find out why nothing came, after all the waiting. */
const WHY_MS = 250;
/** So many problems are kept word for word; the rest are counted. */
const MAX_PROBLEMS = 100;

/**
 * Opens a cell for recording.
 * @example
 * const cell = openCell({ endpoint: 'http://127.0.0.1:4318', sweep: 'nightly', agent: 'pi',
 *   model: 'local/scripted-model', task: 'polyglot/rust-error-handling' });
 * const run = cell.phase('adapter_run', 'pi:polyglot/rust-error-handling');
 * run.toolCall({ tool: 'bash', arguments: { command: 'cargo test' } }).end({ exitCode: 101 });
 * run.end({ attributes: { 'process.exit.code': 0 } });
 * await cell.close();
 */
export function openCell(options: CellOptions): CellRecorder {
  return new CellRecorder(options);
}

/**
 * Opens the first attempt that has no cell yet, as `playhead run` does: the same program run twice gives two cells.
 * Asks the collector for it, for two seconds at most; where none answers it is attempt 1.
 * @example
 * const cell = await openNextAttempt({ endpoint: 'http://127.0.0.1:4318', sweep: 'nightly', agent: 'pi',
 *   model: 'local/scripted-model', task: 'polyglot/rust-error-handling' });
 */
export async function openNextAttempt(
  options: Omit<CellByParts, 'attempt'> & Omit<CellOptions, keyof CellByParts>,
): Promise<CellRecorder> {
  const { token = tokenOf(process.env) } = options;
  const endpoint = readEndpoint(options.endpoint).address;
  const attempt = await nextAttempt({ endpoint, token }, options);
  return new CellRecorder({ ...options, attempt });
}

export class CellRecorder implements PhaseOwner {
  readonly cellId: string;
  /** The page that plays it: open it while the run goes on. */
  readonly url: string;
  readonly #options: Omit<CellOptions, 'spool'> & ExportOptions;
  readonly #ids: SpanIds;
  readonly #tracer: Tracer;
  readonly #logger: Logger;
  readonly #traces: TracerProvider;
  readonly #logs: LoggerProvider;
  readonly #spansSent = { delivered: 0, failed: 0, spooled: 0 };
  readonly #logsSent = { delivered: 0, failed: 0, spooled: 0 };
  readonly #openPhases = new Set<Phase>();
  readonly #found: string[] = [];
  readonly #scores: ScoreRecord[] = [];
  #problemCount = 0;
  #scoresPut = 0;
  #scoresSpooled = 0;
  #spansMade = 0;
  #logsMade = 0;
  /** Why the first of what is spooled was not taken. */
  #unreached: string | null = null;
  #closing: Promise<void> | null = null;

  constructor(given: CellOptions) {
    const cell = resolveCell(given);
    const endpoint = readEndpoint(given.endpoint);
    const spool = typeof given.spool === 'function' ? given.spool(cell.id) : given.spool;
    const options = { ...given, endpoint: endpoint.address, spool };
    this.cellId = cell.id;
    this.url = cellUrl(endpoint.address, cell.id);
    this.#options = options;
    const configuration = cellSdkConfiguration(cell, options, {
      spans: this.#spansSent,
      logs: this.#logsSent,
      onFailure: (what, cause) => this.#problem(`${what}: ${cause.message}`),
      onSpooled: (why) => {
        this.#unreached ??= why;
      },
    });
    const { resource, spanProcessors, logRecordProcessors, idGenerator, spanLimits } = configuration;
    this.#ids = idGenerator;
    this.#traces = new TracerProvider({ resource, spanProcessors, idGenerator, spanLimits });
    this.#logs = new LoggerProvider({ resource, processors: logRecordProcessors });
    this.#tracer = this.#traces.getTracer('playhead-adapter');
    this.#logger = this.#logs.getLogger('playhead-adapter');
    for (const problem of [cell.problem, endpoint.problem]) if (problem !== null) this.#problem(problem);
  }

  /**
   * What went wrong so far, in sentences. Empty after `close` means that everything was acknowledged. What is in
   * the spool instead is told as one problem, with the reason and the file.
   */
  get problems(): readonly string[] {
    const more = this.#problemCount - this.#found.length;
    return more > 0 ? [...this.#found, `and ${more} more problems`] : [...this.#found];
  }

  /** How many records the collector has taken so far. */
  get delivered(): { readonly spans: number; readonly logs: number } {
    return { spans: this.#spansSent.delivered, logs: this.#logsSent.delivered };
  }

  /** Records that wait in the spool file instead of the collector. */
  get spooled(): number {
    return this.#spansSent.spooled + this.#logsSent.spooled + this.#scoresSpooled;
  }

  /** Starts a phase of the run. End it; what is open at `close` is ended there. */
  phase(kind: SpanKind, name: string, options: PhaseOptions = {}): Phase {
    return new Phase(this, kind, name, options);
  }

  toolCall(call: ToolCallStart): ToolCall {
    return new ToolCall(this, call);
  }

  modelCall(call: ModelCallStart): ModelCall {
    return new ModelCall(this, call);
  }

  /** What a terminal printed. Cut it anywhere but inside a character. */
  terminal(text: string, { atNs, stream = 'pty' }: TerminalOptions = {}): void {
    this.#emit(logEvent.terminalOutput, atNs, { [logKey.terminalStream]: stream }, text);
  }

  resize(cols: number, rows: number, { atNs }: { readonly atNs?: Instant | undefined } = {}): void {
    this.#emit(logEvent.terminalResize, atNs, { [logKey.terminalCols]: cols, [logKey.terminalRows]: rows });
  }

  fileChange({ path, change, diff, span, atNs, timing = 'measured' }: FileChangeOptions): void {
    const attributes: Attributes = {
      [logKey.filePath]: path,
      [logKey.fileChange]: change,
      [logKey.timing]: timing,
    };
    if (diff !== null && diff !== undefined) attributes[logKey.fileDiff] = diff;
    this.#emit(logEvent.fileChange, atNs, attributes, undefined, span);
  }

  /**
   * Tells the collector that the run goes on: `started` once, `alive` every few seconds. Spans are sent
   * when they end, so this alone shows a run that is under way, and one that was killed.
   */
  heartbeat(state: 'started' | 'alive'): void {
    this.#emit(logEvent.run, undefined, { [logKey.runState]: state });
  }

  /** A line that belongs to no other track: a warning of the agent, a note of the harness. */
  log(
    text: string,
    { atNs, attributes }: { atNs?: Instant | undefined; attributes?: Attributes } = {},
  ): void {
    this.#emit(undefined, atNs, attributes ?? {}, text);
  }

  /** Keeps a score record; it is put to the collector by `flush` and `close`. */
  score(record: ScoreRecord): void {
    this.#scores.push(record);
  }

  /** Sends what there is and waits for the answers. Never rejects; failures become problems. */
  async flush(): Promise<void> {
    // The exporters report each failed batch themselves; the rejection only repeats one of them.
    await Promise.allSettled([this.#traces.forceFlush(), this.#logs.forceFlush()]);
    await this.#sendScores();
  }

  /** Ends open phases, sends everything and stops. Resolves within the bound, whatever happens. */
  close(): Promise<void> {
    this.#closing ??= this.#finish();
    return this.#closing;
  }

  startSpan(
    kind: SpanKind,
    name: string,
    otelKind: OtelKind,
    startNs: bigint,
    options: PhaseOptions,
  ): Span | null {
    let span: Span | null = null;
    if (this.#closing) this.#problem(`${name} began after the cell was closed and is not recorded`);
    this.guard(`start of ${name}`, () => {
      const attributes = {
        ...options.attributes,
        [spanKey.kind]: kind,
        [spanKey.timing]: options.timing ?? 'measured',
      };
      const startTime = hrTimeOf(startNs);
      this.#ids.expect(options.identity);
      span = this.#tracer.startSpan(
        name,
        { kind: otelKind, startTime, attributes },
        contextOf(options.parent),
      );
      this.#spansMade++;
    });
    return span;
  }

  began(phase: Phase): void {
    this.#openPhases.add(phase);
  }

  ended(phase: Phase): void {
    this.#openPhases.delete(phase);
  }

  left(phase: Phase): void {
    this.#openPhases.delete(phase);
    this.#spansMade--;
  }

  guard(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#problem(`${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #emit(
    eventName: string | undefined,
    atNs: Instant | undefined,
    attributes: Attributes,
    body?: string,
    span?: Phase,
  ): void {
    if (this.#closing) this.#problem(`${eventName ?? 'a log line'} came after the cell was closed`);
    this.guard(eventName ?? 'log', () => {
      const timestamp = hrTimeOf(atNs === undefined ? nowNs() : nsOf(atNs));
      this.#logger.emit({
        ...(eventName === undefined ? {} : { eventName }),
        timestamp,
        // A repeated import must send the same bytes, so that the collector can know them again.
        ...(this.#options.idSeed === undefined ? {} : { observedTimestamp: timestamp }),
        attributes,
        ...(body === undefined ? {} : { body }),
        // Never the active context: that belongs to the harness.
        context: contextOf(span),
      });
      this.#logsMade++;
    });
  }

  async #sendScores(): Promise<void> {
    const { endpoint, exportTimeoutMs, redactor, spool, token = tokenOf(process.env) } = this.#options;
    const scores = redactor?.cleanValue(this.#scores) ?? [...this.#scores];
    if (scores.length === this.#scoresPut) return;
    try {
      const client = { endpoint, token, timeoutMs: exportTimeoutMs };
      const notes = await putScores(client, this.cellId, scores);
      this.#scoresPut = scores.length;
      for (const note of notes) if (!this.#found.includes(note)) this.#problem(note);
    } catch (error) {
      this.guard('scores', () => {
        if (!spool) throw error;
        spool.append('scores', JSON.stringify({ scores }));
        this.#unreached ??= error instanceof Error ? error.message : String(error);
        this.#scoresSpooled = scores.length;
        this.#scoresPut = scores.length;
      });
    }
  }

  async #finish(): Promise<void> {
    for (const phase of this.#openPhases) {
      this.#problem(`${phase.name} was open when the cell was closed`);
      phase.end({ timing: 'derived' });
    }
    const work = async (): Promise<'done'> => {
      await Promise.allSettled([this.#traces.shutdown(), this.#logs.shutdown()]);
      await this.#sendScores();
      return 'done';
    };
    const limitMs = this.#options.closeTimeoutMs ?? 5000;
    const { promise: bound, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(() => resolve('late'), limitMs);
    const how = await Promise.race([work(), bound]);
    clearTimeout(timer);
    if (how === 'late') await this.#tellLate(limitMs);
    this.#tellSpooled();
    this.#tellLost('spans', this.#spansMade, this.#spansSent);
    this.#tellLost('log records', this.#logsMade, this.#logsSent);
  }

  /** Whoever is waited for in vain may not be there at all. */
  async #tellLate(limitMs: number): Promise<void> {
    const why = await whyUnreached(this.#options, WHY_MS);
    this.#problem(why ?? `the collector did not answer within ${limitMs} ms`);
  }

  #tellSpooled(): void {
    const { spool } = this.#options;
    if (!spool || this.spooled === 0) return;
    const records = this.spooled === 1 ? '1 record is' : `${this.spooled} records are`;
    this.#problem(
      `${this.#unreached ?? 'the collector did not take everything'}; ${records} in ${spool.path}`,
    );
  }

  /** What was made and neither delivered nor reported as failed was dropped by a full queue or the bound. */
  #tellLost(what: string, made: number, sent: ExportTally): void {
    const lost = made - sent.delivered - sent.failed - sent.spooled;
    if (lost <= 0) return;
    const { spool } = this.#options;
    // With a spool nothing is dropped: what was on its way when the time was up goes there when that fails.
    this.#problem(
      spool
        ? `${lost} ${what} were still on their way: they go to ${spool.path} unless the collector takes them`
        : `${lost} ${what} were dropped: the queue was full or the time was up`,
    );
  }

  #problem(text: string): void {
    this.#problemCount++;
    if (this.#found.length < MAX_PROBLEMS) this.#found.push(text);
  }
}

/** An address as exporters take it, and what had to be done to make it one. */
function readEndpoint(given: string): { readonly address: string; readonly problem: string | null } {
  if (/^https?:\/\//i.test(given)) return { address: given, problem: null };
  const address = `http://${given.replace(/^[a-z]*:?\/\//i, '')}`;
  return {
    address,
    problem: `an endpoint begins with http:// or https://, and ${JSON.stringify(given)} with neither: taken as ${address}`,
  };
}

function contextOf(parent: Phase | undefined): Context {
  return parent?.span ? trace.setSpan(ROOT_CONTEXT, parent.span) : ROOT_CONTEXT;
}
