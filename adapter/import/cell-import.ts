// Imports the files of one cell in the order that makes sense of them: first what sets the run's clock
// (agent streams, OTLP), then the phases placed on it, then terminals and scores, which need the cell to
// be there. One bad file does not stop the others; each gets its line in the report.
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { toSegments } from '../../shared/cell-id.ts';
import { spanKey } from '../../shared/conventions.ts';
import { nsFromMs } from '../../shared/time.ts';
import { type LineTally, repeatedTally } from '../agents/reading/line-account.ts';
import type { AgentRun } from '../agents/step.ts';
import { recordAgentRun, stepsOf } from '../record/record-run.ts';
import { isActive, settledPart } from '../record/settled-steps.ts';
import { withoutTexts } from '../record/without-texts.ts';
import type { CellIdentity } from '../sdk/cell-identity.ts';
import { resolveCell } from '../sdk/cell-identity.ts';
import type { CellRecorder } from '../sdk/cell-recorder.ts';
import { openCell } from '../sdk/cell-recorder.ts';
import { readJudgedCell } from '../sdk/collector-client.ts';
import { nowNs } from '../sdk/instant.ts';
import type { ReadRun, RunGroup } from './agent-run.ts';
import { describeRun, groupRuns, placeRun, readRuns } from './agent-run.ts';
import { importErrorOf } from './failed-entry.ts';
import type {
  CellPlan,
  Format,
  ImportEntry,
  ImportOptions,
  OpenCell,
  PlacedSource,
  Source,
} from './format.ts';
import { ImportError } from './import-error.ts';
import type { ManifestPhase } from './manifest.ts';
import { checkInside, readText } from './text-file.ts';
import { checkKept } from './watch/kept-choice.ts';

interface Named {
  readonly file: string;
  readonly format: Format | null;
  readonly remarks?: readonly string[];
}
type Result = Held | { readonly error: ImportError };

/** What was loaded; lines where the file has some. */
interface Held {
  readonly detail: string;
  readonly lines: LineTally | null;
}

/** Imports one cell. Expected failures become entries; only bugs throw. */
export async function importCell(plan: CellPlan, client: ImportOptions): Promise<ImportEntry[]> {
  return new CellImport(plan, client).run();
}

class CellImport implements OpenCell {
  readonly plan: CellPlan;
  readonly client: ImportOptions;
  readonly entries: ImportEntry[] = [];
  /** Files whose records the recorder holds: loaded only once it was closed without a problem. */
  readonly held: (Held & { readonly source: Named })[] = [];
  cell: CellIdentity | null;
  recorder: CellRecorder | null = null;
  /** The run's clock: first start and last end of what was loaded. */
  startNs: bigint | null = null;
  endNs: bigint | null = null;
  /** The cells that OTLP files named. */
  readonly #named = new Set<string>();
  #taken: string | null = null;

  constructor(plan: CellPlan, client: ImportOptions) {
    this.plan = plan;
    this.client = client;
    this.cell = plan.cell;
  }

  async run(): Promise<ImportEntry[]> {
    const { sources, phases } = this.plan;
    await this.#importRuns(sources.filter(({ format }) => format.phase === 'run'));
    await this.#importTracks('spans');
    for (const phase of phases) await this.#attemptPhase(phase);
    await this.#closeRecorder();
    await this.#importTracks('terminal');
    await this.#importTracks('scores');
    return this.entries;
  }

