// Where two runs part for a reason: the first edit that differs in a file the failed test uses, the first test that
// came to another result over the same files, the error that one of them ended with. All other differences are
// harmless: they are counted. Refuses to judge which way was better.
import { shownLine } from '../display/display-text.ts';
import { baseName, isTestPath } from '../why/code-under-test.ts';
import { type AlignedPair, type Alignment, type Divergence, doneWords } from './alignment.ts';
import { countHarmless, type HarmlessCount } from './harmless.ts';
import { FileNames, NetLines } from './net-lines.ts';
import type { ComparedRun, EndingError, FileEdit, RunStep } from './run-steps.ts';
import { matchSequences } from './sequence-match.ts';

/** A difference that may be why the runs ended differently. */
export interface Difference extends Divergence {
  readonly why: 'edit' | 'result' | 'error';
  /** The edits that differ; null where a run has none there, or where it is no edit. */
  readonly aEdit: FileEdit | null;
  readonly bEdit: FileEdit | null;
}

export interface Parting {
  /** In order; empty where nothing that differs is known to matter. */
  readonly differences: readonly Difference[];
  readonly harmless: HarmlessCount;
  /**
   * Which files were looked at. tested: those that the failed test uses; edited: no text says which those are, so all
   * code that either run edited; shared: no test failed, so the code that both edited.
   */
  readonly looked: 'tested' | 'edited' | 'shared';
}

/** @param tested edited code that the failed tests use; empty where that is not known, null where none failed */
export function partRuns(
  alignment: Alignment,
  a: ComparedRun,
  b: ComparedRun,
  tested: readonly string[] | null,
): Parting {
  const differences = new PartingSearch(alignment, a, b).find(tested);
  return {
    differences,
    harmless: countHarmless(alignment, new Set(differences.map(({ pair }) => pair))),
    looked: tested === null ? 'shared' : tested.length === 0 ? 'edited' : 'tested',
  };
}

type Side = 'a' | 'b';

class PartingSearch {
  readonly #alignment: Alignment;
  readonly #runs: Readonly<Record<Side, ComparedRun>>;
  readonly #pairs: Readonly<Record<Side, Int32Array>>;
  readonly #names = new FileNames();

  constructor(alignment: Alignment, a: ComparedRun, b: ComparedRun) {
    this.#alignment = alignment;
    this.#runs = { a, b };
    this.#pairs = { a: pairsOf(alignment, 'a'), b: pairsOf(alignment, 'b') };
  }

