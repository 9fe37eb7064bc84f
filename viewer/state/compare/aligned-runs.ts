// What is worked out of two runs together: what to call them, how their steps align, and whether all that this
// is made of is here. Does not know where the playhead is.
import { computed, type ReadonlySignal } from '@preact/signals';
import { parseCellId } from '../../../shared/cell-id.ts';
import { alignRuns, stepsOf } from '../../model/compare/alignment.ts';
import { cellNames, type NamedCell } from '../../model/compare/compare-names.ts';
import type { CellSession } from '../cell/cell-session.ts';
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
  readonly alignment = computed(() =>
    alignRuns(
      {
        steps: this.#steps.a.value,
        lengthNs: this.#sessionA.playback.lengthNs.value,
        name: this.names.value[0] ?? '',
      },
      {
        steps: this.#steps.b.value,
        lengthNs: this.#sessionB.playback.lengthNs.value,
        name: this.names.value[1] ?? '',
      },
    ),
  );
  /** Whether all that the alignment is made of is here. */
  readonly settled = computed(() => isSettled(this.#sessionA) && isSettled(this.#sessionB));
  /** Whether both are cells of one task; true while that is not known. */
  readonly sameTask = computed(() => {
    const [a, b] = [this.#sessionA.detail.value, this.#sessionB.detail.value];
    return !a || !b || (a.task ?? a.id) === (b.task ?? b.id);
  });
  /** Whether both took steps, so that they can be played by step. */
  readonly canStep = computed(() => this.alignment.value.a.length > 0 && this.alignment.value.b.length > 0);

  readonly #steps = {
    a: computed(() => stepsOf(this.#sessionA.transcript.value)),
    b: computed(() => stepsOf(this.#sessionB.transcript.value)),
  };

  get #sessionA(): CellSession {
    return this.#a.value.session.value;
  }

  get #sessionB(): CellSession {
    return this.#b.value.session.value;
  }
}

function namesOf(sides: readonly CompareSide[]): string[] {
  return cellNames(sides.map(({ id, session }) => session.value.detail.value ?? namedById(id)));
}

/** What an id says of a cell that is not here. */
function namedById(id: string): NamedCell {
  const { family, task, ...parts } = parseCellId(id);
  return { id, ...parts, task: family === null || task === null ? null : `${family}/${task}` };
}
