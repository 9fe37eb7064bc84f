// The model calls as a table: what went in, what came out, how long it took. Unknown numbers are words.
import type { ModelCallRow } from '../model/model-call-rows.ts';
import { shownLine } from '../model/shown-text.ts';
import type { CellSession } from '../state/cell-session.ts';
import { trackOf } from '../state/cell-session.ts';
import { Nothing } from './notice.tsx';
import { timingWords } from './words.ts';
import './model-calls-table.css';

export function ModelCallsTable({ session }: { session: CellSession }) {
  const loaded = session.modelCalls.value;
  if (loaded === null) return <Nothing title="Loading model calls…" />;
  if (!loaded.ok)
    return (
      <Nothing title="The model calls could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  if (loaded.value.length === 0)
    return <Nothing title="Per-call token capture is not available for this run." />;
  const track = trackOf(session.detail.value, 'model_calls');
  return (
    <>
      <table class="calls">
        <thead>
          <tr>
            <th scope="col">#</th>
            <th scope="col">Timestamp</th>
            <th scope="col">Request hash</th>
            <th scope="col" class="number">
              Prompt
            </th>
            <th scope="col" class="number">
              Cached
            </th>
            <th scope="col" class="number">
              Completion
            </th>
            <th scope="col" class="number">
              Latency
            </th>
            <th scope="col">Finish</th>
          </tr>
        </thead>
        <tbody>
          {session.modelCallRows.value.map((row) => (
            <CallRow key={row.rowKey} row={row} session={session} />
          ))}
        </tbody>
      </table>
      {track && track.timing !== 'none' && (
        <p class="panel-note">
          Times {track.timing}: {timingWords(track.timing)}.{track.note ? ` ${shownLine(track.note)}` : ''}
        </p>
      )}
    </>
  );
}

function CallRow({ row, session }: { row: ModelCallRow; session: CellSession }) {
  const here = session.trace.value?.rowOf(row.rowKey) ?? -1;
  const active = here >= 0 && session.playback.row.value === here;
  const seek = () =>
    here >= 0 ? session.playback.selectAt(here, row.startNs) : session.playback.seek(row.startNs);
  return (
    <tr class={active ? 'active' : ''} onClick={seek}>
      <td class="faint">{row.number}</td>
      <td>
        <button
          type="button"
          class="link"
          onClick={seek}
          aria-label={`Go to call ${row.number} at ${row.start}`}
        >
          {row.start}
        </button>
      </td>
      <td>
        <Known value={row.requestHash} mono />
      </td>
      <td class="number">
        <Known value={row.prompt} />
      </td>
      <td class="number">
        <Known value={row.cached} />
      </td>
      <td class="number">
        <Known value={row.completion} />
      </td>
      <td class="number" title={row.firstChunk === null ? undefined : `first chunk after ${row.firstChunk}`}>
        <Known value={row.latency} />
      </td>
      <td>
        {row.error === null ? (
          <Known value={row.finish} />
        ) : (
          <span class="call-error" title={shownLine(row.error, 400)}>
            {shownLine(row.error, 60)}
          </span>
        )}
      </td>
    </tr>
  );
}

function Known({ value, mono = false }: { value: string | null; mono?: boolean }) {
  if (value === null) return <span class="not-recorded">not recorded</span>;
  return mono ? <code>{shownLine(value)}</code> : <span>{shownLine(value)}</span>;
}
