// The log records that no other track took: what an agent's own telemetry said besides its spans. Filtered
// by words and by severity; the last one before the playhead is marked, and only those in sight are drawn.
import { useComputed, useSignal } from '@preact/signals';
import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { literalPattern } from '../../../shared/text-match.ts';
import type { LogRecordJson } from '../../../shared/wire.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatOffset, plural } from '../../model/display/format.ts';
import { offsetNs } from '../../model/trace/offset.ts';
import { lastAtOrBefore } from '../../model/trace/sorted.ts';
import { factOf } from '../../model/trace/span-facts.ts';
import { printed } from '../../model/trace/tool-output.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { memo } from '../parts/memo.ts';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { useRowWindow } from '../parts/use-row-window.ts';
import './logs-tab.css';

interface PlacedLog {
  readonly record: LogRecordJson;
  /** Place among all records: stable under the filter. */
  readonly index: number;
  /** Nanoseconds from the clock's zero; null where the cell has no clock. */
  readonly tNs: number | null;
  readonly body: string;
}

export function LogsTab({ session }: { session: CellSession }) {
  useEffect(() => session.wantLogs(), [session]);
  const loaded = session.logs.value;
  if (loaded.phase === 'loading') return <Nothing title="Loading logs…" />;
  if (loaded.phase === 'failed')
    return (
      <Nothing title="The logs could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  return <Logs session={session} total={loaded.value.total} records={loaded.value.records} />;
}

function Logs({
  session,
  total,
  records,
}: {
  session: CellSession;
  total: number;
  records: readonly LogRecordJson[];
}) {
  const list = useRef<HTMLOListElement>(null);
  const text = useSignal('');
  const startNs = session.trace.value?.columns.startNs ?? null;
  const placed = useMemo(
    () => records.map((record, index) => place(record, index, startNs)),
    [records, startNs],
  );
  const words = text.value.trim();
  const shown = useMemo(() => (words === '' ? placed : placed.filter(fits(words))), [placed, words]);
  const times = useMemo(() => Float64Array.from(shown, (log) => log.tNs ?? 0), [shown]);
  const at = useComputed(() => session.playback.positionNs.value);
  const current = lastAtOrBefore(times, at.value);
  const keyOf = useCallback((row: number) => String(shown[row]?.index ?? ''), [shown]);
  const rows = useRowWindow(list, { count: shown.length, keyOf, estimatePx: 29 });
  useLayoutEffect(() => {
    if (current >= 0) rows.reveal(current);
  }, [current]);
  return (
    <>
      <search class="tree-tools">
        <input
          type="search"
          aria-label="Filter logs"
          placeholder="Filter by severity, name or text"
          autocomplete="off"
          spellcheck={false}
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <p role="status">
          {words === '' ? plural(shown.length, 'record') : `${formatCount(shown.length)} fit`}
        </p>
      </search>
      {shown.length === 0 && <p class="tree-empty">No record fits these words.</p>}
      <ol class="logs" ref={list}>
        <li class="room" aria-hidden="true" style={{ height: `${rows.beforePx}px` }} />
        {shown.slice(rows.from, rows.to).map((log, offset) => (
          <LogLine
            key={log.index}
            log={log}
            row={rows.from + offset}
            now={rows.from + offset === current}
            session={session}
          />
        ))}
        <li class="room" aria-hidden="true" style={{ height: `${rows.afterPx}px` }} />
      </ol>
      {records.length < total && (
        <p class="panel-note">
          The first {formatCount(records.length)} of {formatCount(total)} records.
        </p>
      )}
    </>
  );
}

function place(record: LogRecordJson, index: number, startNs: string | null): PlacedLog {
  const tNs = startNs === null ? null : Math.max(0, offsetNs(record.timeNs, startNs));
  return { record, index, tNs, body: record.body === null ? '' : factOf('body', printed(record.body)).full };
}

/** All words must be found in severity, name, text or service. */
function fits(words: string): (log: PlacedLog) => boolean {
  const patterns = words.split(/\s+/).map(literalPattern);
  return ({ record, body }) => {
    const hay = [record.severity ?? '', record.eventName ?? '', record.service, body].join('\n');
    return patterns.every((pattern) => {
      pattern.lastIndex = 0;
      return pattern.test(hay);
    });
  };
}

const LogLine = memo(function LogLine({
  log,
  row,
  now,
  session,
}: {
  log: PlacedLog;
  row: number;
  now: boolean;
  session: CellSession;
}) {
  const { record, tNs, body } = log;
  const grave = /^(error|fatal|critical)/i.test(record.severity ?? '');
  return (
    <li class={now ? 'log now' : 'log'} data-row={row} aria-current={now ? 'step' : undefined}>
      {tNs === null ? (
        <span />
      ) : (
        <button
          type="button"
          class="entry-time"
          aria-label={`Go to the record at ${formatOffset(tNs)}`}
          onClick={() => session.playback.seek(tNs)}
        >
          {formatOffset(tNs)}
        </button>
      )}
      <details>
        <summary>
          {record.severity !== null && (
            <span class={grave ? 'severity grave' : 'severity'}>{shownLine(record.severity, 20)}</span>
          )}{' '}
          {record.eventName !== null && <b>{shownLine(record.eventName)}</b>}{' '}
          <span class="log-text">{shownLine(body, 160)}</span>
        </summary>
        {body.length > 160 && (
          <pre>
            <SafeText text={body} />
          </pre>
        )}
        <dl>
          {Object.entries(record.attributes).map(([key, value]) => (
            <div class="value" key={key}>
              <dt>
                <SafeText text={key} max={256} />
              </dt>
              <dd>
                <SafeText text={factOf(key, value).full} max={4000} />
              </dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  );
});
