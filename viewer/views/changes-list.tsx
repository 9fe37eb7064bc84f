// The files that changed, in order, each with its diff and the moment it happened.

import type { FileChangeJson } from '../../shared/wire.ts';
import { offsetNs } from '../model/clock.ts';
import { diffTally } from '../model/diff-tally.ts';
import { formatOffset } from '../model/format.ts';
import type { CellSession } from '../state/cell-session.ts';
import { DiffView } from './diff-view.tsx';
import { Nothing } from './notice.tsx';
import { Shown } from './shown.tsx';
import { DiffCounts } from './transcript-entry.tsx';
import './changes-list.css';

export function ChangesList({ session }: { session: CellSession }) {
  const loaded = session.changes.value;
  if (loaded === null) return <Nothing title="Loading changes…" />;
  if (!loaded.ok)
    return (
      <Nothing title="The changes could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  if (loaded.value.length === 0)
    return (
      <Nothing title="No file change was recorded">
        <p>Either nothing changed, or this run's adapter did not watch files.</p>
      </Nothing>
    );
  return (
    <ol class="changes">
      {loaded.value.map((change, index) => (
        <Change key={index} change={change} session={session} />
      ))}
    </ol>
  );
}

function Change({ change, session }: { change: FileChangeJson; session: CellSession }) {
  const start = session.trace.value?.columns.startNs ?? null;
  const tNs = start === null ? null : offsetNs(change.timeNs, start);
  const tally = change.diff === null ? null : diffTally(change.diff);
  const seek = () => {
    if (tNs === null) return;
    const key = change.traceId !== null && change.spanId !== null ? change.traceId + change.spanId : null;
    const row = key === null ? -1 : (session.trace.peek()?.rowOf(key) ?? -1);
    if (row >= 0) session.playback.selectAt(row, tNs);
    else session.playback.seek(tNs);
  };
  return (
    <li class="change">
      <header>
        <h3>
          <code>
            <Shown text={change.path} max={500} />
          </code>
        </h3>
        <DiffCounts added={tally?.added ?? null} removed={tally?.removed ?? null} word={change.change} />
        {tNs !== null && (
          <button
            type="button"
            class="link"
            onClick={seek}
            aria-label={`Go to the change at ${formatOffset(tNs)}`}
          >
            {formatOffset(tNs)}
          </button>
        )}
      </header>
      {change.diff === null ? (
        <p class="faint">No diff was recorded.</p>
      ) : (
        <DiffView diff={change.diff} maxLines={400} />
      )}
    </li>
  );
}