  find(tested: readonly string[] | null): Difference[] {
    const files = this.#files(tested);
    const found = [...files].flatMap((file) => this.#editsOf(file));
    const ordered = [...found, ...this.#results(), ...this.#endings()].sort((x, y) => x.pair - y.pair);
    // What several files or results say of one step is one difference.
    return ordered.filter(({ pair }, index) => pair !== ordered[index - 1]?.pair);
  }

  #files(tested: readonly string[] | null): Set<string> {
    const edited = (side: Side) =>
      this.#runs[side].edits.map(({ path }) => this.#names.of(path)).filter(isCode);
    const [inA, inB] = [new Set(edited('a')), new Set(edited('b'))];
    if (tested === null) return new Set([...inA].filter((file) => inB.has(file)));
    if (tested.length === 0) return new Set([...inA, ...inB]);
    return new Set(tested.map((path) => this.#names.of(path)));
  }

  /** Edits of one file that only one of them made, or that came to other lines; none where both come to one text. */
  #editsOf(file: string): Difference[] {
    const of = (side: Side) => this.#runs[side].edits.filter(({ path }) => this.#names.of(path) === file);
    const [inA, inB] = [of('a'), of('b')];
    // A run of which no change at all was recorded may not have been watched.
    if (this.#runs.a.edits.length === 0 || this.#runs.b.edits.length === 0) return [];
    const net = new NetLines();
    for (const edit of inA) net.add(edit, file, 1);
    for (const edit of inB) net.add(edit, file, -1);
    if (net.isEqual !== false) return [];
    const textOf = ({ lines }: FileEdit) => (lines ?? []).join('\n');
    const matches = matchSequences(inA.map(textOf), inB.map(textOf));
    const found: Difference[] = [];
    let [i, j] = [0, 0];
    for (const [nextA, nextB] of [...matches, [inA.length, inB.length] as const]) {
      while (i < nextA || j < nextB) {
        const aEdit = i < nextA ? (inA[i++] ?? null) : null;
        const bEdit = j < nextB ? (inB[j++] ?? null) : null;
        const isAgain = { a: i > (aEdit ? 1 : 0), b: j > (bEdit ? 1 : 0) };
        found.push(this.#editDifference(file, aEdit, bEdit, isAgain));
      }
      [i, j] = [nextA + 1, nextB + 1];
    }
    return found;
  }

  #editDifference(
    file: string,
    aEdit: FileEdit | null,
    bEdit: FileEdit | null,
    isAgain: Readonly<Record<Side, boolean>>,
  ): Difference {
    const pair = Math.min(this.#pairAt('a', aEdit), this.#pairAt('b', bEdit));
    const path = shownLine(file, 80);
    const only: Side = aEdit === null ? 'b' : 'a';
    const other: Side = only === 'a' ? 'b' : 'a';
    const again = isAgain[only] ? ' again' : '';
    const sentence =
      aEdit && bEdit
        ? `Both edited ${path}, but changed other lines.`
        : `${this.#runs[only].name} edited ${path}${again}, ${this.#runs[other].name} did not.`;
    const kind = aEdit && bEdit ? 'result' : 'step';
    const aNs = this.#editNs('a', aEdit, pair, kind);
    const bNs = this.#editNs('b', bEdit, pair, kind);
    return { pair, kind, aNs, bNs, sentence, why: 'edit', aEdit, bEdit };
  }

  /** What an edit by the same step on both sides came to is seen when that ends. */
  #editNs(side: Side, edit: FileEdit | null, pair: number, kind: Divergence['kind']): number {
    if (edit === null) return this.#nextNs(side, pair);
    const step = this.#runs[side].steps[edit.step];
    return kind === 'result' && step?.startNs === edit.tNs ? (step.endNs ?? edit.tNs) : edit.tNs;
  }

  #pairAt(side: Side, edit: FileEdit | null): number {
    if (edit === null) return this.#alignment.pairs.length;
    return this.#pairs[side][Math.max(0, edit.step)] ?? 0;
  }

  /** When a run comes to what it does at a pair or after it. */
  #nextNs(side: Side, pair: number): number {
    const { pairs } = this.#alignment;
    for (let at = pair; at < pairs.length; at++) {
      const step = this.#runs[side].steps[pairs[at]?.[side] ?? -1];
      if (step) return step.startNs;
    }
    return side === 'a' ? this.#alignment.aLengthNs : this.#alignment.bLengthNs;
  }

  /** The same step over the same files with another result; and the verifier's, whatever the files. */
  #results(): Difference[] {
    const { pairs } = this.#alignment;
    const last = { a: lastVerify(this.#runs.a.steps), b: lastVerify(this.#runs.b.steps) };
    const found: Difference[] = [];
    const net = new NetLines();
    const next = { a: 0, b: 0 };
    for (const [pair, { a, b }] of pairs.entries()) {
      const [aStep, bStep] = [this.#runs.a.steps[a ?? -1], this.#runs.b.steps[b ?? -1]];
      const isVerdict = a !== null && a === last.a && b === last.b;
      if (aStep && bStep && (isVerdict || net.isEqual === true) && resultsDiffer(aStep, bStep))
        found.push(resultDifference(pair, aStep, bStep));
      for (const side of ['a', 'b'] as const) this.#addEdits(net, side, pairs[pair], next);
    }
    return found;
  }

  /** Takes in what a run edited up to and with a pair. */
  #addEdits(net: NetLines, side: Side, pair: AlignedPair | undefined, next: Record<Side, number>): void {
    const step = pair?.[side] ?? null;
    if (step === null) return;
    const { edits } = this.#runs[side];
    for (let edit = edits[next[side]]; edit && edit.step <= step; edit = edits[++next[side]])
      net.add(edit, this.#names.of(edit.path), side === 'a' ? 1 : -1);
  }

  #endings(): Difference[] {
    const [a, b] = [this.#runs.a, this.#runs.b];
    if ((a.ending?.words ?? null) === (b.ending?.words ?? null)) return [];
    const pairAt = (side: Side, ending: EndingError | null) =>
      ending === null
        ? Number.POSITIVE_INFINITY
        : (this.#pairs[side][Math.max(0, ending.step)] ?? Number.POSITIVE_INFINITY);
    const pair = Math.min(pairAt('a', a.ending), pairAt('b', b.ending), this.#alignment.pairs.length - 1);
    if (pair < 0) return [];
    const said = ({ name, ending }: ComparedRun) =>
      ending === null ? `${name} did not` : `${name} ended with ${shownLine(ending.words, 80)}`;
    const sentence = a.ending ? `${said(a)}, ${said(b)}.` : `${said(b)}, ${said(a)}.`;
    const aNs = a.ending?.tNs ?? this.#nextNs('a', pair);
    const bNs = b.ending?.tNs ?? this.#nextNs('b', pair);
    return [{ pair, kind: 'step', aNs, bNs, sentence, why: 'error', aEdit: null, bEdit: null }];
  }
}

/** Neither a test nor a text for people. */
function isCode(path: string): boolean {
  return !isTestPath(path) && !/\.(?:md|rst|txt|adoc|lock|log)$/i.test(baseName(path));
}

function lastVerify(steps: readonly RunStep[]): number | null {
  const at = steps.findLastIndex(({ key }) => key === 'verify');
  return at < 0 ? null : at;
}

/** null or "" says nothing. */
function resultsDiffer(a: RunStep, b: RunStep): boolean {
  const isTried = a.isRetried && b.isRetried;
  return !isTried && a.result !== '' && b.result !== '' && a.result !== b.result;
}

function resultDifference(pair: number, a: RunStep, b: RunStep): Difference {
  const [aNs, bNs] = [a.endNs ?? a.startNs, b.endNs ?? b.startNs];
  const sentence = `Both ${doneWords(a)}, but it came to another result.`;
  return { pair, kind: 'result', aNs, bNs, sentence, why: 'result', aEdit: null, bEdit: null };
}

function pairsOf({ pairs, ...runs }: Alignment, side: Side): Int32Array {
  const places = new Int32Array(runs[side].length);
  for (const [index, pair] of pairs.entries()) {
    const step = pair[side];
    if (step !== null) places[step] = index;
  }
  return places;
}