  async #importTracks(phase: 'spans' | 'terminal' | 'scores'): Promise<void> {
    for (const source of this.plan.sources) {
      const { format } = source;
      if (format.phase !== phase) continue;
      await this.#attempt(source, async () => {
        checkKept(source.file, this.client, 'nothing');
        return format.import(this, source);
      });
    }
  }

  get ownId(): string | null {
    return this.cell === null ? null : resolveCell(this.cell).id;
  }

  name(cellId: string): void {
    this.#named.add(cellId);
  }

  get #cellId(): string | null {
    if (this.#taken !== null) return this.#taken;
    if (this.ownId !== null) return this.ownId;
    const [only, second] = [...this.#named];
    return second === undefined ? (only ?? null) : null;
  }

  /** Reads every file that tells of a run, and records each run with all that is told of it. */
  async #importRuns(sources: readonly PlacedSource[]): Promise<void> {
    const reads: ReadRun<PlacedSource>[] = [];
    for (const source of sources)
      await this.#attemptQuietly(source, async () => {
        reads.push(...readRuns([source]));
      });
    for (const group of groupRuns(reads)) {
      const [first, ...others] = group.sources;
      if (first === undefined) continue;
      const linesOf = (source: Source) => reads.find((read) => read.source === source)?.run.lines ?? null;
      await this.#hold(first, async () => ({
        detail: await this.#importRun(group, first),
        lines: linesOf(first),
      }));
      for (const source of others) {
        const repeats = isRepeated(group, source);
        const lines = linesOf(source);
        this.held.push({
          source,
          detail: `${repeats ? 'repeats' : 'joined to'} ${first.file}`,
          lines: repeats && lines !== null ? repeatedTally(lines) : lines,
        });
      }
    }
  }

  async #importRun({ run: read, by }: RunGroup, source: Source): Promise<string> {
    const run = this.#partOf(placeRun(read, this.startNs, source.modifiedNs ?? null), source);
    this.cell ??= {
      cellId: adhocId(run.agent, run.sessionId ?? digest(source.text).slice(0, 32)),
      agentVersion: run.agentVersion ?? undefined,
    };
    const recorder = this.#open();
    const task = 'task' in this.cell ? `${run.agent}:${this.cell.task}` : run.agent;
    const { isUnderWay = false } = this.client;
    await recordAgentRun(recorder, run, task, { ...stepsOf(run, by), isUnderWay });
    if (isUnderWay && isActive(run, nowNs())) recorder.heartbeat('alive');
    this.widen(run.startNs, run.endNs);
    return describeRun(run);
  }

  /** What of the run is recorded. @throws ImportError where that can only be said when it is over */
  #partOf(run: AgentRun, source: Source): AgentRun {
    const kept = this.client.withoutTexts === true ? withoutTexts(run) : run;
    if (this.client.isUnderWay !== true) return kept;
    // Each reading would place such steps anew.
    if (run.timing === 'none')
      throw new ImportError('under_way', source.file, 'tells no time, and is loaded when it is over');
    return settledPart(kept);
  }

  async #attemptPhase(phase: ManifestPhase): Promise<void> {
    const { manifest } = this.plan;
    const file =
      phase.outputFile === null || manifest === null ? null : join(dirname(manifest), phase.outputFile);
    const shown = { file: file ?? manifest ?? phase.name, format: null };
    await this.#hold(shown, async () => {
      checkKept(shown.file, this.client, 'secrets');
      if (this.startNs === null || this.endNs === null)
        throw new ImportError('bad_content', shown.file, `the phase ${phase.name} has no run to stand in`);
      const base = phase.at === 'start' ? this.startNs : this.endNs;
      const startNs = base + nsFromMs(phase.offsetMs);
      const { kind, name, timing, status, message } = phase;
      if (file !== null && manifest !== null) await checkInside(manifest, file);
      const output = file === null ? {} : { [spanKey.verifyOutput]: await readText(file) };
      const recorder = this.#open();
      recorder.phase(kind, name, { startNs, timing, attributes: output }).end({
        endNs: startNs + nsFromMs(phase.durationMs),
        status,
        ...(message === null ? {} : { message }),
      });
      return { detail: `1 ${kind} span`, lines: null };
    });
  }

  needCell(source: Source): string {
    const cellId = this.#cellId;
    if (cellId !== null) return cellId;
    throw new ImportError('no_cell', source.file, 'names no cell; say which with --cell');
  }

  /** The recorder of the cell. Its ids follow from the cell and the files: importing twice adds nothing. */
  #open(): CellRecorder {
    if (this.recorder !== null) return this.recorder;
    const cell = this.cell;
    const cellId = this.#cellId;
    if (cell === null && cellId === null)
      throw new ImportError('no_cell', this.plan.manifest ?? '', 'names no cell; say which with --cell');
    const texts = this.plan.sources.map((source) => digest(source.text));
    const idSeed = [cellId, ...texts].join('\n');
    this.recorder = openCell({
      ...(cell ?? { cellId: cellId ?? '' }),
      endpoint: this.client.endpoint,
      token: this.client.token,
      sent: this.client.sent,
      redactor: this.client.redactor,
      idSeed,
      gzip: true,
      closeTimeoutMs: 30_000,
    });
    return this.recorder;
  }

  async #closeRecorder(): Promise<void> {
    await this.recorder?.close();
    await this.#learnCell();
    const problems = this.recorder?.problems ?? [];
    for (const { source, detail, lines } of this.held) {
      const error = new ImportError('collector_refused', source.file, problems.join('; '));
      this.#add(source, problems.length === 0 ? { detail, lines } : { error });
    }
  }

  /** The cell that really took the run: another may hold it already. */
  async #learnCell(): Promise<void> {
    const cellId = this.#cellId;
    if (this.recorder === null || cellId === null || !cellId.startsWith('adhoc/')) return;
    this.#taken = (await readJudgedCell(this.client, cellId))?.id ?? null;
  }

  async #attempt(source: Named, work: () => Promise<Held>): Promise<void> {
    this.#add(source, await this.#resultOf(source, work));
  }

  /** For work whose success is told with another's. */
  async #attemptQuietly(source: Named, work: () => Promise<void>): Promise<void> {
    const result = await this.#resultOf(source, async () => {
      await work();
      return { detail: '', lines: null };
    });
    if ('error' in result) this.#add(source, result);
  }

  /** For work whose success is known only when the recorder closes. */
  async #hold(source: Named, work: () => Promise<Held>): Promise<void> {
    const result = await this.#resultOf(source, work);
    if ('error' in result) this.#add(source, result);
    else this.held.push({ source, ...result });
  }

  async #resultOf({ file }: Named, work: () => Promise<Held>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      return { error: importErrorOf(file, error) };
    }
  }

  #add({ file, format: of, remarks = [] }: Named, result: Result): void {
    const entry = { file, format: of?.name ?? null, cellId: this.#cellId };
    if ('error' in result) {
      const { error } = result;
      this.entries.push({ ...entry, outcome: 'failed', detail: error.message, lines: null, error });
      return;
    }
    const detail = [result.detail, ...remarks].join('; ');
    const several = entry.cellId === null && this.#named.size > 1 ? { cells: [...this.#named] } : {};
    this.entries.push({ ...entry, ...several, outcome: 'loaded', detail, lines: result.lines, error: null });
  }

  widen(startNs: bigint, endNs: bigint): void {
    if (this.startNs === null || startNs < this.startNs) this.startNs = startNs;
    if (this.endNs === null || endNs > this.endNs) this.endNs = endNs;
  }
}

/** Whether a file says nothing that the first of its run does not: bare output, or all that an agent keeps of a stream. */
function isRepeated({ agent, sources: [first] }: RunGroup<PlacedSource>, { format }: Source): boolean {
  if (format.phase !== 'run' || first?.format.phase !== 'run') return false;
  return format.rank === 'bare' || (agent.printsAll === true && first.format.rank !== 'kept');
}

/** The cell of a stream that names none. */
export function adhocId(agent: string, session: string): string {
  return `adhoc/${agent}/${toSegments(session.replaceAll('/', '-'))}`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
