// One sweep in a line: its name, what its cells came to, how large it is, when it ran. The name leads to its
// matrix.
import { type Standing, standingOf } from '../../../shared/judge/attempts.ts';
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

/** "4 of 6 attempts passed, 1 infrastructure failure left out": as the sweep's page and `playhead check` count. */
function passedWords({ outcomes, cells }: SweepSummary): string {
  const count = (wanted: string) => outcomes.find(({ outcome }) => outcome === wanted)?.count ?? 0;
  const standing = (wanted: Standing) =>
    outcomes.reduce((sum, { outcome, count: of }) => sum + (standingOf(outcome) === wanted ? of : 0), 0);
  const [attempts, leftOut, open] = [standing('attempt'), standing('left out'), standing('open')];
  if (open === cells) return count('running') > 0 ? `${formatCount(count('running'))} running` : 'not scored';
  const passed = `${formatCount(count('passed'))} of ${plural(attempts, 'attempt')} passed`;
  const words = [attempts === 0 ? 'no attempt' : passed];
  if (leftOut > 0) words.push(`${plural(leftOut, 'infrastructure failure')} left out`);
  if (open > 0) words.push(`${formatCount(open)} not judged`);
  return words.join(', ');
}

function sizeWords({ agents, models, tasks }: SweepSummary): string {
  const words = [plural(agents, 'agent')];
  if (models > 0) words.push(plural(models, 'model'));
  if (tasks > 0) words.push(plural(tasks, 'task'));
  return words.join(' · ');
}
