// One sweep as a card: how it stands among those of its stem, its pass rate and how sure that is, what its cells came
// to, cost and time; then the newest few of its runs, and the ways to the others.
import type { SweepSummary } from '../../../shared/wire.ts';
import { glanceLength } from '../../model/cells/latest-runs.ts';
import {
  costText,
  differenceOf,
  intervalText,
  outcomeSentence,
  rateText,
  sizeText,
} from '../../model/cells/sweep-card-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import { isFiltered, narrowedHref, trends } from '../../state/cells/front-session.ts';
import { sweepHref } from '../../state/page/address.ts';
import { comparisonHref } from '../../state/sweep/comparison-session.ts';
import { OutcomeBar } from '../parts/outcome-bar.tsx';
import { CellRow } from './cell-row.tsx';
import { TrendLine } from './trend-line.tsx';
import './sweep-card.css';

export function SweepCard({ summary }: { summary: SweepSummary }) {
  const name = shownLine(summary.id);
  const trend = trends.value.get(summary.id);
  const difference = differenceOf(trend);
  const cost = costText(summary);
  const rows = summary.rows ?? [];
  const rate = rateText(summary);
  return (
    <section class="sweep-card" aria-label={`Sweep ${name}`}>
      <header class="sweep-card-head">
        <div class="sweep-name">
          <h3>
            <a href={sweepHref(summary.id)} data-page title={name}>
              {name}
            </a>
          </h3>
          <p>
            {sizeText(summary)}
            {summary.baseline && ', the baseline'}
          </p>
        </div>
        <TrendLine trend={trend} />
        <div class="sweep-rate">
          <b>{rate ?? '–'}</b>
          <span>{rate === null ? 'no attempt counts' : intervalText(summary)}</span>
        </div>
        <div class="sweep-outcomes">
          <OutcomeBar outcomes={summary.outcomes} />
          <span>{outcomeSentence(summary)}</span>
        </div>
        <Fact name="Cost" title={cost?.title ?? 'not recorded'} text={cost?.text ?? null} />
        <Fact
          name="Median time"
          title="of all its runs"
          text={summary.medianMs === null ? null : glanceLength(summary.medianMs)}
        />
        <div class="sweep-fact difference">
          {difference && (
            <>
              <span>Against former</span>
              <b class={difference.direction} title={`against ${shownLine(difference.former)}`}>
                {difference.text}
              </b>
            </>
          )}
        </div>
      </header>
      {rows.length > 0 && (
        <ul>
          {rows.map((cell) => (
            <CellRow key={cell.id} cell={cell} />
          ))}
        </ul>
      )}
      <p class="sweep-ways">
        <a href={narrowedHref(summary.id)} data-page>
          {moreWords(summary, rows.length)}
          <span class="sr-only"> of {name}</span>
        </a>
        <a href={`${sweepHref(summary.id)}?view=charts`} data-page>
          Charts<span class="sr-only"> of {name}</span>
        </a>
        {difference && (
          <a href={comparisonHref(summary.id, difference.former)} data-page>
            Compare with {shownLine(difference.former, 60)}
          </a>
        )}
      </p>
    </section>
  );
}

/** "11,518 more in the matrix"; under a filter how many of them fit. */
function moreWords({ cells, matches }: SweepSummary, shown: number): string {
  if (isFiltered.value && matches !== undefined && matches > shown)
    return `${formatCount(matches - shown)} more that fit, of ${plural(cells, 'run')}`;
  return cells > shown && shown > 0 ? `${formatCount(cells - shown)} more in the matrix` : 'Open the matrix';
}

function Fact({ name, text, title }: { name: string; text: string | null; title: string }) {
  return (
    <div class="sweep-fact" title={title}>
      <span>{name}</span>
      <b>{text ?? <span class="missing">not recorded</span>}</b>
    </div>
  );
}

export function SweepCardSkeleton() {
  return (
    <div class="sweep-card" aria-hidden="true">
      <div class="sweep-card-head">
        <div class="sweep-name">
          <span class="skeleton wide" />
        </div>
      </div>
    </div>
  );
}
