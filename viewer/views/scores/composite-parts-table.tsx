// What the composite is made of: each part's value, weight and share, what doing nothing would have got, and
// weights to try, kept in the address. What is tried is named as tried: the record's own number stays as it is.
import { signal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import type { CompositeKey, CompositeWeights } from '../../../shared/composite.ts';
import { formatRatio } from '../../model/display/format.ts';
import { type CompositePart, type CompositeParts, takeApart } from '../../model/scores/composite-parts.ts';
import { readWeights, sameWeights, weightsText, withWeight } from '../../model/scores/tried-weights.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { keepValue, queryValue } from '../../state/page/route.ts';
import { GradeDot } from '../parts/icons.tsx';
import './composite-parts-table.css';

/** Of the query that holds the weights; a sweep's page reads the same. */
const QUERY = 'weights';

export function CompositePartsTable({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const triedNow = useMemo(() => signal(readWeights(queryValue(QUERY))), []);
  const tried = triedNow.value;
  const recorded = useMemo(() => (detail ? takeApart(detail.scores, detail.durationMs) : null), [detail]);
  const taken = useMemo(
    () => (detail && tried ? takeApart(detail.scores, detail.durationMs, tried) : recorded),
    [detail, tried, recorded],
  );
  if (!taken || !recorded) return null;
  const own = weightsOf(recorded);
  const use = (weights: CompositeWeights | null) => {
    const kept = weights && !sameWeights(weights, own) ? weights : null;
    triedNow.value = kept;
    keepValue(QUERY, kept && weightsText(kept));
  };
  return (
    <div class="composite">
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col" class="weight">
              {tried ? 'Tried weight' : 'Weight'}
            </th>
            <th scope="col" class="number">
              Adds
            </th>
          </tr>
        </thead>
        <tbody>
          {taken.parts.map((part) => (
            <Part
              key={part.key}
              part={part}
              onWeight={(key, share) => use(withWeight(weightsOf(taken), key, share))}
            />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              {tried ? 'Sum with the tried weights' : 'Sum'}
              {taken.refusalFactor !== 1 && ', halved: a refusal was expected and not produced'}
            </th>
            <td class="number">{taken.sum === null ? 'not known' : formatRatio(taken.sum, 3)}</td>
          </tr>
        </tfoot>
      </table>
      <SumBar taken={taken} />
      <p class="composite-note">
        {verdict(taken)} {differsFrom(recorded)}
        {tried && (
          <button type="button" class="link" onClick={() => use(null)}>
            Back to the recorded weights
          </button>
        )}
      </p>
    </div>
  );
}

function weightsOf({ parts }: CompositeParts): CompositeWeights {
  return Object.fromEntries(parts.map(({ key, weight }) => [key, weight])) as Record<CompositeKey, number>;
}

/** What the sum means beside an agent that did nothing. */
function verdict({ sum, doingNothing }: CompositeParts): string {
  const nothing = `Doing nothing at all would get ${formatRatio(doingNothing, 2)}`;
  if (sum === null) return `${nothing}.`;
  return sum < doingNothing ? `${nothing}: more than this run.` : `${nothing}.`;
}

function differsFrom({ sum, stated }: CompositeParts): string {
  if (sum === null || stated === null || Math.abs(sum - stated) <= 0.001) return '';
  return `The record says ${formatRatio(stated, 3)}, which these parts do not yield. `;
}

function Part({
  part,
  onWeight,
}: {
  part: CompositePart;
  onWeight: (key: CompositeKey, share: number) => void;
}) {
  return (
    <tr title={`${part.grade}: ${part.because}`}>
      <th scope="row">
        <GradeDot grade={part.grade} />
        {part.label}
        <span class="sr-only">, {part.grade}</span>
      </th>
      <td class="number">{part.value === null ? 'not known' : formatRatio(part.value, 3)}</td>
      <td class="weight">
        <label>
          <span class="sr-only">Weight of {part.label}</span>
          <input
            type="range"
            min={0}
            max={100}
            step={1}
            value={Math.round(part.weight * 100)}
            aria-valuetext={formatRatio(part.weight, 2)}
            onInput={(event) => onWeight(part.key, Number(event.currentTarget.value) / 100)}
          />
        </label>
        <span aria-hidden="true">{formatRatio(part.weight, 2)}</span>
      </td>
      <td class="number">{part.contribution === null ? '–' : formatRatio(part.contribution, 3)}</td>
    </tr>
  );
}

/** All of it from 0 to 1: what each part adds, one behind the other, and the line of doing nothing. */
function SumBar({ taken }: { taken: CompositeParts }) {
  const { parts, doingNothing } = taken;
  const adding = parts.filter(({ contribution }) => (contribution ?? 0) > 0);
  const words = adding
    .map(({ label, contribution }) => `${label} ${formatRatio(contribution, 3)}`)
    .join(', ');
  return (
    <div
      class="sum-bar"
      role="img"
      aria-label={`${words === '' ? 'Nothing adds' : words}; doing nothing ${formatRatio(doingNothing, 2)}`}
    >
      <div class="sum-parts">
        {adding.map(({ key, label, contribution }) => (
          <i
            key={key}
            title={`${label} adds ${formatRatio(contribution, 3)}`}
            style={{ width: `${Math.min(1, contribution ?? 0) * 100}%` }}
          >
            {(contribution ?? 0) >= 0.14 && label}
          </i>
        ))}
      </div>
      <span class="sum-nothing" style={{ left: `${Math.min(1, doingNothing) * 100}%` }}>
        <span>doing nothing</span>
      </span>
    </div>
  );
}
