// The cell page: header, terminal pane, tabs, dock, around one playhead. It opens the session, hands out the
// keys and folds on narrow screens; what is shown belongs to the parts.
import { useEffect, useMemo } from 'preact/hooks';
import type { CellAddress } from '../../../shared/cell-id.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { nextMark } from '../../model/timeline/track-marks.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { createCellView } from '../../state/cell/cell-view.ts';
import { openReplay } from '../../state/cell/replay.ts';
import { changesWrap, stepChange } from '../../state/changes/changes-reading.ts';
import { cellsHref, sweepHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { narrow, printing } from '../../state/page/media.ts';
import { dockHeight, readingWidth } from '../../state/page/pane-sizes.ts';
import { openRun } from '../../state/palette/open-palette.ts';
import { createDock, type Dock, followDock } from '../../state/timeline/dock-address.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { lazy } from '../parts/lazy.tsx';
import { NotFound, Trouble } from '../parts/notice.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { RunSearchField } from '../search/run-search-field.tsx';
import { TimelineDock } from '../timeline/timeline-dock.tsx';
import { runDockKey } from '../timeline/timeline-keys.ts';
import { CellHeader } from './cell-header.tsx';
import { CellSkeleton } from './cell-skeleton.tsx';
import { Stage, switchStage } from './stage.tsx';
import { stageOf, type TabView, tabNames } from './tabs.ts';
import { TabsPane } from './tabs-pane.tsx';
import './cell-page.css';

const PrintReport = lazy(() => import('./print-report.tsx').then((module) => module.PrintReport));
// Nobody drags what is not drawn; its column has its width without it.
const Splitter = lazy(() => import('../parts/splitter.tsx').then((module) => module.Splitter));

export function CellPage({ address, onReload }: { address: CellAddress; onReload: () => void }) {
  const parts = useMemo(() => {
    const replay = openReplay(address);
    const view = createCellView(replay.session, replay.poster, tabNames, stageOf);
    return { replay, view, dock: createDock(replay, narrow) };
  }, [address]);
  const { replay, view, dock } = parts;
  const { session } = replay;
  useEffect(() => {
    const stops = [view.follow(), followDock(session, dock)];
    return () => {
      for (const stop of stops) stop();
      replay.close();
    };
  }, [replay, view, dock]);
  const phase = session.phase.value;
  if (phase.phase === 'not-found')
    return (
      <Framed>
        <NotFound
          title="No such cell"
          detail={address.id ?? `${address.agent}/${address.model}/${address.task}`}
        />
      </Framed>
    );
  if (phase.phase === 'failed')
    return (
      <Framed>
        <Trouble error={phase.error} onRetry={onReload} />
      </Framed>
    );
  return <Page session={session} view={view} dock={dock} />;
}

function Framed({ children }: { children: preact.ComponentChildren }) {
  return (
    <>
      <TitleBar />
      <main>{children}</main>
    </>
  );
}

interface PageProps {
  readonly session: CellSession;
  readonly view: TabView;
  readonly dock: Dock;
}

function Page({ session, view, dock }: PageProps) {
  const detail = session.detail.value;
  useEffect(() => {
    if (detail) document.title = `${titleOf(session)} · Playhead`;
  }, [detail, session]);
  useEffect(() => {
    openRun.value = session;
    return () => {
      openRun.value = null;
    };
  }, [session]);
  useKeys((_, event) => runKey(event, { session, view, dock }));
  const onPlay = (fromNs: number) => {
    if (narrow.peek()) view.openTab('stage');
    dock.playback.playFrom(fromNs);
  };
  return (
    <div class={view.tab.value === null ? 'cell-page' : 'cell-page reads'} style={paneStyle()}>
      <TitleBar>
        <Breadcrumb session={session} />
        <RunSearchField session={session} view={view} />
      </TitleBar>
      <CellHeader session={session} view={view} onFailure={() => showWhy(session, view)} />
      {session.phase.value.phase === 'loading' ? (
        <CellSkeleton />
      ) : (
        <main class="cell-panes">
          {!narrow.value && <Stage session={session} poster={view.poster} onPlay={onPlay} />}
          {!narrow.value && <ReadingSplitter />}
          <TabsPane session={session} view={view} onPlay={onPlay} />
        </main>
      )}
      <TimelineDock session={session} dock={dock} />
      {printing.value && <PrintReport session={session} poster={view.poster} />}
    </div>
  );
}

/** What a reader made of the panes; the style has what the page makes of them. */
function paneStyle() {
  const [reading, dock] = [readingWidth.sizePx.value, dockHeight.sizePx.value];
  return {
    ...(reading !== null && { '--reading': `${reading}px` }),
    ...(dock !== null && { '--dock': `${dock}px` }),
  };
}

/** The terminal keeps 420 pixels, as the style says, too. */
function ReadingSplitter() {
  return (
    <Splitter
      label="Width of the reading column"
      upright
      size={readingWidth}
      pane={(line) => line.nextElementSibling}
      bounds={() => ({ minPx: 280, maxPx: Math.max(280, innerWidth - 420) })}
    />
  );
}

function titleOf(session: CellSession): string {
  const detail = session.detail.peek();
  if (!detail) return '';
  return shownLine(
    detail.model === null ? detail.id : `${detail.agent} × ${detail.model}, ${detail.task ?? ''}`,
  );
}

function Breadcrumb({ session }: { session: CellSession }) {
  const detail = session.detail.value ?? named(session.address);
  if (!detail) return null;
  const name = detail.task?.slice(detail.task.indexOf('/') + 1);
  return (
    <nav class="breadcrumb" aria-label="Breadcrumb">
      <a href={sweepHref(detail.sweep)} data-page>
        {shownLine(detail.sweep)}
      </a>
      {detail.family !== null && (
        <>
          <i aria-hidden="true">/</i>
          <a href={cellsHref(`${detail.family}/`)} data-page>
            {shownLine(detail.family)}
          </a>
        </>
      )}
      <i aria-hidden="true">/</i>
      <b>{shownLine(name ?? detail.id.slice(detail.sweep.length + 1))}</b>
    </nav>
  );
}

/** What the address alone says of where a cell stands; null where it does not name all of it. */
function named({ id, sweep, task }: CellAddress) {
  if (id === null || sweep === null || task === null) return null;
  return { id, sweep, task, family: task.includes('/') ? task.slice(0, task.indexOf('/')) : null };
}

/** The keys of the page. @returns whether the key was one of them */
function runKey(event: KeyboardEvent, page: PageProps): boolean {
  switch (event.key) {
    case 'e':
      if (page.view.poster.offered.peek() === 'why') showWhy(page.session, page.view);
      else jumpToError(page, 1);
      return true;
    case 'n':
      jumpToError(page, 1);
      return true;
    case 'N':
      jumpToError(page, -1);
      return true;
    case 'v':
      switchStage(page.session);
      return true;
    case 'w':
      changesWrap.value = !changesWrap.peek();
      return true;
    case '{':
    case '}':
      stepChange(page.session, event.key === '{' ? -1 : 1);
      return true;
    case 'Enter':
      return openSpan(page);
    case '[':
    case ']':
      if (page.session.drawer.row.peek() < 0) return runDockKey(event, page);
      page.session.drawer.step(event.key === '[' ? -1 : 1);
      return true;
    case 'Escape':
      if (page.session.drawer.row.peek() >= 0) {
        page.session.drawer.close();
        return true;
      }
      if (page.view.poster.shown.peek() !== 'why') return runDockKey(event, page);
      page.view.poster.dismiss();
      return true;
    case '/':
      page.session.search.ask(null);
      return true;
    case '?':
      helpOpen.value = true;
      return true;
    default:
      return runDockKey(event, page);
  }
}

/** Lays the span at the playhead open. */
function openSpan({ session }: PageProps): boolean {
  const row = session.playback.row.peek();
  session.drawer.open(row);
  return row >= 0;
}

function jumpToError({ session }: PageProps, direction: 1 | -1): void {
  const errors = session.trace.peek()?.errors ?? [];
  const { playback } = session;
  const mark = nextMark(errors, playback.positionNs.peek(), direction);
  if (mark && mark.row >= 0) playback.selectAt(mark.row, mark.tNs);
  else if (mark) playback.seek(mark.tNs);
}

/** The last picture before the failure, with the reasons; on a narrow screen they are a tab. */
function showWhy({ stage }: CellSession, { poster, openTab }: TabView): void {
  stage.value = 'run';
  poster.show('why');
  if (narrow.peek()) openTab('why');
}
