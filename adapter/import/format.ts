// What a format of recordings is to the importer: how it is known by its content, when it takes its turn, how
// it is loaded. Shapes only; the formats that are known stand in formats.ts.
import type { AgentAdapter } from '../agents/agent.ts';
import { parseObject } from '../agents/reading/json-value.ts';
import type { LineKinds, LineTally } from '../agents/reading/line-account.ts';
import type { AgentRun } from '../agents/step.ts';
import type { CellIdentity } from '../sdk/cell-identity.ts';
import type { ClientOptions } from '../sdk/collector-client.ts';
import type { Redactor } from '../sdk/redact.ts';
import type { ImportError } from './import-error.ts';
import type { ManifestPhase } from './manifest.ts';

/** A file that is about to be imported. */
export interface Source {
  readonly file: string;
  readonly text: string;
  readonly format: Format;
  /** When the file was last written. */
  readonly modifiedNs?: bigint | undefined;
  /** What must be said of how the file was read, in a few words. */
  readonly remarks?: readonly string[];
}

/** A file with what its manifest says of it. */
export interface PlacedSource extends Source {
  readonly startOffsetMs?: number | null;
  readonly timing?: 'measured' | 'arrival' | 'derived' | 'none' | null;
  readonly note?: string | null;
}

export interface CellPlan {
  /** null where no file names the cell: a stream then makes one of its own. */
  readonly cell: CellIdentity | null;
  readonly sources: readonly PlacedSource[];
  readonly phases: readonly ManifestPhase[];
  /** The manifest, to which phases' files are relative. */
  readonly manifest: string | null;
}

export interface ImportEntry {
  readonly file: string;
  /** Its name; null where the file has none. */
  readonly format: string | null;
  /** `passed`: of a folder, what is no recording. */
  readonly outcome: 'loaded' | 'failed' | 'passed';
  readonly cellId: string | null;
  /** Where a file holds many cells: those that something was loaded into. */
  readonly cells?: readonly string[];
  /** What was loaded, or why not: a few words for people. */
  readonly detail: string;
  /** How each line of the file was used; null where it was not read, or has none. */
  readonly lines: LineTally | null;
  readonly error: ImportError | null;
}

export interface ImportOptions extends ClientOptions {
  /** The cell of all files, whatever they or a manifest say. */
  readonly cellId?: string | undefined;
  /** The sweep of cells whose files name none. */
  readonly sweepId?: string | undefined;
  /** Runs that do not say that they are over go on: what may still change of them is left for the next time. */
  readonly isUnderWay?: boolean | undefined;
  /** What an earlier import of the same files has sent; grows. */
  readonly sent?: Set<string> | undefined;
  /** Takes secrets out of what is sent. */
  readonly redactor?: Redactor | undefined;
  /** What was said is left out of runs of agents: tools, models, times and numbers are kept. */
  readonly withoutTexts?: boolean | undefined;
  /** Told now and then how far a large file is. */
  readonly onProgress?: ((progress: ImportProgress) => void) | undefined;
  /** Stops a large file where it is: what was sent is noted, and the next import of it goes on from there. */
  readonly signal?: AbortSignal | undefined;
  /** Where it is noted how far an interrupted import came; nowhere where absent. */
  readonly stateFolder?: string | undefined;
  /** From this size on a file is not read into memory. Tests set it low. */
  readonly largeBytes?: number | undefined;
  /** What is larger, and of a kind that is read at once, is refused. `WHOLE_BYTES` where absent. */
  readonly wholeBytes?: number | undefined;
}

export interface ImportProgress {
  readonly file: string;
  /** A file is read to its end before the first of it is sent. */
  readonly phase: 'reading' | 'sending';
  readonly bytes: number;
  readonly totalBytes: number;
}

/** A cell while its files are loaded, as far as a format needs it. */
export interface OpenCell {
  readonly client: ClientOptions;
  /** What the plan or a run named; null while nothing did. */
  readonly ownId: string | null;
  /** First start of what was loaded; null while nothing was. */
  readonly startNs: bigint | null;
  /** Notes that a file names a cell. */
  name(cellId: string): void;
  /** Notes that something lasted from there to there. */
  widen(startNs: bigint, endNs: bigint): void;
  /** @throws ImportError where no cell is known */
  needCell(source: Source): string;
}

/** What a format that makes cells of its own is lent. */
export interface Workshop {
  readonly options: ImportOptions;
  /** The names that a manifest's `as` may use. */
  readonly formats: readonly string[];
  /** @param as the format's name that a manifest claims, which is believed. @throws ImportError */
  read(file: string, as: string | null): Promise<Source>;
  importCell(plan: CellPlan): Promise<ImportEntry[]>;
  /** Whole paths of files that another one took with it: they are not looked at again. */
  readonly claimed: Set<string>;
}

interface Named {
  /** As a manifest's `as` and the reports call it. */
  readonly name: string;
  /** What such a file holds, for people. */
  readonly words: string;
  /** What becomes of its lines or entries; null where that is the agent's own (`AgentAdapter`). */
  readonly kinds: LineKinds | null;
  /** Whether a file is one; a text says that it is one that is not read, and why. */
  recognises(content: Content): boolean | string;
}

/** Tells of an agent's run; files of one run are put together. Comes first: it sets the cell's clock. */
export interface RunFormat extends Named {
  readonly phase: 'run';
  /** Of several files of one run the lowest names it. */
  readonly rank: 'stamped' | 'bare' | 'kept';
  /** @throws ImportError */
  read(source: Source): { readonly agent: AgentAdapter; readonly run: AgentRun };
}

/** `spans` come next, then what needs the cell to be there: `terminal`, then `scores`. */
export interface TrackFormat extends Named {
  readonly phase: 'spans' | 'terminal' | 'scores';
  /** Loads a file and says what it held. @throws ImportError, CollectorError */
  import(cell: OpenCell, source: PlacedSource): Promise<Loaded>;
}

/** What a file held, and how each of its lines was used. */
export interface Loaded {
  readonly detail: string;
  readonly lines: LineTally;
}

/** Names its cells itself, and stands in no manifest. */
export interface OwnFormat extends Named {
  readonly phase: 'own';
  /** Why it may not stand in a manifest. */
  readonly notInManifest: string;
  /** Expected failures become entries. @throws ImportError */
  import(source: Source, workshop: Workshop): Promise<readonly ImportEntry[]>;
}

export type Format = RunFormat | TrackFormat | OwnFormat;

/** A file's text as formats look at it: each part is read once, and only when somebody asks. */
export class Content {
  readonly text: string;
  #head: ReturnType<typeof parseObject> | undefined;
  #whole: ReturnType<typeof parseObject> | undefined;

  constructor(text: string) {
    this.text = text.replace(/^\uFEFF/, '');
  }

  /** The first line that is not blank. */
  get firstLine(): string {
    const start = Math.max(0, this.text.search(/\S/));
    const end = this.text.indexOf('\n', start);
    return this.text.slice(start, end < 0 ? this.text.length : end);
  }

  /** The object in the first line; null where it holds none. */
  get head(): ReturnType<typeof parseObject> {
    if (this.#head === undefined) this.#head = parseObject(this.firstLine);
    return this.#head;
  }

  /** The object that the whole text is; null where it is none. */
  get whole(): ReturnType<typeof parseObject> {
    if (this.#whole === undefined) this.#whole = parseObject(this.text);
    return this.#whole;
  }
}
