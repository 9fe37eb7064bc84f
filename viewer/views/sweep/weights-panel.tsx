// The composite taken apart over the sweep: what each part adds on the mean, a row a key, what doing nothing
// would get as a line, and weights to try. Tried weights colour the matrix and are named as tried.
import { useComputed } from '@preact/signals';
import { type CompositeKey, compositeKeys } from '../../../shared/composite.ts';
import { compositeWeights } from '../../../shared/score.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatRatio } from '../../model/display/format.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { compositeLabels } from '../../model/scores/composite-parts.ts';
import { withWeight } from '../../model/scores/tried-weights.ts';
import { doingNothing, type MeanParts, meanParts } from '../../model/sweep/sweep-composite.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { PanelHead } from './panel-head.tsx';
import './weights-panel.css';

const MOST = 60;

export function WeightsPanel({ session }: { session: SweepSession }) {
  const weights = session.weights();
  const tried = session.view.value.weights !== null;
  const rows = useComputed(() => {
    const index = session.index.value;
    const matrix = session.matrix.value;
    if (!index || !matrix) return [];
    const used = session.weights();
    return matrix.rows
      .slice(0, MOST)
      .map(({ key, total }) => ({ key, count: total.count, mean: meanParts(index, used, total.members) }));
  });
  const more = (session.matrix.value?.rows.length ?? 0) - rows.value.length;
  return (
    <aside class="sweep-panel" aria-label="Composite">
      <PanelHead session={session} title="Composite, taken apart" />
      <p class="side-note">
        Mean of what each part adds. The line is {formatRatio(doingNothing(weights), 2)}: what ending at once
        and changing nothing gets. A part without a value counts as the best there is.
      </p>
      <ul class="parts-legend" aria-hidden="true">
        {compositeKeys.map((key) => (
          <li key={key}>
            <i class={`part ${key}`} /> {compositeLabels[key]}
          </li>
        ))}
      </ul>
      <ul class="parts-rows">
        {rows.value.map(({ key, count, mean }) => (
          <Bar key={key} name={key} count={count} mean={mean} floor={doingNothing(weights)} />
        ))}
      </ul>
      {more > 0 && <p class="side-note">{formatCount(more)} more rows: filter to see them.</p>}
      <Weights session={session} />
      {tried && session.view.value.measure !== 'composite' && (
        <button type="button" class="button" onClick={() => session.show({ measure: 'composite' }, true)}>
          Colour the matrix by it
        </button>
      )}
    </aside>
  );
}

function Bar({ name, count, mean, floor }: { name: string; count: number; mean: MeanParts; floor: number }) {
  const { parts, sum, known } = mean;
  const words =
    parts && sum !== null
      ? compositeKeys.map((key) => `${compositeLabels[key]} ${formatRatio(parts[key], 3)}`).join(', ')
      : 'not recorded';
  return (
    <li title={`${shownLine(name, 300)}: ${words}`}>
      <span class="parts-name">{middleCut(name, 34) || 'none'}</span>
      <span class="parts-sum">
        {sum === null ? 'not recorded' : formatRatio(sum, 3)}
        {sum !== null && known < count && (
          <small>
            {' '}
            {formatCount(known)} of {formatCount(count)}
          </small>
        )}
      </span>
      {parts && (
        <span class="parts-bar">
          {compositeKeys.map((key) => (
            <i key={key} class={`part ${key}`} style={{ width: `${Math.max(0, parts[key]) * 100}%` }} />
          ))}
          <i class="parts-floor" style={{ left: `${floor * 100}%` }} />
        </span>
      )}
      <span class="sr-only">{words}</span>
    </li>
  );
}

function Weights({ session }: { session: SweepSession }) {
  const weights = session.weights();
  const tried = session.view.value.weights !== null;
  const set = (key: CompositeKey, share: number) => session.tryWeights(withWeight(weights, key, share));
  return (
    <fieldset class="weights">
      <legend>{tried ? 'Tried weights' : 'Weights to try'}</legend>
      {compositeKeys.map((key) => (
        <label key={key}>
          <span>{compositeLabels[key]}</span>
          <input
            type="range"
            min={0}
            max={1}
            step={0.05}
            value={weights[key]}
            onInput={(event) => set(key, Number(event.currentTarget.value))}
          />
          <output>{formatRatio(weights[key], 2)}</output>
          <small>{formatRatio(compositeWeights[key], 2)}</small>
        </label>
      ))}
      <button type="button" class="link" disabled={!tried} onClick={() => session.tryWeights(null)}>
        Back to the recorded weights
      </button>
    </fieldset>
  );
}
