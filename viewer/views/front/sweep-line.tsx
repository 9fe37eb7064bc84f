// One sweep in a line: its name, what its cells came to, how large it is, when it ran. The name leads to its
// matrix.
import type { SweepSummary } from '../../../shared/wire.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import { sweepHref } from '../../state/page/address.ts';
import { OutcomeBar } from '../parts/outcome-bar.tsx';
import { formatStarted, isoOf } from '../parts/wall-clock.ts';
import './sweep-line.css';

export function SweepLine({ sweep, summary }: { sweep: string; summary: SweepSummary | null }) {
  const name = shownLine(sweep);
  return (
    <header class="sweep-line">
      <h2>
        <a href={sweepHref(sweep)} data-page title={name}>
          {name}
        </a>
      </h2>
      {summary && (
        <>
          <OutcomeBar outcomes={summary.outcomes} />
          <span class="sweep-passed">{passedWords(summary)}</span>
          <span class="sweep-size">{sizeWords(summary)}</span>
          <span class="sweep-when">
            {summary.startNs !== null && (
              <time dateTime={isoOf(summary.startNs)}>{formatStarted(summary.startNs)}</time>
            )}
          </span>
        </>
      )}
      <a class="sweep-open" href={sweepHref(sweep)} data-page aria-label={`Open the matrix of ${name}`}>
        Open the matrix
      </a>
    </header>
  );
}

function passedWords({ outcomes, cells }: SweepSummary): string {
  const count = (wanted: string) => outcomes.find(({ outcome }) => outcome === wanted)?.count ?? 0;
  const pending = count('unscored') + count('running');
  if (pending === cells)
    return count('running') > 0 ? `${formatCount(count('running'))} running` : 'not scored';
  const words = `${formatCount(count('passed'))} of ${formatCount(cells - pending)} passed`;
  return pending === 0 ? words : `${words}, ${formatCount(pending)} not scored`;
}

function sizeWords({ agents, models, tasks }: SweepSummary): string {
  const words = [plural(agents, 'agent')];
  if (models > 0) words.push(plural(models, 'model'));
  if (tasks > 0) words.push(plural(tasks, 'task'));
  return words.join(' · ');
}
