// What is worked out of two runs together: what to call them, how their steps align, and whether all that this
// is made of is here. Does not know where the playhead is.
import { computed, type ReadonlySignal } from '@preact/signals';
import { parseCellId } from '../../../shared/cell-id.ts';
import { alignRuns } from '../../model/compare/alignment.ts';
import { cellNames, type NamedCell } from '../../model/compare/compare-names.ts';
import { partRuns } from '../../model/compare/parting.ts';
import { comparedRun } from '../../model/compare/run-steps.ts';
import { testedFiles } from '../../model/compare/tested-files.ts';
import type { CellSession } from '../cell/cell-session.ts';
import { loadedList } from '../cell/cell-tracks.ts';
import { type CompareSide, isSettled } from './compare-side.ts';

export class AlignedRuns {
  readonly #a: ReadonlySignal<CompareSide>;
  readonly #b: ReadonlySignal<CompareSide>;
  readonly #extraRuns: readonly CompareSide[];

  constructor(
    a: ReadonlySignal<CompareSide>,
    b: ReadonlySignal<CompareSide>,
    extraRuns: readonly CompareSide[],
  ) {
    this.#a = a;
    this.#b = b;
    this.#extraRuns = extraRuns;
  }

  /** What to call a, b and the extra runs, in that order. */
  readonly names = computed(() => namesOf([this.#a.value, this.#b.value, ...this.#extraRuns]));
  readonly runs = {
    a: computed(() => runOf(this.#sessionA, this.names.value[0])),
    b: computed(() => runOf(this.#sessionB, this.names.value[1])),
  };
  readonly alignment = computed(() => alignRuns(this.runs.a.value, this.runs.b.value));
  /** Where they part for a reason; read only when all that it is made of is here. */
  readonly parting = computed(() => {
    const tested = testedFiles([this.#sessionA, this.#sessionB].flatMap(testedRun));
    return partRuns(this.alignment.value, this.runs.a.value, this.runs.b.value, tested);
  });
  /** Whether all that the alignment is made of is here. */
  readonly settled = computed(() => isSettled(this.#sessionA) && isSettled(this.#sessionB));
  /** Whether both are cells of one task; true while that is not known. */
  readonly sameTask = computed(() => {
    const [a, b] = [this.#sessionA.detail.value, this.#sessionB.detail.value];
    return !a || !b || (a.task ?? a.id) === (b.task ?? b.id);
  });
  /** Whether both took steps, so that they can be played by step. */
  readonly canStep = computed(() => this.alignment.value.a.length > 0 && this.alignment.value.b.length > 0);

  get #sessionA(): CellSession {
    return this.#a.value.session.value;
  }

  get #sessionB(): CellSession {
    return this.#b.value.session.value;
  }
}

function runOf({ playback, transcript }: CellSession, name = '') {
  return comparedRun(name, playback.lengthNs.value, transcript.value);
}

/** A run as the failed tests are read of it; none where it is not here. */
function testedRun({ detail, spans, changes, trace }: CellSession) {
  if (detail.value === null) return [];
  const clockStartNs = trace.value?.columns.startNs ?? null;
  return [
    { detail: detail.value, spans: spans.readable.value, changes: loadedList(changes.value), clockStartNs },
  ];
}

function namesOf(sides: readonly CompareSide[]): string[] {
  return cellNames(sides.map(({ id, session }) => session.value.detail.value ?? namedById(id)));
}

/** What an id says of a cell that is not here. */
function namedById(id: string): NamedCell {
  const { family, task, ...parts } = parseCellId(id);
  return { id, ...parts, task: family === null || task === null ? null : `${family}/${task}` };
}
