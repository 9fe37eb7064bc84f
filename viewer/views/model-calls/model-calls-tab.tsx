// The model calls as a table: what went in, what came out, how long it took, what it cost. Unknown numbers
// are words; a column that no call knows is one sentence below. Opening a call shows what was said.
import { useComputed, useSignal } from '@preact/signals';
import { useCallback, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatTokens, plural } from '../../model/display/format.ts';
import { type ModelCallRow, modelCallRows } from '../../model/model-calls/model-call-rows.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import { timingWords } from '../parts/grade-words.ts';
import { Nothing } from '../parts/notice.tsx';
import { useRowWindow } from '../parts/use-row-window.ts';
import { MessageList } from './message-list.tsx';
import './model-calls-tab.css';

const ROW_PX = 35;

interface Column {
  readonly name: string;
  readonly title?: string;
  readonly number?: boolean;
  readonly of: (row: ModelCallRow) => string | null;
  readonly mono?: boolean;
  /** Left out where no call knows it. */
  readonly optional?: boolean;
}

const COLUMNS: readonly Column[] = [
  { name: 'Request hash', of: (row) => row.requestHash, mono: true, optional: true },
  { name: 'Prompt', of: (row) => row.prompt, number: true },
  { name: 'Cached', title: 'Prompt tokens read from a cache', of: (row) => row.cached, number: true },
  { name: 'Completion', of: (row) => row.completion, number: true },
  {
    name: 'First token',
    title: 'From the request to the first piece of the answer',
    of: (row) => row.firstChunk,
    number: true,
    optional: true,
  },
  { name: 'Latency', of: (row) => row.latency, number: true },
  { name: 'Finish', of: (row) => row.finish ?? row.error },
  { name: 'Cost', of: (row) => row.cost, number: true, optional: true },
];

