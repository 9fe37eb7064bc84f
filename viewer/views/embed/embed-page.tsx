// The player in a frame of somebody's page: what became of a cell, its screen at a chosen moment, a transport
// and one line of time. It opens at rest, writes no URL, and leads to the whole page in a window of its own.
import { useEffect, useMemo } from 'preact/hooks';
import type { CellAddress } from '../../../shared/cell-id.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import { openReplay, type Replay } from '../../state/cell/replay.ts';
import { cellHref } from '../../state/page/address.ts';
import { queryValue } from '../../state/page/route.ts';
import { themeEpoch } from '../../state/page/settings.ts';
import { followHost, parentHost } from '../../state/share/embed-bridge.ts';
import { OutcomeMark, PlayheadMark } from '../parts/icons.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { TerminalView } from '../terminal/terminal-view.tsx';
import { PlayButton, RunClock } from '../timeline/transport.tsx';
import { SpanSummary } from '../trace/span-summary.tsx';
import { PosterLayer } from '../why/poster-layer.tsx';
import { EmbedTimeline } from './embed-timeline.tsx';
import './embed-page.css';

const STEP_NS = 100e6;

export function EmbedPage({ address }: { address: CellAddress }) {
  const replay = useMemo(() => openReplay(address), [address]);
  const { session, playback } = replay;
  useEffect(() => () => replay.close(), [replay]);
  useEffect(applyAskedTheme, []);
  const { phase } = session.phase.value;
  const ready = phase === 'ready';
  useEffect(() => {
    const host = ready ? parentHost() : null;
    return host ? followHost(playback, host) : undefined;
  }, [playback, ready]);
  useKeys((key) => runKey(key, replay));
  if (phase === 'not-found')
    return <Apology title="No such cell" words="It was never recorded here, or deleted." />;
  if (phase === 'failed') return <Failure session={session} />;
  return (
    <div class="embed" aria-busy={!ready}>
      <Bar replay={replay} />
      <main class="embed-stage">{ready && <Screen replay={replay} />}</main>
      <footer class="embed-transport">
        <PlayButton playback={playback} />
        <RunClock session={session} />
        <EmbedTimeline session={session} />
      </footer>
    </div>
  );
}

/** `?theme=light|dark`, for pages that have one; for this frame alone, whatever its reader chose elsewhere. */
function applyAskedTheme(): void {
  const asked = queryValue('theme');
  if (asked !== 'light' && asked !== 'dark') return;
  document.documentElement.dataset.theme = asked;
  themeEpoch.value++;
}

const keys = new Map<string, (replay: Replay) => void>([
  [' ', ({ playback }) => playback.toggle()],
  ['ArrowRight', ({ session }) => session.playback.stepSpan(1)],
  ['ArrowLeft', ({ session }) => session.playback.stepSpan(-1)],
  ['.', ({ playback }) => playback.stepBy(STEP_NS)],
  [',', ({ playback }) => playback.stepBy(-STEP_NS)],
  ['Escape', ({ poster }) => poster.dismiss()],
  ['Home', ({ playback }) => playback.seek(0)],
  ['End', ({ playback }) => playback.seek(playback.lengthNs.peek())],
]);

function runKey(key: string, replay: Replay): boolean {
  const action = keys.get(key);
  action?.(replay);
  return action !== undefined;
}

function Bar({ replay }: { replay: Replay }) {
  const { session } = replay;
  const detail = session.detail.value;
  const outcome = session.outcome.value;
  if (!detail || !outcome) return <header class="embed-bar" />;
  const task = detail.task === null ? detail.id : detail.task.slice(detail.task.indexOf('/') + 1);
  const names = [detail.agent, detail.model].filter((name) => name !== null).map((name) => shownLine(name));
  const word = outcomeWord(outcome.outcome);
  const title = `${names.join(' × ')}, ${shownLine(task)}`;
  document.title = `${title} · Playhead`;
  return (
    <header class="embed-bar">
      <p class={`badge ${outcome.tone}`}>
        <OutcomeMark outcome={outcome.outcome} />
        {isUnderWay(session) ? 'Running' : word}
        {!isUnderWay(session) && <span>{shownLine(outcome.badge.slice(word.length))}</span>}
      </p>
      <h1 title={title}>
        <b>{names[0]}</b>
        {names.length > 1 && <span class="model">× {names[1]}</span>}
        <span class="task">
          {shownLine(task)}
          {detail.attempt > 1 && ` · run ${detail.attempt}`}
        </span>
      </h1>
      <a
        class="embed-open"
        title="Open in Playhead"
        href={cellHref(detail.id)}
        target="_blank"
        rel="noopener"
        // The moment is read when it is wanted: a link that changed with each frame would be work for nothing.
        onPointerDown={(event) => aimAtMoment(event.currentTarget, replay)}
        onFocus={(event) => aimAtMoment(event.currentTarget, replay)}
        onClick={(event) => aimAtMoment(event.currentTarget, replay)}
      >
        <PlayheadMark />
        <span>Open in Playhead</span>
      </a>
    </header>
  );
}

/** Without a moment the whole page opens on the poster, as the frame did. */
function aimAtMoment(link: HTMLAnchorElement, { session, poster }: Replay): void {
  const id = session.detail.peek()?.id;
  const t = poster.shown.peek() === null ? session.playback.positionNs.peek() / 1e6 : null;
  if (id !== undefined) link.setAttribute('href', cellHref(id, { t }));
}

function Screen({ replay }: { replay: Replay }) {
  const { session, poster, playback } = replay;
  const onPlay = (fromNs: number) => playback.playFrom(fromNs);
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  if (session.detail.value?.hasTerminal !== true && poster.shown.value === 'why')
    return (
      <div class="without-terminal">
        <PosterLayer session={session} poster={poster} onPlay={onPlay} hasStage isFramed />
      </div>
    );
  if (session.detail.value?.hasTerminal !== true) return <SpanSummary session={session} />;
  if (error) return <SpanSummary session={session} because="Its terminal cannot be replayed in this frame" />;
  return (
    <section class="terminal" aria-label="Terminal">
      {film ? (
        <TerminalView session={session} film={film} />
      ) : (
        <p class="terminal-note" role="status">
          Reading the recording…
        </p>
      )}
      <PosterLayer session={session} poster={poster} onPlay={onPlay} isFramed />
    </section>
  );
}

/** A frame without an origin may fetch nothing: that is the page's doing, and the page can mend it. */
function Failure({ session }: { session: CellSession }) {
  const phase = session.phase.value;
  if (self.origin === 'null')
    return (
      <Apology
        title="This frame may not read the recording"
        words="Its page sandboxes it without allow-same-origin. With it, the replay plays here."
      />
    );
  return (
    <Apology
      title="The recording could not be loaded"
      words={phase.phase === 'failed' ? shownLine(phase.error.message, 300) : ''}
    />
  );
}

function Apology({ title, words }: { title: string; words: string }) {
  return (
    <div class="embed">
      <header class="embed-bar">
        <h1>
          <b>{title}</b>
        </h1>
        <a class="embed-open" title="Open in Playhead" href={wholePage()} target="_blank" rel="noopener">
          <PlayheadMark />
          <span>Open in Playhead</span>
        </a>
      </header>
      <main class="embed-stage">
        <p class="embed-words">{words}</p>
      </main>
    </div>
  );
}

/** The same address without the frame. */
function wholePage(): string {
  return location.pathname.replace(/^\/embed/, '') + location.search;
}
