// What the squares' shapes and colours mean: the outcomes that occur, or the scale of the measure with its
// ends and the mark of doing nothing.

import { outcomeWord } from '../../../shared/outcome-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import type { Matrix } from '../../model/sweep/matrix.ts';
import {
  formatPercent,
  longValue,
  type MeasureScale,
  measureLabel,
  SCALE_STEPS,
} from '../../model/sweep/measure-scale.ts';
import { doingNothing } from '../../model/sweep/sweep-composite.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { ArrowKey } from '../parts/with-arrows.tsx';

export function MatrixLegend({ session, matrix }: { session: SweepSession; matrix: Matrix }) {
  const { measure, weights } = session.view.value;
  const scale = session.scale.value;
  const noted = session.index.value?.notes.some((count) => count > 0) ?? false;
  const isRate = measure === 'outcome' || measure === 'pass';
  const tried = measure === 'composite' && weights !== null;
  return (
    <footer class="matrix-legend">
      {isRate && matrix.total.mean !== null && <RateLegend mean={matrix.total.mean} />}
      {measure === 'outcome' ? (
        <ul class="outcome-legend" aria-label="Outcomes">
          {matrix.total.outcomes.map(([outcome]) => (
            <li key={outcome}>
              <span class={`square is-${outcome}`}>
                <OutcomeMark outcome={outcome} />
              </span>
              {outcomeWord(outcome)}
            </li>
          ))}
          {matrix.folds && (
            <li>
              <span class="square share">2/3</span>
              passed of several
            </li>
          )}
        </ul>
      ) : isRate ? null : scale ? (
        <ScaleLegend
          scale={scale}
          label={tried ? 'Composite by tried weights' : measureLabel(measure)}
          floor={measure === 'composite' ? doingNothing(session.weights()) : null}
        />
      ) : (
        <span>{shownLine(measureLabel(measure))}: not recorded in any cell</span>
      )}
      {noted && (
        <span class="legend-noted">
          <i class="noted" /> records contradict each other
        </span>
      )}
      <span class="legend-keys" aria-hidden="true">
        <ArrowKey direction="left" />
        <ArrowKey direction="right" />
        <kbd>↑</kbd>
        <kbd>↓</kbd> move
        <kbd>Enter</kbd> open <kbd>p</kbd> play a failure
      </span>
    </footer>
  );
}

function RateLegend({ mean }: { mean: number }) {
  return (
    <div class="scale-legend">
      <span>fewer pass</span>
      <span class="scale-steps" aria-hidden="true">
        {Array.from({ length: SCALE_STEPS }, (_, step) => (
          <i key={step} class={`step rate-${step + 1}`} />
        ))}
      </span>
      <span>more pass than the mean of {formatPercent(mean)}</span>
    </div>
  );
}

function ScaleLegend({ scale, label, floor }: { scale: MeasureScale; label: string; floor: number | null }) {
  const reach = scale.high - scale.low;
  const at = floor === null || reach <= 0 ? null : (floor - scale.low) / reach;
  return (
    <div class="scale-legend">
      <b>{shownLine(label)}</b>
      <span>{longValue(scale.unit, scale.low)}</span>
      <span class="scale-steps" aria-hidden="true">
        {Array.from({ length: SCALE_STEPS }, (_, step) => (
          <i key={step} class={`step-${step}`} />
        ))}
        {at !== null && at >= 0 && at <= 1 && <i class="floor" style={{ left: `${at * 100}%` }} />}
      </span>
      <span>
        {longValue(scale.unit, scale.high)}
        {scale.logarithmic && ', by powers'}
      </span>
      {floor !== null && (
        <span class="legend-floor">
          <i class="below" /> below {floor.toFixed(2)}, which doing nothing gets
        </span>
      )}
    </div>
  );
}