export function ModelCallsTab({ session }: { session: CellSession }) {
  const loaded = session.modelCalls.value;
  if (loaded.phase === 'loading') return <Nothing title="Loading model calls…" />;
  if (loaded.phase === 'failed')
    return (
      <Nothing title="The model calls could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  if (loaded.value.length === 0)
    return <Nothing title="Per-call token capture is not available for this run." />;
  return <Calls session={session} calls={loaded.value} />;
}

function Calls({ session, calls }: { session: CellSession; calls: readonly ModelCallJson[] }) {
  const startNs = session.trace.value?.columns.startNs ?? null;
  const rows = useMemo(() => (startNs === null ? [] : modelCallRows(calls, startNs)), [calls, startNs]);
  const table = useRef<HTMLTableElement>(null);
  const opened = useSignal<ReadonlySet<string>>(new Set());
  const columns = COLUMNS.filter((column) => !column.optional || rows.some((row) => column.of(row) !== null));
  const missing = COLUMNS.filter((column) => rows.every((row) => column.of(row) === null));
  const keyOf = useCallback((row: number) => rows[row]?.rowKey ?? '', [rows]);
  const list = useRowWindow(table, { count: rows.length, keyOf, estimatePx: ROW_PX });
  const active = useComputed(() => {
    const row = session.playback.row.value;
    const trace = session.trace.value;
    return row < 0 || !trace ? -1 : rows.findIndex((call) => trace.rowOf(call.rowKey) === row);
  }).value;
  useLayoutEffect(() => {
    if (active >= 0) list.reveal(active);
  }, [active]);
  const toggle = (key: string) => {
    const next = new Set(opened.value);
    if (!next.delete(key)) next.add(key);
    opened.value = next;
  };
  const width = columns.length + 2;
  return (
    <>
      <table class={rows.length > list.to - list.from ? 'calls fixed' : 'calls'} ref={table}>
        <thead>
          <tr>
            <th scope="col" class="call-number">
              #
            </th>
            <th scope="col" class="call-start">
              Timestamp
            </th>
            {columns.map((column) => (
              <th key={column.name} scope="col" class={column.number ? 'number' : ''} title={column.title}>
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        <Room px={list.beforePx} width={width} />
        {rows.slice(list.from, list.to).map((row, offset) => (
          <Call
            key={row.rowKey}
            row={row}
            index={list.from + offset}
            columns={columns}
            active={list.from + offset === active}
            open={opened.value.has(row.rowKey)}
            onToggle={toggle}
            session={session}
          />
        ))}
        <Room px={list.afterPx} width={width} />
        <Totals session={session} columns={columns} count={rows.length} />
      </table>
      <Notes session={session} missing={missing.map((column) => column.name)} />
    </>
  );
}

/** Room for the rows that are not in the page. */
function Room({ px, width }: { px: number; width: number }) {
  if (px === 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr style={{ height: `${px}px` }}>
        <td colSpan={width} />
      </tr>
    </tbody>
  );
}

interface CallProps {
  readonly row: ModelCallRow;
  readonly index: number;
  readonly columns: readonly Column[];
  readonly active: boolean;
  readonly open: boolean;
  readonly onToggle: (key: string) => void;
  readonly session: CellSession;
}

function Call({ row, index, columns, active, open, onToggle, session }: CallProps) {
  const here = session.trace.value?.rowOf(row.rowKey) ?? -1;
  const seek = () =>
    here >= 0 ? session.playback.selectAt(here, row.startNs) : session.playback.seek(row.startNs);
  const toggle = (event: MouseEvent) => {
    event.stopPropagation();
    onToggle(row.rowKey);
  };
  return (
    <tbody data-row={index}>
      <tr class={active ? 'active' : ''} aria-current={active ? 'step' : undefined} onClick={seek}>
        <td class="call-number">
          <button
            type="button"
            class="fold"
            aria-expanded={open}
            aria-label={`Messages of call ${row.number}`}
            title={open ? 'Hide the messages' : 'Show the messages'}
            onClick={toggle}
          >
            <svg class={open ? 'chevron open' : 'chevron'} viewBox="0 0 10 10" aria-hidden="true">
              <path d="M3.5 2 6.8 5 3.5 8" />
            </svg>
            {row.number}
          </button>
        </td>
        <td>
          <button
            type="button"
            class="link"
            aria-label={`Go to call ${row.number}${row.start === null ? '' : ` at ${row.start}`}`}
            onClick={seek}
          >
            {row.start ?? 'not sent'}
          </button>
        </td>
        {columns.map((column) => (
          <td key={column.name} class={column.number ? 'number' : ''}>
            {column.name === 'Finish' && row.error !== null ? (
              <span class="call-error" title={shownLine(row.error, 400)}>
                {shownLine(row.error, 60)}
              </span>
            ) : (
              <Known value={column.of(row)} mono={column.mono === true} />
            )}
          </td>
        ))}
      </tr>
      {open && (
        <tr class="call-open">
          <td colSpan={columns.length + 2}>
            <MessageList session={session} rowKeys={[row.rowKey, ...row.otherKeys]} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** The cell's own sums, as the collector made them. */
function Totals({
  session,
  columns,
  count,
}: {
  session: CellSession;
  columns: readonly Column[];
  count: number;
}) {
  const detail = session.detail.value;
  if (!detail || count < 2) return null;
  const { tokens, cost } = detail;
  const sum = (count: number | null) =>
    count === null ? null : `${tokens.silentCalls === undefined ? '' : '≥ '}${formatTokens(count)}`;
  const sums = new Map([
    ['Prompt', sum(tokens.input)],
    ['Cached', sum(tokens.cacheRead)],
    ['Completion', sum(tokens.output)],
    ['Cost', costWords(cost)],
  ]);
  return (
    <tfoot>
      <tr>
        <th scope="row" colSpan={2}>
          {plural(count, 'call')}
        </th>
        {columns.map((column) => (
          <td key={column.name} class="number">
            {sums.get(column.name)}
          </td>
        ))}
      </tr>
    </tfoot>
  );
}

function Notes({ session, missing }: { session: CellSession; missing: readonly string[] }) {
  const track = trackOf(session.detail.value, 'model_calls');
  const parts = [];
  const { answeredCalls, silentCalls } = session.detail.value?.tokens ?? {};
  if (answeredCalls !== undefined && silentCalls !== undefined)
    parts.push(`At least: ${silentCalls} of ${plural(answeredCalls, 'answered call')} told no usage.`);
  if (track && track.timing !== 'none') parts.push(`Times ${track.timing}: ${timingWords(track.timing)}.`);
  if (track?.note) parts.push(shownLine(track.note, 400));
  if (missing.length > 0) parts.push(`Not recorded: ${missing.join(', ').toLowerCase()}.`);
  return parts.length > 0 ? <p class="panel-note">{parts.join(' ')}</p> : null;
}

/** A dash for the eye, the word for everyone else: a table full of "not recorded" would be noise. */
function Known({ value, mono = false }: { value: string | null; mono?: boolean }) {
  if (value === null)
    return (
      <span class="not-recorded" title="not recorded">
        <span aria-hidden="true">–</span>
        <span class="sr-only">not recorded</span>
      </span>
    );
  return mono ? <code>{shownLine(value)}</code> : <span>{shownLine(value)}</span>;
}
