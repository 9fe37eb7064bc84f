// The transcript: what the agent said and did, in order. What is still to come stands in pale ink with
// hollow marks; the entry at the playhead carries the one vermilion bar and is kept in sight.
import { type ReadonlySignal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatCount } from '../model/format.ts';
import { entryAt, type TranscriptEntry } from '../model/transcript.ts';
import { type CellSession, keyAt } from '../state/cell-session.ts';
import { memo } from './memo.ts';
import { Nothing } from './notice.tsx';
import { TranscriptEntryView } from './transcript-entry.tsx';
import './transcript-list.css';
import './bone.css';

/** After a scroll by hand the list stays where it was put for this long, while playing. */
const HANDS_OFF_MS = 2500;
/** A longer transcript is in the page in part: 4,000 entries cost 0.3 s to build and 20 ms a frame to scrub. */
const ALL_ENTRIES = 400;
const CHUNK_ENTRIES = 100;
const ENTRY_MARGIN_PX = 24;

type When = 'past' | 'now' | 'future';

export function TranscriptList({ session }: { session: CellSession }) {
  const list = useRef<HTMLOListElement>(null);
  const scrolledAt = useRef(Number.NEGATIVE_INFINITY);
  const entries = session.transcript.value;
  const lastStarted = useComputed(() => entryAt(session.transcript.value, session.playback.positionNs.value));
  const current = useComputed(() => chosenEntry(session) ?? lastStarted.value);
  const window = useWindow(current, entries.length);
  useSignalEffect(() => {
    const at = current.value;
    const count = session.transcript.value.length;
    const soughtByHand = session.playback.seeks.value > 0 && !session.playback.playing.peek();
    if (count === 0) return;
    if (!soughtByHand && performance.now() - scrolledAt.current < HANDS_OFF_MS) return;
    requestAnimationFrame(() => reveal(list.current, at < 0));
  });
  if (entries.length === 0) return <NoTranscript session={session} />;
  const at = current.value;
  const reached = lastStarted.value;
  const byHand = () => {
    scrolledAt.current = performance.now();
  };
  return (
    <ol class="transcript" ref={list} onWheel={byHand} onTouchMove={byHand}>
      <More count={window.from} what="earlier" onShow={window.earlier} />
      {entries.slice(window.from, window.to).map((entry, offset) => {
        const index = window.from + offset;
        return (
          <Entry
            key={entry.id}
            entry={entry}
            session={session}
            when={index === at ? 'now' : index <= reached ? 'past' : 'future'}
          />
        );
      })}
      <More count={entries.length - window.to} what="later" onShow={window.later} />
      <Limit session={session} />
    </ol>
  );
}

interface EntryWindow {
  readonly from: number;
  readonly to: number;
  earlier(): void;
  later(): void;
}

/** Which entries are in the page: all of a few, of many those around the playhead, moved in whole chunks. */
function useWindow(current: ReadonlySignal<number>, count: number): EntryWindow {
  const chunk = useComputed(() => Math.floor(Math.max(0, current.value) / CHUNK_ENTRIES)).value;
  // Asked for by hand, and forgotten as soon as the playhead enters another chunk.
  const asked = useSignal({ chunk, shift: 0 });
  const shift = asked.value.chunk === chunk ? asked.value.shift : 0;
  const move = (by: number) => () => {
    asked.value = { chunk, shift: shift + by };
  };
  if (count <= ALL_ENTRIES) return { from: 0, to: count, earlier: move(0), later: move(0) };
  const middle = (chunk + shift) * CHUNK_ENTRIES;
  return {
    from: Math.max(0, middle - CHUNK_ENTRIES),
    to: Math.min(count, middle + 2 * CHUNK_ENTRIES),
    earlier: move(-1),
    later: move(1),
  };
}

function More({ count, what, onShow }: { count: number; what: string; onShow: () => void }) {
  if (count <= 0) return null;
  return (
    <li class="transcript-more">
      <button type="button" class="link" onClick={onShow}>
        {formatCount(count)} {what}
      </button>
    </li>
  );
}

const Entry = memo(function Entry(props: { entry: TranscriptEntry; session: CellSession; when: When }) {
  return <TranscriptEntryView {...props} />;
});

/** The entry of a span chosen by hand: among several that start at once, the one that was meant. */
function chosenEntry(session: CellSession): number | null {
  const row = session.playback.chosenRow.value;
  const columns = session.trace.value?.columns;
  if (row < 0 || !columns) return null;
  const key = keyAt(columns, row);
  const index = session.transcript.value.findIndex((entry) => entry.rowKey === key);
  return index < 0 ? null : index;
}

/** Says what was left out of a trace too large to read whole. */
function Limit({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  const shown = session.spans.readable.value.length;
  if (!trace || shown >= trace.columns.count || !session.spans.settled.value) return null;
  return (
    <li class="transcript-limit">
      Made of {formatCount(shown)} of {formatCount(trace.columns.count)} spans: phases, model calls, tools and
      the verifier. All of them stand under Spans.
    </li>
  );
}

function NoTranscript({ session }: { session: CellSession }) {
  const error = session.spans.error.value ?? session.traceError.value;
  if (error)
    return (
      <Nothing title="The spans could not be loaded">
        <p>{error.message}</p>
      </Nothing>
    );
  if (!session.spans.settled.value && (session.trace.value?.columns.count ?? 0) > 0) return <Waiting />;
  return (
    <Nothing title="Nothing to read yet">
      <p>No span of this cell says what the agent did.</p>
    </Nothing>
  );
}

function Waiting() {
  return (
    <ol class="transcript" aria-busy="true" aria-label="Loading">
      {[180, 240, 140, 220].map((width) => (
        <li key={width} class="entry">
          <span class="bone" style={{ width: '40px' }} />
          <span class="bone" style={{ width: '8px' }} />
          <span class="bone" style={{ width: `${width}px` }} />
        </li>
      ))}
    </ol>
  );
}

/** Scrolls the panel, never the page, just enough that the entry at the playhead is in sight. */
function reveal(list: HTMLOListElement | null, toTop: boolean): void {
  const panel = list?.closest<HTMLElement>('.panel');
  const entry = list?.querySelector<HTMLElement>(':scope > [aria-current]');
  if (!panel) return;
  if (toTop) panel.scrollTop = 0;
  if (!entry) return;
  const top = entry.offsetTop - ENTRY_MARGIN_PX;
  const bottom = entry.offsetTop + entry.offsetHeight + ENTRY_MARGIN_PX;
  if (top < panel.scrollTop || entry.offsetHeight > panel.clientHeight) panel.scrollTop = top;
  else if (bottom > panel.scrollTop + panel.clientHeight) panel.scrollTop = bottom - panel.clientHeight;
}
