// What is drawn of the runs' lanes, read from the comparison at a width: bars, errors, changes, the steps
// that both share and where they part, all in pixels. It refuses to draw.
import { alignRuns, axisAt, type CompareClock, stepsOf } from '../../model/compare/alignment.ts';
import { compareBars } from '../../model/compare/compare-bars.ts';
import { laneAxisAt } from '../../model/compare/compare-clock.ts';
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { type SideName, sideNames } from '../../state/compare/compare-side.ts';
import { barLabels } from '../timeline/bar-labels.ts';
import type { CompareDrawing, DrawnLane } from './draw-comparison.ts';

/** Reads signals: whoever draws is told when it is to draw again. */
export function readLanes(compare: CompareSession, widthPx: number): CompareDrawing {
  const alignment = compare.alignment.value;
  const clock = compare.clock.value;
  const { axisLength } = compare.watch.value;
  const px = (axis: number) => (axis / Math.max(axisLength, 1e-9)) * widthPx;
  const sideAt = (name: SideName) => (tNs: number) => axisAt(alignment, clock, name, tNs);
  const lanes = sideNames.map((name) =>
    drawnLane(compare[name].value.session.value, sideAt(name), px, clock),
  );
  for (const lane of compare.extraRuns) lanes.push(furtherLane(compare, lane.session.value, px));
  const first = alignment.divergences[compare.divergences.value[0]?.divergence ?? -1];
  return {
    clock,
    widthPx,
    axisLength,
    lanes,
    columns: clock === 'step' ? columnsOf(compare, px) : [],
    links: alignment.pairs.flatMap(({ a, b }, pair) => {
      const [stepA, stepB] = [alignment.a[a ?? -1], alignment.b[b ?? -1]];
      if (!stepA || !stepB) return [];
      if (clock === 'step') return [{ a: px(pair + 1), b: px(pair + 1) }];
      return [{ a: px(sideAt('a')(stepA.startNs)), b: px(sideAt('b')(stepB.startNs)) }];
    }),
    parting: first
      ? clock === 'step'
        ? { a: px(first.pair + 1), b: px(first.pair + 1) }
        : { a: px(first.aNs), b: px(first.bNs) }
      : null,
  };
}

/** By step: a column a step, named by what was done in it. */
function columnsOf(compare: CompareSession, px: (axis: number) => number): CompareDrawing['columns'] {
  const alignment = compare.alignment.value;
  const parting = compare.divergences.value[0]?.divergence ?? -1;
  return alignment.pairs.map(({ a, b }, pair) => {
    const step = alignment.a[a ?? -1] ?? alignment.b[b ?? -1];
    const label = step?.key === 'verify' ? 'verifier' : shownLine(step?.label ?? '', 60);
    return {
      x: px(pair + 1),
      width: px(1),
      label: label.replace(' · ', ' '),
      parts: alignment.divergences[parting]?.pair === pair,
      waits: a === null ? 'a' : b === null ? 'b' : null,
    };
  });
}

/** A run beside the two that are compared, laid on their axis by what it shares with the first. */
function furtherLane(compare: CompareSession, session: CellSession, px: (axis: number) => number): DrawnLane {
  const both = compare.alignment.value;
  const clock = compare.clock.value;
  const lengthNs = session.playback.lengthNs.value;
  const steps = clock === 'step' ? stepsOf(session.transcript.value) : [];
  const third = alignRuns(
    { steps: both.a, lengthNs: both.aLengthNs, name: '' },
    { steps, lengthNs, name: '' },
  );
  return drawnLane(session, (tNs) => laneAxisAt(both, third, clock, tNs), px, clock);
}

function drawnLane(
  session: CellSession,
  axisOf: (tNs: number) => number,
  px: (axis: number) => number,
  clock: CompareClock,
): DrawnLane {
  const trace = session.trace.value;
  const lengthNs = session.playback.lengthNs.value;
  const isStep = clock === 'step';
  // By step a run that waits stands at one moment over several columns: what ended before ended where it did.
  const endPx = (tNs: number) => px(axisOf(isStep ? Math.max(0, tNs - 1) : tNs));
  // And what begins with the run's last moment begins before the axis ends.
  const startPx = (tNs: number) => (tNs >= lengthNs ? endPx(tNs) : px(axisOf(tNs)));
  return {
    toPx: lengthNs > 0 ? Math.ceil(px(axisOf(lengthNs))) : 0,
    label: clock === 'time' ? barLabels(session).label : null,
    bars: trace ? compareBars(trace.columns, trace.lanes, { startPx, endPx }) : [],
    errorsPx: (trace?.errors ?? []).map(({ tNs }) => endPx(tNs)),
    changesPx: session.changeMarks.value.map(({ tNs }) => startPx(tNs)),
    missing: missingWords(session),
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
