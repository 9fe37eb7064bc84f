// Imports what an agent printed from a file that is too large for memory: once through it for what must be known before the
// first span (when the run was, whose it is), once more for its steps, each sent and forgotten. An import that is interrupted
// goes on where it was. Joins nothing with other files.
import { createHash, type Hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { nsFromMs } from '../../../shared/time.ts';
import type { PrintingAgent } from '../../agents/agent.ts';
import {
  ArrivalFrame,
  arrivedLine,
  bareLine,
  linesOf,
  readArrivals,
  readBareOutput,
} from '../../agents/reading/arrivals.ts';
import { shiftStep } from '../../agents/reading/assemble.ts';
import { isDate } from '../../agents/reading/clock.ts';
import { addTallies, LineAccount } from '../../agents/reading/line-account.ts';
import { recogniseAgent } from '../../agents/registry.ts';
import type { AgentRun, ProcessStart, Step } from '../../agents/step.ts';
import { noteCalls, recordAgentRun } from '../../record/record-run.ts';
import { toldOf } from '../../record/step-identity.ts';
import { openCell } from '../../sdk/cell-recorder.ts';
import { agentOutput, arrivals } from '../agent-files.ts';
import { describeCounts, placeRun, type RunCounts } from '../agent-run.ts';
import { adhocId } from '../cell-import.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { ImportEntry, ImportOptions, RunFormat } from '../format.ts';
import { recogniseFormat } from '../formats.ts';
import { ImportError } from '../import-error.ts';
import { textOf } from '../text-file.ts';
import { checkKept } from '../watch/kept-choice.ts';
import { headOf, linesOfFile } from './line-file.ts';
import { Resume } from './resume.ts';

/** What is smaller is read at once: it may be one of several files of a run. */
export const LARGE_BYTES = 32 * 2 ** 20;
const PROGRESS_MS = 100;
/** Agents that print dates print one with nearly every event. */
const PROBED_STEPS = 100;

interface LargeStream {
  readonly file: string;
  readonly size: number;
  readonly modifiedNs: bigint;
  readonly format: RunFormat;
  readonly agent: PrintingAgent;
  /** What the beginning says of the process. */
  readonly frame: ArrivalFrame;
  readonly dates: NonNullable<ProcessStart['dates']>;
}

/** A large file of what a known agent printed; null for every other file, and where there is none. */
export async function openLargeStream(file: string, largeBytes = LARGE_BYTES): Promise<LargeStream | null> {
  const stats = await stat(file).catch(() => null);
  if (stats === null || !stats.isFile() || stats.size < largeBytes) return null;
  const { head, size } = await headOf(file);
  // Packed files and UTF-16 hold such bytes.
  if (head.includes(0) || head.readUInt16BE(0) === 0x1f8b) return null;
  const text = textOf(head);
  const format = recogniseFormat(text);
  if (format !== arrivals && format !== agentOutput) return null;
  const isArrivals = format === arrivals;
  const agent = recogniseAgent(isArrivals ? readArrivals(text) : readBareOutput(text));
  if (agent === null) return null;
  const frame = new ArrivalFrame();
  if (isArrivals) for (const line of linesOf(text)) frame.note(line);
  const dates = isArrivals ? 'awaited' : await datesOf(file, agent);
  return { file, size, modifiedNs: nsFromMs(stats.mtimeMs), format, agent, frame, dates };
}

/** Whether any of the first steps bears a date. Where none does, none is waited for: all steps would be kept in memory. */
async function datesOf(file: string, agent: PrintingAgent): Promise<LargeStream['dates']> {
  const reader = agent.reader({ command: null, spawnNs: null, dates: 'taken' });
  const account = new LineAccount();
  let undated = 0;
  for await (const { lines } of linesOfFile(file)) {
    for (const raw of lines) {
      const line = bareLine(raw, account);
      if (line !== null) reader.push(line);
      const steps = reader.take();
      if (steps.some(({ startNs }) => isDate(startNs))) return 'awaited';
      undated += steps.length;
      if (undated >= PROBED_STEPS) return 'none';
    }
  }
  return 'awaited';
}

/** What is known of a run once all of its file was read; of its steps the first is kept. */
interface Facts {
  readonly run: AgentRun;
  readonly digest: string;
  readonly calls: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
  readonly counted: boolean;
  /** As the file has it, before the run is placed. */
  readonly startNs: bigint;
  readonly counts: RunCounts;
}

/** Expected failures become an entry; only bugs throw. */
export async function importLargeStream(source: LargeStream, options: ImportOptions): Promise<ImportEntry> {
  const { file, format } = source;
  const entry = { file, format: format.name };
  let cellId: string | null = options.cellId ?? null;
  try {
    checkKept(file, options, 'secrets');
    const facts = await readFacts(source, options);
    const run = placeRun(facts.run, null, source.modifiedNs);
    cellId ??= adhocId(run.agent, run.sessionId ?? facts.digest.slice(0, 32));
    await send(source, options, { ...facts, run }, cellId);
    const detail = describeCounts(run, facts.counts);
    return { ...entry, outcome: 'loaded', cellId, detail, lines: run.lines ?? null, error: null };
  } catch (error) {
    return { ...failedEntry(importErrorOf(file, error)), ...entry, cellId };
  }
}

async function readFacts(source: LargeStream, options: ImportOptions): Promise<Facts> {
  const hash = createHash('sha256');
  const calls = new Set<string>();
  const named = new Set<string>();
  const counts = { tools: 0, models: 0, errors: 0 };
  let first: Step | null = null;
  let counted = false;
  const note = (step: Step): void => {
    if (first === null || step.startNs < first.startNs) first = step;
    noteCalls(step, calls);
    if (step.withinCallId) named.add(step.withinCallId);
    if (step.type === 'tool_call') counts.tools++;
    else if (step.type === 'error') counts.errors++;
    else if (step.type === 'model_call') {
      counts.models++;
      counted ||= step.tokens.input !== null;
    }
  };
  const reading = readSteps(source, options, 'reading', hash);
  for (;;) {
    const { done, value } = await reading.next();
    if (!done) {
      note(value);
      continue;
    }
    return {
      run: { ...value, steps: first === null ? [] : [first] },
      startNs: value.startNs,
      digest: hash.digest('hex'),
      calls,
      named,
      counted,
      counts,
    };
  }
}

/** Steps as they become complete; returns the run. @throws ImportError */
async function* readSteps(
  { file, size, format, agent, frame: start, dates }: LargeStream,
  { onProgress, signal }: ImportOptions,
  phase: 'reading' | 'sending',
  hash?: Hash,
): AsyncGenerator<Step, AgentRun> {
  const others = new LineAccount();
  const frame = new ArrivalFrame();
  const reader = agent.reader({ command: start.command, spawnNs: start.spawnNs, dates });
  let toldMs = 0;
  for await (const { lines, bytes } of linesOfFile(file, hash)) {
    if (signal?.aborted) throw new ImportError('interrupted', file, 'interrupted before anything was loaded');
    for (const raw of lines) {
      if (format === arrivals) frame.note(raw);
      const line = format === arrivals ? arrivedLine(raw, others) : bareLine(raw, others);
      if (line === null) continue;
      reader.push(line);
      yield* reader.take();
    }
    if (performance.now() - toldMs < PROGRESS_MS && bytes < size) continue;
    toldMs = performance.now();
    onProgress?.({ file, phase, bytes, totalBytes: size });
  }
  const run = reader.end(frame);
  yield* run.steps;
  const tallies = [run.lines, others.tally()].filter((tally) => tally !== undefined);
  return { ...run, lines: addTallies(tallies) };
}

async function send(
  source: LargeStream,
  options: ImportOptions,
  facts: Facts,
  cellId: string,
): Promise<void> {
  const { file, format } = source;
  const { run, digest, counts } = facts;
  const resume = await Resume.open(options, { cellId, digest });
  const recorder = openCell({
    cellId,
    agentVersion: run.agentVersion ?? undefined,
    endpoint: options.endpoint,
    token: options.token,
    idSeed: [cellId, digest].join('\n'),
    acknowledged: resume.acknowledged,
    gzip: true,
    redactor: options.redactor,
    closeTimeoutMs: 30_000,
  });
  const told = toldOf(run, format.rank === 'bare' ? 'bare' : 'stream', digest);
  const onSent = (): void => {
    if (recorder.problems.length === 0) resume.note(recorder.delivered);
  };
  try {
    const steps = placedSteps(readSteps(source, options, 'sending'), run.startNs - facts.startNs);
    await recordAgentRun(recorder, run, run.agent, { ...facts, told, steps, onSent });
  } catch (error) {
    if (!(error instanceof ImportError) || error.code !== 'interrupted') throw error;
    await recorder.flush();
    onSent();
    // The run's own span is not ended, and so not sent: nothing says that this is all.
    const all = counts.tools + counts.models + counts.errors + 1;
    const loaded = `${recorder.delivered.spans} of ${all} spans of ${cellId} are loaded`;
    throw new ImportError('interrupted', file, `interrupted: ${loaded}; import it again to go on from there`);
  }
  await recorder.close();
  if (recorder.problems.length > 0)
    throw new ImportError('collector_refused', file, recorder.problems.join('; '));
  resume.done();
}

/** All steps, at their place in time. */
async function* placedSteps(reading: AsyncIterable<Step>, byNs: bigint): AsyncGenerator<Step> {
  for await (const step of reading) yield byNs === 0n ? step : shiftStep(step, byNs);
}
