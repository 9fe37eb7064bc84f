// Two sweeps held against each other: the verdict and the command that gives it, which pairs flipped, differences on one
// zero line, the trend of the stem, and the tasks that changed, each with two runs to play at once.
import { useEffect, useMemo } from 'preact/hooks';
import { pWords } from '../../../shared/judge/compare-sweeps.ts';
import type { ComparisonJson, JudgementJson } from '../../../shared/judge/judgement-json.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import {
  type ChangedPair,
  changedBetween,
  changedIn,
  changedViews,
  checkCommand,
  configurationsOf,
  type DifferenceRow,
  differenceRows,
  exitCode,
  signed,
} from '../../model/sweep/comparison-rows.ts';
import { cellsHref, sweepHref } from '../../state/page/address.ts';
import { isMissing } from '../../state/page/loadable.ts';
import { navigate } from '../../state/page/route.ts';
import { ComparisonSession, comparisonHref } from '../../state/sweep/comparison-session.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { OutcomeMark } from '../parts/icons.tsx';
import { NotFound, Trouble } from '../parts/notice.tsx';
import { ComparisonTrend } from './comparison-trend.tsx';
import './sweep-comparison.css';

const MOST_SHOWN = 100;
const MOST_MARKS = 6;

export function SweepComparison({ sweep, baseline }: { sweep: string; baseline: string }) {
  const session = useMemo(() => new ComparisonSession(sweep, baseline), [sweep, baseline]);
  useEffect(() => {
    document.title = `${shownLine(sweep)} against ${shownLine(baseline)} · Playhead`;
    return () => session.close();
  }, [session]);
  const load = session.load.value;
  const judgement = session.judgement.value;
  const missing = isMissing(load);
  return (
    <div class="sweep-comparison">
      <TitleBar>
        <nav class="sweep-where" aria-label="Breadcrumb">
          <a href={cellsHref()} data-page>
            Sweeps
          </a>
          <i aria-hidden="true">/</i>
          <a href={sweepHref(sweep)} data-page>
            {shownLine(sweep)}
          </a>
          <i aria-hidden="true">/</i>
          <span aria-current="page">Compare</span>
        </nav>
      </TitleBar>
      <main>
        <h1 class="sr-only">
          {shownLine(sweep)} against {shownLine(baseline)}
        </h1>
        {missing ? (
          <NotFound title="There is no such sweep" detail={shownLine(`${sweep}, ${baseline}`)} />
        ) : load.phase === 'failed' ? (
          <Trouble error={load.error} onRetry={() => void session.ask()} />
        ) : judgement?.against ? (
          <Compared session={session} judgement={judgement} comparison={judgement.against} />
        ) : (
          <p class="comparison-waits" role="status">
            Judging…
          </p>
        )}
      </main>
    </div>
  );
}

interface ComparedProps {
  readonly session: ComparisonSession;
  readonly judgement: JudgementJson;
  readonly comparison: ComparisonJson;
}

function Compared({ session, judgement, comparison }: ComparedProps) {
  const { sweep, baseline } = session;
  const [head, ...rest] = comparison.sentence.split(': ');
  return (
    <>
      <div class="comparison-head">
        <Choice
          label="Before"
          value={baseline}
          names={namesOf(judgement, sweep)}
          onChoose={(name) => navigate(comparisonHref(sweep, name))}
        />
        <Choice
          label="After"
          value={sweep}
          names={namesOf(judgement, baseline)}
          onChoose={(name) => navigate(comparisonHref(name, baseline))}
        />
        <button
          type="button"
          class="button quiet"
          title="Swap before and after"
          onClick={() => navigate(comparisonHref(baseline, sweep))}
        >
          Swap
        </button>
        <dl class="comparison-facts">
          <div>
            <dt>Compared</dt>
            <dd>
              {plural(comparison.tasks.paired, 'task')} of both,{' '}
              {plural(comparison.configurations.length, 'configuration')}
            </dd>
          </div>
          <div>
            <dt>Changed in between</dt>
            <dd>{changedBetween(comparison)}</dd>
          </div>
        </dl>
        <CopyButton
          text={checkCommand(sweep, baseline)}
          what="the command of the gate"
          label="Copy for CI"
          class="button"
        />
      </div>
      <p class={`comparison-verdict ${comparison.verdict.replaceAll(' ', '-')}`}>
        <b>{head}</b>
        <span>{shownLine(rest.join(': '), 400)}</span>
        <code>{shownLine(checkCommand(sweep, baseline), 300)}</code>
        <span>exits with {exitCode(comparison.verdict)}</span>
      </p>
      <div class="comparison-cards">
        <Flips session={session} comparison={comparison} />
        <Differences comparison={comparison} />
        <ComparisonTrend trend={judgement.trend ?? []} sweep={sweep} baseline={baseline} />
      </div>
      <Changed {...{ session, judgement, comparison }} />
      {comparison.notes.map((note) => (
        <p key={note} class="comparison-note">
          {shownLine(note, 400)}
        </p>
      ))}
    </>
  );
}

