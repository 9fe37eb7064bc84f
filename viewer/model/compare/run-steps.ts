// A run as what can be compared of it: the steps that its agent took, the edits that they made, and the error that it
// ended with. Read from the transcript. Does not know another run.
import { changedLines } from '../changes/diff-tally.ts';
import type { TranscriptEntry } from '../transcript/entry.ts';
import { stepKey } from './step-key.ts';

/** One thing that the agent did. */
export interface RunStep {
  /** Equal keys are the same step: "shell\ncargo test", "edit\nsrc/lib.rs". */
  readonly key: string;
  /** "bash · cargo test". */
  readonly label: string;
  readonly startNs: number;
  /** null where it never ended. */
  readonly endNs: number | null;
  readonly rowKey: string | null;
  /** Index into the transcript. */
  readonly entry: number;
  /** What came of it, comparable: failed tests, exit code or error; "" where nothing is known. */
  readonly result: string;
  /** The lines that it added and removed, by file; "" where no diff is known. */
  readonly changed: string;
  /** It failed, and the same was tried again before anything was edited. */
  readonly isRetried: boolean;
}

/** A run, as far as it is compared with another. */
export interface ComparedRun {
  /** What to call it in sentences. */
  readonly name: string;
  readonly lengthNs: number;
  readonly steps: readonly RunStep[];
  readonly edits: readonly FileEdit[];
  /** What it ended with, where that was an error. */
  readonly ending: EndingError | null;
}

export function comparedRun(
  name: string,
  lengthNs: number,
  transcript: readonly TranscriptEntry[],
): ComparedRun {
  return {
    name,
    lengthNs,
    steps: stepsOf(transcript),
    edits: editsOf(transcript),
    ending: endingError(transcript),
  };
}

/** Tool calls and verifier runs of a transcript, in order. */
export function stepsOf(transcript: readonly TranscriptEntry[]): RunStep[] {
  const steps: RunStep[] = [];
  /** Failed steps since the last edit, by key. */
  const failed = new Map<string, number>();
  for (const [index, entry] of transcript.entries()) {
    const { kind, text, startNs, endNs, rowKey, changes } = entry;
    if (kind !== 'tool' && kind !== 'verify') {
      if (changes.length > 0) failed.clear();
      continue;
    }
    // What the verifier is called differs between harnesses; that it ran is the step.
    const key = kind === 'verify' ? 'verify' : stepKey(text, entry.argument ?? '', pathsOf(entry));
    const before = failed.get(key);
    const tried = before === undefined ? undefined : steps[before];
    if (tried && before !== undefined) steps[before] = { ...tried, isRetried: true };
    if (changes.length > 0) failed.clear();
    if (hasFailed(entry)) failed.set(key, steps.length);
    else failed.delete(key);
    const words = (entry.argument ?? '').replace(/\s+/g, ' ').trim();
    steps.push({
      key,
      label: words === '' ? text : `${text} · ${words}`,
      startNs,
      endNs,
      rowKey,
      entry: index,
      result: resultOf(entry),
      changed: changedBy(entry),
      isRetried: false,
    });
  }
  return steps;
}

function pathsOf({ changes }: TranscriptEntry): string[] {
  return changes.map(({ path }) => path);
}

function hasFailed({ status, exitCode, tally }: TranscriptEntry): boolean {
  return status === 'error' || (exitCode ?? 0) !== 0 || (tally?.failed ?? 0) > 0;
}

/** What is comparable between agents: not their words, but which tests failed, and codes. */
function resultOf({ exitCode, tally, status }: TranscriptEntry): string {
  if (tally) return `${tally.failed} failed: ${[...tally.failures].sort().join(' ')}`;
  if (exitCode !== null) return `exit code ${exitCode}`;
  return status === 'error' ? 'error' : '';
}

function changedBy({ changes }: TranscriptEntry): string {
  return changes
    .flatMap(({ path, diff }) => (diff === null ? [] : [`${path}\n${changedLines(diff)}`]))
    .join('\n');
}

/** One change of one file. */
export interface FileEdit {
  readonly path: string;
  /** "+added" and "-removed", in order; null where no diff was recorded. */
  readonly lines: readonly string[] | null;
  readonly tNs: number;
  /** The step that made it, else the last one before it; -1 where it came before all. */
  readonly step: number;
  /** Index into the transcript. */
  readonly entry: number;
  /** Index into the entry's changes. */
  readonly change: number;
}

/** Every change of a file, in order. */
function editsOf(transcript: readonly TranscriptEntry[]): FileEdit[] {
  const edits: FileEdit[] = [];
  let step = -1;
  for (const [entry, { kind, startNs, changes }] of transcript.entries()) {
    if (kind === 'tool' || kind === 'verify') step++;
    for (const [change, { path, diff }] of changes.entries()) {
      const lines = diff === null ? null : changedLines(diff).split('\n').filter(Boolean);
      edits.push({ path, lines, tNs: startNs, step, entry, change });
    }
  }
  return edits;
}

export interface EndingError {
  readonly words: string;
  readonly tNs: number;
  readonly step: number;
}

/** The error after which the agent neither said nor did anything; null where it went on or had none. */
function endingError(transcript: readonly TranscriptEntry[]): EndingError | null {
  let step = -1;
  let ending: EndingError | null = null;
  for (const { kind, status, text, error, startNs } of transcript) {
    if (kind === 'verify') break;
    if (kind === 'tool') step++;
    if (status === 'error' && kind !== 'noise') ending = { words: error ?? text, tNs: startNs, step };
    else if (kind === 'message' || kind === 'reasoning' || kind === 'tool') ending = null;
  }
  return ending;
}
