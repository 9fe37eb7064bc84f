// The transcript: what the agent said and did, in order. What is still to come stands in pale ink with
// hollow marks; the entry at the playhead carries the one vermilion bar and is kept in sight.
import { useComputed } from '@preact/signals';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../model/display/format.ts';
import { entryAt, type TranscriptEntry } from '../../model/transcript/entry.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { keyAt } from '../../state/trace/cell-trace.ts';
import { memo } from '../parts/memo.ts';
import { Nothing } from '../parts/notice.tsx';
import { useRowWindow } from '../parts/use-row-window.ts';
import { useThrottled } from '../parts/use-throttled.ts';
import { TranscriptRow } from './transcript-row.tsx';
import './transcript-tab.css';
import '../parts/skeleton.css';

/** After a scroll by hand the list stays where it was put for this long, while playing. */
const HANDS_OFF_MS = 2500;
const ENTRY_PX = 58;
/** Longer lists cost a scrubbing hand its frames: they follow when it rests, and now and then. */
const CALM_FROM = 120;

type When = 'past' | 'now' | 'future';

export function TranscriptTab({ session }: { session: CellSession }) {
  const list = useRef<HTMLOListElement>(null);
  const scrolledAt = useRef(Number.NEGATIVE_INFINITY);
  const entries = session.transcript.value;
  const moment = useThrottled(() => momentOf(session), entries.length > CALM_FROM);
  const lastStarted = useComputed(() => entryAt(session.transcript.value, moment.value.tNs));
  const current = useComputed(() => chosenEntry(session, moment.value.chosenRow) ?? lastStarted.value);
  const keyOf = useCallback((row: number) => entries[row]?.id ?? '', [entries]);
  const rows = useRowWindow(list, { count: entries.length, keyOf, estimatePx: ENTRY_PX });
  const at = current.value;
  const seeks = useComputed(() => moment.value.seeks).value;
  const soughtAt = useRef(seeks);
  // Kept in sight while time moves; after a scroll by hand only once it was sought again, or after a while.
  useLayoutEffect(() => {
    const sought = soughtAt.current !== seeks;
    soughtAt.current = seeks;
    if (!sought && performance.now() - scrolledAt.current < HANDS_OFF_MS) return;
    rows.reveal(Math.max(0, at));
  }, [at, seeks, entries]);
  if (entries.length === 0) return <NoTranscript session={session} />;
  const reached = lastStarted.value;
  const byHand = () => {
    scrolledAt.current = performance.now();
  };
  return (
    <>
      <ol class="transcript" ref={list} onWheel={byHand} onTouchMove={byHand}>
        <li class="room" aria-hidden="true" style={{ height: `${rows.beforePx}px` }} />
        {entries.slice(rows.from, rows.to).map((entry, offset) => {
          const index = rows.from + offset;
          return (
            <Entry
              key={entry.id}
              entry={entry}
              session={session}
              row={index}
              count={entries.length}
              when={index === at ? 'now' : index <= reached ? 'past' : 'future'}
            />
          );
        })}
        <li class="room" aria-hidden="true" style={{ height: `${rows.afterPx}px` }} />
        <Limit session={session} />
      </ol>
      {at >= 0 && !rows.sees(at) && <BackToNow onClick={() => rows.reveal(at)} />}
    </>
  );
}

/** The one way back to the playhead after reading elsewhere. */
function BackToNow({ onClick }: { onClick: () => void }) {
  return (
    <div class="back-to-now">
      <button type="button" class="button" onClick={onClick}>
        Back to the playhead
      </button>
    </div>
  );
}

const Entry = memo(function Entry(props: {
  entry: TranscriptEntry;
  session: CellSession;
  when: When;
  row: number;
  count: number;
}) {
  return <TranscriptRow {...props} />;
});

function momentOf({ playback }: CellSession) {
  return {
    tNs: playback.positionNs.value,
    chosenRow: playback.chosenRow.value,
    seeks: playback.seeks.value,
  };
}

/** The entry of a span chosen by hand: among several that start at once, the one that was meant. */
function chosenEntry(session: CellSession, row: number): number | null {
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
          <span class="skeleton" style={{ width: '40px' }} />
          <span class="skeleton" style={{ width: '8px' }} />
          <span class="skeleton" style={{ width: `${width}px` }} />
        </li>
      ))}
    </ol>
  );
}