/** Sweeps of the stem, and the one that is shown whatever its name. */
function namesOf({ trend = [] }: JudgementJson, other: string): string[] {
  return trend.map(({ sweep }) => sweep).filter((name) => name !== other);
}

function Choice({
  label,
  value,
  names,
  onChoose,
}: {
  label: string;
  value: string;
  names: readonly string[];
  onChoose: (name: string) => void;
}) {
  const all = names.includes(value) ? names : [value, ...names];
  return (
    <label class="comparison-choice">
      <span>{label}</span>
      <select value={value} onChange={(event) => onChoose(event.currentTarget.value)}>
        {all.map((name) => (
          <option key={name} value={name}>
            {shownLine(name, 80)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Flips({ session, comparison }: { session: ComparisonSession; comparison: ComparisonJson }) {
  const { bothPassed, lost, won, bothFailed, mixed, p } = comparison.flips;
  return (
    <section class="comparison-card" aria-label="Flips">
      <header>
        <h2>Flips</h2>
        <p>configuration × task, majority of attempts; p {pWords(p.either)}</p>
      </header>
      <table class="flips">
        <thead>
          <tr>
            <td />
            <th scope="col">passes after</th>
            <th scope="col">fails after</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">passed before</th>
            <td>
              <b>{formatCount(bothPassed)}</b> still pass
            </td>
            <td class="lost">
              <b>{formatCount(lost)}</b>{' '}
              <button type="button" class="link" onClick={() => (session.view.value = 'worse')}>
                got lost
              </button>
            </td>
          </tr>
          <tr>
            <th scope="row">failed before</th>
            <td class="won">
              <b>{formatCount(won)}</b>{' '}
              <button type="button" class="link" onClick={() => (session.view.value = 'better')}>
                were won
              </button>
            </td>
            <td>
              <b>{formatCount(bothFailed)}</b> still fail
            </td>
          </tr>
        </tbody>
      </table>
      {mixed > 0 && <p class="comparison-foot">{plural(mixed, 'pair')} stood even on one side.</p>}
    </section>
  );
}

const LINE_PX = 200;

function Differences({ comparison }: { comparison: ComparisonJson }) {
  const rows = differenceRows(comparison);
  const ends = rows.flatMap(({ change }) => (change ? [Math.abs(change.low), Math.abs(change.high)] : []));
  const most = Math.max(5, ...ends);
  return (
    <section class="comparison-card" aria-label="Differences">
      <header>
        <h2>Differences</h2>
        <p>with {Math.round(100 * comparison.level)} % intervals; medians of an attempt, paired by task</p>
      </header>
      <table class="differences">
        <tbody>
          {rows.map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td class="n">{row.before}</td>
              <td class="n">
                <b>{row.after}</b>
              </td>
              <td>
                <ZeroLine row={row} most={most} />
              </td>
              <td class={`n ${row.tone}`}>{row.text ?? 'cannot be told'}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

/** All rows on one zero, in points or percent. */
function ZeroLine({ row: { change, tone }, most }: { row: DifferenceRow; most: number }) {
  const x = (value: number) => LINE_PX / 2 + (value / most) * (LINE_PX / 2 - 6);
  return (
    <svg class={`zero-line ${tone}`} viewBox={`0 0 ${LINE_PX} 24`} aria-hidden="true">
      <path class="zero" d={`M${LINE_PX / 2} 0V24`} />
      {change && (
        <>
          <path d={`M${x(change.low)} 12H${x(change.high)}`} />
          <circle cx={x(change.value)} cy={12} r={4} />
        </>
      )}
    </svg>
  );
}

function Changed({ session, judgement, comparison }: ComparedProps) {
  const shown = changedIn(comparison, session.view.value);
  return (
    <section class="comparison-card tasks" aria-label="Tasks that changed">
      <header>
        <h2>Tasks</h2>
        <fieldset class="segments">
          <legend class="sr-only">Which tasks</legend>
          {changedViews.map((view) => (
            <button
              key={view}
              type="button"
              aria-pressed={session.view.value === view}
              onClick={() => (session.view.value = view)}
            >
              {view === 'all' ? 'All' : `${view[0]?.toUpperCase()}${view.slice(1)}`}{' '}
              <span class="count">{formatCount(changedIn(comparison, view).length)}</span>
            </button>
          ))}
        </fieldset>
        {comparison.changedCount > comparison.changed.length && (
          <p>
            the {formatCount(comparison.changed.length)} least likely of{' '}
            {formatCount(comparison.changedCount)}
          </p>
        )}
      </header>
      {session.problem.value !== null && <p role="alert">{shownLine(session.problem.value, 300)}</p>}
      {shown.length === 0 ? (
        <p class="comparison-foot">No task changed so.</p>
      ) : (
        <ul>
          {shown.slice(0, MOST_SHOWN).map((pair) => (
            <Pair key={`${pair.configuration} ${pair.task}`} {...{ session, judgement, comparison, pair }} />
          ))}
        </ul>
      )}
      {shown.length > MOST_SHOWN && (
        <p class="comparison-foot">
          {formatCount(shown.length - MOST_SHOWN)} more are in the judgement’s CSV.
        </p>
      )}
    </section>
  );
}

function Pair({ session, judgement, comparison, pair }: ComparedProps & { pair: ChangedPair }) {
  const configuration = configurationsOf(judgement, comparison, pair);
  const { before, after } = pair;
  const points = 100 * (after.c / after.n - before.c / before.n);
  const who = [configuration?.agent, configuration?.model].filter((part) => part).join(' × ');
  return (
    <li>
      <span class="pair-task" title={pair.task}>
        {shownLine(pair.task, 120)}
      </span>
      <span class="pair-who">{shownLine(who, 120)}</span>
      <span class={`num ${pair.direction}`}>{signed(points)}</span>
      <span class="pair-marks">
        <Marks {...before} />
        <svg viewBox="0 0 14 10" aria-hidden="true">
          <path d="M1 5h11M8.5 1.5 12 5 8.5 8.5" />
        </svg>
        <span class="sr-only">then</span>
        <Marks {...after} />
      </span>
      <span class="num pair-p">p {pWords(pair.p)}</span>
      <button type="button" class="link" onClick={() => void session.playBoth(pair)}>
        Both
        <span class="sr-only">
          {' '}
          runs of {shownLine(pair.task, 120)} by {shownLine(who, 120)}
        </span>
      </button>
    </li>
  );
}

/** "✓✓✗": those that passed first. */
function Marks({ n, c }: { readonly n: number; readonly c: number }) {
  return (
    <span class="pair-attempts">
      {n <= MOST_MARKS &&
        Array.from({ length: n }, (_, at) => <OutcomeMark key={at} outcome={at < c ? 'passed' : 'failed'} />)}
      <span class={n <= MOST_MARKS ? 'sr-only' : 'num'}>
        {c} of {n}
      </span>
    </span>
  );
}
