// A sweep: what it amounts to, its cells as a matrix or a list under the same filters, how failures
// group, and what the composite is made of. The address holds all of the view.
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { differenceOf } from '../../model/cells/sweep-card-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount } from '../../model/display/format.ts';
import { costWords, medianWords, tokenWords, totalsWords } from '../../model/sweep/sweep-totals.ts';
import { cellsHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { isMissing } from '../../state/page/loadable.ts';
import { queryValue, route } from '../../state/page/route.ts';
import { comparisonHref } from '../../state/sweep/comparison-session.ts';
import { SweepSession } from '../../state/sweep/sweep-session.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { lazy } from '../parts/lazy.tsx';
import { NotFound, Nothing, Trouble } from '../parts/notice.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { ExportMenu } from './export-menu.tsx';
import { FailureGroupsPanel } from './failure-groups-panel.tsx';
import { MatrixGrid } from './matrix-grid.tsx';
import { MatrixLegend } from './matrix-legend.tsx';
import { SweepControls } from './sweep-controls.tsx';
import { SweepList } from './sweep-list.tsx';
import { WeightsPanel } from './weights-panel.tsx';
import '../parts/skeleton.css';
import './sweep-page.css';

const SweepCharts = lazy(() => import('./sweep-charts.tsx').then((module) => module.SweepCharts));

const SweepComparison = lazy(
  () => import('./sweep-comparison.tsx').then((module) => module.SweepComparison),
  <TitleBar />,
);

/** A sweep, or where the address names another one, the two held against each other. */
export function SweepPage({ sweep }: { sweep: string }) {
  // Another address of the same sweep may name another one.
  void route.value;
  const baseline = queryValue('against');
  if (baseline) return <SweepComparison key={baseline} sweep={sweep} baseline={baseline} />;
  return <OneSweep sweep={sweep} />;
}

function OneSweep({ sweep }: { sweep: string }) {
  const session = useMemo(() => new SweepSession(sweep), [sweep]);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    document.title = `${shownLine(sweep)} · Playhead`;
    return () => session.close();
  }, [session]);
  useKeys((key) => {
    if (key === '/') field.current?.focus();
    else if (key === '?') helpOpen.value = true;
    else return false;
    return true;
  });
  const load = session.load.value;
  const missing = isMissing(load);
  return (
    <div class="sweep-page">
      <TitleBar>
        <nav class="sweep-where" aria-label="Breadcrumb">
          <a href={cellsHref()} data-page>
            Sweeps
          </a>
          <i aria-hidden="true">/</i>
          <span aria-current="page">{shownLine(sweep)}</span>
        </nav>
      </TitleBar>
      <main>
        {missing ? (
          <NotFound title="There is no such sweep" detail={shownLine(sweep)} />
        ) : load.phase === 'failed' && !session.index.value ? (
          <Trouble error={load.error} onRetry={() => void session.ask()} />
        ) : (
          <Sweep session={session} field={field} />
        )}
      </main>
    </div>
  );
}

interface Parts {
  readonly session: SweepSession;
  readonly field: preact.RefObject<HTMLInputElement | null>;
}

function Sweep({ session, field }: Parts) {
  const { panel } = session.view.value;
  const shown = session.shown.value;
  return (
    <>
      <SweepHead session={session} />
      <SweepControls session={session} field={field} />
      <div class={`sweep-body${panel ? ' with-panel' : ''}`}>
        <section
          class="sweep-cells"
          aria-label={shown === 'list' ? 'List' : shown === 'charts' ? 'Charts' : 'Matrix'}
        >
          <Loaded session={session} />
        </section>
        {panel === 'failures' && <FailureGroupsPanel session={session} />}
        {panel === 'composite' && <WeightsPanel session={session} />}
      </div>
    </>
  );
}

function Loaded({ session }: { session: SweepSession }) {
  const index = session.index.value;
  const matrix = session.matrix.value;
  if (!index || !matrix) return <MatrixSkeleton />;
  if (index.length === 0)
    return (
      <Nothing title="This sweep holds no run">Its runs were deleted, or none was recorded yet.</Nothing>
    );
  if (matrix.count === 0)
    return (
      <Nothing title="No run fits these filters">
        <button type="button" class="link" onClick={() => session.clearFilters()}>
          Show all {formatCount(index.length)} runs
        </button>
      </Nothing>
    );
  if (session.shown.value === 'charts') return <SweepCharts session={session} index={index} />;
  return session.shown.value === 'list' ? (
    <SweepList session={session} index={index} matrix={matrix} />
  ) : (
    <>
      <MatrixGrid session={session} index={index} matrix={matrix} />
      <MatrixLegend session={session} matrix={matrix} />
    </>
  );
}

function SweepHead({ session }: { session: SweepSession }) {
  const difference = differenceOf(session.trend.value ?? undefined);
  const index = session.index.value;
  const totals = session.totals.value;
  return (
    <header class="sweep-head-line">
      <div class="sweep-title">
        <h1 title={session.sweep}>{shownLine(session.sweep)}</h1>
        <ExportMenu session={session} />
      </div>
      <p class="sweep-sentence" role="status">
        {totals ? totalsWords(totals).join(' · ') : <span class="skeleton wide" />}
      </p>
      <dl class="sweep-facts">
        <Fact name="Runs">
          {totals && index && formatCount(totals.cells)}
          {totals && index && totals.cells < index.length && <small> of {formatCount(index.length)}</small>}
        </Fact>
        <Named name="Agents" keys={index?.keys('agent')} />
        <Named name="Models" keys={index?.keys('model')} />
        <Named name="Tasks" keys={index?.keys('task')} />
        <Fact name="Median wall" unknown={totals?.medianMs === null}>
          {totals && medianWords(totals)}
        </Fact>
        <Fact name="Tokens" unknown={totals?.tokens === null}>
          {totals && tokenWords(totals)}
        </Fact>
        <Fact name="Cost" unknown={totals !== null && costWords(totals) === 'not recorded'}>
          {totals && costWords(totals)}
        </Fact>
        {difference && (
          <Fact name="Against former">
            <a
              class={`against ${difference.direction}`}
              href={comparisonHref(session.sweep, difference.former)}
              data-page
              title={`Compare with ${shownLine(difference.former)}`}
            >
              {difference.text}
            </a>
          </Fact>
        )}
      </dl>
    </header>
  );
}

/** How many of an axis are named. A cell without a part has the key "", which is no model and no task. */
function Named({ name, keys }: { name: string; keys: readonly string[] | undefined }) {
  const count = keys?.filter((key) => key !== '').length;
  return (
    <Fact name={name} unknown={count === 0}>
      {count === undefined ? null : count === 0 ? 'none named' : formatCount(count)}
    </Fact>
  );
}

function Fact({
  name,
  unknown = false,
  children,
}: {
  name: string;
  unknown?: boolean;
  children: preact.ComponentChildren;
}) {
  return (
    <div class={unknown ? 'unknown' : undefined}>
      <dt>{name}</dt>
      <dd>{children ?? <span class="skeleton short" />}</dd>
    </div>
  );
}

function MatrixSkeleton() {
  return (
    <div class="matrix-skeleton" aria-hidden="true">
      {Array.from({ length: 8 }, (_, row) => (
        <div key={row}>
          <span class="skeleton wide" />
          {Array.from({ length: 12 }, (_, column) => (
            <i key={column} class="skeleton" />
          ))}
        </div>
      ))}
    </div>
  );
}
