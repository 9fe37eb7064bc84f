// What is drawn of the runs, read from the comparison's signals. Lays nothing out:
// model/compare/overview-runs does.
import { alignRuns, axisAt } from '../../model/compare/alignment.ts';
import { extraRunAxisAt } from '../../model/compare/compare-clock.ts';
import { type CompareDrawing, layOverview, type RunParts } from '../../model/compare/overview-runs.ts';
import { stepsOf } from '../../model/compare/run-steps.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { sideNames } from '../../state/compare/compare-side.ts';
import { barLabels } from '../timeline/bar-labels.ts';

/** Reads signals: whoever draws is told when it is to draw again. */
export function readOverview(compare: CompareSession, widthPx: number): CompareDrawing {
  const alignment = compare.alignment.value;
  const clock = compare.clock.value;
  const runs = sideNames.map((name) =>
    partsOf(compare, compare[name].value.session.value, (tNs) => axisAt(alignment, clock, name, tNs)),
  );
  for (const run of compare.extraRuns) runs.push(extraParts(compare, run.session.value));
  const { axisLength } = compare.watch.value;
  const first = compare.divergences.value[0]?.divergence;
  const divergence = first === undefined ? null : (compare.parting.value.differences[first] ?? null);
  return layOverview({ alignment, clock, axisLength, widthPx, divergence }, runs);
}

/** A run beside the two that are compared, laid on their axis by what it shares with the first. */
function extraParts(compare: CompareSession, session: CellSession): RunParts {
  const both = compare.alignment.value;
  const clock = compare.clock.value;
  const steps = clock === 'step' ? stepsOf(session.transcript.value) : [];
  const third = alignRuns(
    { steps: both.a, lengthNs: both.aLengthNs, name: '' },
    { steps, lengthNs: session.playback.lengthNs.value, name: '' },
  );
  return partsOf(compare, session, (tNs) => extraRunAxisAt(both, third, clock, tNs));
}

function partsOf(compare: CompareSession, session: CellSession, axisOf: (tNs: number) => number): RunParts {
  const trace = session.trace.value;
  return {
    lengthNs: session.playback.lengthNs.value,
    trace,
    errors: trace?.errors ?? [],
    changes: session.changeMarks.value,
    // By step the columns say what was done.
    label: compare.clock.value === 'time' ? barLabels(session).label : null,
    missing: missingWords(session),
    axisOf,
  };
}

function missingWords(session: CellSession): string | null {
  const phase = session.phase.value.phase;
  if (phase === 'loading') return 'loading…';
  if (phase === 'not-found') return 'no such cell';
  if (phase === 'failed') return 'could not be loaded';
  if (session.traceError.value) return 'spans could not be loaded';
  return (session.trace.value?.columns.count ?? 0) === 0 ? 'no span was recorded' : null;
}
