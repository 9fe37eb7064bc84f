// The transcript: what the agent said and did, in order. What is still to come stands in pale ink with
// hollow marks; the entry at the playhead carries the one vermilion bar and is kept in sight.
import { useComputed, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { entryAt, type TranscriptEntry } from '../model/transcript.ts';
import { type CellSession, keyAt } from '../state/cell-session.ts';
import { memo } from './memo.ts';
import { Nothing } from './notice.tsx';
import { TranscriptEntryView } from './transcript-entry.tsx';
import './transcript-list.css';
import './bone.css';

/** After a scroll by hand the list stays where it was put for this long, while playing. */
const HANDS_OFF_MS = 2500;
/** From here on, entries out of sight are not laid out. */
const LONG_LIST = 200;
const ENTRY_MARGIN_PX = 24;

type When = 'past' | 'now' | 'future';

export function TranscriptList({ session }: { session: CellSession }) {
  const list = useRef<HTMLOListElement>(null);
  const scrolledAt = useRef(Number.NEGATIVE_INFINITY);
  const entries = session.transcript.value;
  const lastStarted = useComputed(() => entryAt(session.transcript.value, session.playback.positionNs.value));
  const current = useComputed(() => chosenEntry(session) ?? lastStarted.value);
  useSignalEffect(() => {
    const at = current.value;
    const count = session.transcript.value.length;
    const soughtByHand = session.playback.seeks.value > 0 && !session.playback.playing.peek();
    if (count === 0) return;
    if (!soughtByHand && performance.now() - scrolledAt.current < HANDS_OFF_MS) return;
    requestAnimationFrame(() => reveal(list.current, at));
  });
  if (entries.length === 0) return <NoTranscript session={session} />;
  const at = current.value;
  const reached = lastStarted.value;
  return (
    <ol
      class={entries.length > LONG_LIST ? 'transcript long' : 'transcript'}
      ref={list}
      onWheel={() => {
        scrolledAt.current = performance.now();
      }}
      onTouchMove={() => {
        scrolledAt.current = performance.now();
      }}
    >
      {entries.map((entry, index) => (
        <Entry
          key={entry.id}
          entry={entry}
          session={session}
          when={index === at ? 'now' : index <= reached ? 'past' : 'future'}
        />
      ))}
      <Limit session={session} />
    </ol>
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
      Made of {shown.toLocaleString('en')} of {trace.columns.count.toLocaleString('en')} spans: phases, model
      calls, tools and the verifier. All of them stand under Spans.
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

/** Scrolls the panel, never the page, just enough that the entry is in sight. */
function reveal(list: HTMLOListElement | null, index: number): void {
  const panel = list?.closest<HTMLElement>('.panel');
  const entry = list?.children[Math.max(0, index)];
  if (!panel || !(entry instanceof HTMLElement)) return;
  const top = entry.offsetTop - ENTRY_MARGIN_PX;
  const bottom = entry.offsetTop + entry.offsetHeight + ENTRY_MARGIN_PX;
  if (top < panel.scrollTop || entry.offsetHeight > panel.clientHeight) panel.scrollTop = top;
  else if (bottom > panel.scrollTop + panel.clientHeight) panel.scrollTop = bottom - panel.clientHeight;
}
