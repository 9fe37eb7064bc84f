// The log records that no other track took: what an agent's own telemetry said besides its spans.
import { useEffect } from 'preact/hooks';
import type { LogRecordJson } from '../../shared/wire.ts';
import { offsetNs } from '../model/clock.ts';
import { formatCount, formatOffset } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { factOf } from '../model/span-facts.ts';
import type { CellSession } from '../state/cell-session.ts';
import { Nothing } from './notice.tsx';
import { Shown } from './shown.tsx';
import './logs-list.css';

export function LogsList({ session }: { session: CellSession }) {
  useEffect(() => session.wantLogs(), [session]);
  const loaded = session.logs.value;
  if (loaded === null) return <Nothing title="Loading logs…" />;
  if (!loaded.ok)
    return (
      <Nothing title="The logs could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  const { total, records } = loaded.value;
  return (
    <>
      <ol class="logs">
        {records.map((record, index) => (
          <LogLine key={index} record={record} session={session} />
        ))}
      </ol>
      {records.length < total && (
        <p class="panel-note">
          The first {formatCount(records.length)} of {formatCount(total)} records.
        </p>
      )}
    </>
  );
}

function LogLine({ record, session }: { record: LogRecordJson; session: CellSession }) {
  const start = session.trace.value?.columns.startNs ?? null;
  const tNs = start === null ? null : offsetNs(record.timeNs, start);
  const body = record.body === null ? '' : factOf('body', record.body).full;
  const attributes = Object.entries(record.attributes);
  return (
    <li class="log">
      {tNs === null ? (
        <span />
      ) : (
        <button type="button" class="entry-time" onClick={() => session.playback.seek(tNs)}>
          {formatOffset(tNs)}
        </button>
      )}
      <details>
        <summary>
          {record.severity !== null && <span class="severity">{shownLine(record.severity)}</span>}{' '}
          {record.eventName !== null && <b>{shownLine(record.eventName)}</b>}{' '}
          <span>{shownLine(body, 160)}</span>
        </summary>
        {body.length > 160 && (
          <pre>
            <Shown text={body} />
          </pre>
        )}
        <dl>
          {attributes.map(([key, value]) => (
            <div class="value" key={key}>
              <dt>
                <Shown text={key} max={256} />
              </dt>
              <dd>
                <Shown text={factOf(key, value).full} max={4000} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
}
