// The model calls as a table: what went in, what came out, how long it took, what it cost. No number is ever cut;
// the full one is its title. What no call knows is one sentence below. Opening a call shows what was said.
import { useComputed, useSignal } from '@preact/signals';
import { useCallback, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { kindAt } from '../../../shared/trace-columns.ts';
import type { ModelCallJson } from '../../../shared/wire.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import { shortCount, shortLength, shortMoment } from '../../model/display/short-numbers.ts';
import {
  callSums,
  type ModelCallRow,
  modelCallRows,
  shortenedContexts,
} from '../../model/model-calls/model-call-rows.ts';
import { ancestorsOf } from '../../model/trace/trace-tree.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import { timingWords } from '../parts/grade-words.ts';
import { Nothing } from '../parts/notice.tsx';
import { useRovingRows } from '../parts/use-roving-rows.ts';
import { useRowWindow } from '../parts/use-row-window.ts';
import { MessageList } from './message-list.tsx';
import './model-calls-tab.css';

const ROW_PX = 33;
/** What ends most calls says nothing. */
const ORDINARY_FINISH = /^(?:stop|end_turn|tool[-_ ]?(?:calls?|use)|completed?)$/i;

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

/** What all rows share. */
interface Scales {
  readonly lengthNs: number;
  readonly mostInput: number;
  readonly longestMs: number;
  /** Whether any call tells its cost. */
  readonly hasCost: boolean;
}

function Calls({ session, calls }: { session: CellSession; calls: readonly ModelCallJson[] }) {
  const startNs = session.trace.value?.columns.startNs ?? null;
  const rows = useMemo(() => (startNs === null ? [] : modelCallRows(calls, startNs)), [calls, startNs]);
  const shortened = useMemo(() => shortenedIn(rows, session), [rows, session.trace.value]);
  const lengthNs = session.playback.lengthNs.value;
  const scales = useMemo(() => scalesOf(rows, lengthNs), [rows, lengthNs]);
  const table = useRef<HTMLTableElement>(null);
  const opened = useSignal<ReadonlySet<string>>(new Set());
  const keyOf = useCallback((row: number) => rows[row]?.rowKey ?? '', [rows]);
  const list = useRowWindow(table, { count: rows.length, keyOf, estimatePx: ROW_PX });
  const active = useComputed(() => {
    const row = session.playback.chosenRow.value;
    const trace = session.trace.value;
    const chosen = row < 0 || !trace ? -1 : rows.findIndex((call) => trace.rowOf(call.rowKey) === row);
    if (chosen >= 0) return chosen;
    const tNs = session.playback.positionNs.value;
    return rows.findLastIndex((call) => call.startNs <= tNs);
  }).value;
  useLayoutEffect(() => {
    if (active >= 0) list.reveal(active);
  }, [active]);
  const toggle = (key: string) => {
    const next = new Set(opened.value);
    if (!next.delete(key)) next.add(key);
    opened.value = next;
  };
  const roving = useRovingRows(table, {
    count: rows.length,
    current: active,
    reveal: list.reveal,
    onEnter: (row) => openCall(session, rows[row]),
  });
  return (
    <>
      <table class="calls" ref={table} onKeyDown={roving.onKeyDown} onFocusOut={roving.onFocusOut}>
        <colgroup>
          <col class="col-number" />
          <col class="col-at" />
          <col class="col-in" />
          <col class="col-out" />
          <col />
          {scales.hasCost && <col class="col-cost" />}
        </colgroup>
        <Heads session={session} rows={rows} scales={scales} />
        <Room px={list.beforePx} />
        {rows.slice(list.from, list.to).map((row, offset) => (
          <Call
            key={row.rowKey}
            row={row}
            index={list.from + offset}
            scales={scales}
            before={shortened.get(row) ?? null}
            active={list.from + offset === active}
            open={opened.value.has(row.rowKey)}
            hasStop={list.from + offset === roving.stop}
            onToggle={toggle}
            session={session}
          />
        ))}
        <Room px={list.afterPx} />
      </table>
      <Notes session={session} missing={missingIn(rows)} />
    </>
  );
}

/** Chooses a call and lays it open; one whose span is not here has nothing to show. */
function openCall({ trace, playback, drawer }: CellSession, call: ModelCallRow | undefined): void {
  const row = call ? (trace.peek()?.rowOf(call.rowKey) ?? -1) : -1;
  if (!call || row < 0) return;
  playback.selectAt(row, call.startNs);
  drawer.open(row);
}

function scalesOf(rows: readonly ModelCallRow[], lengthNs: number): Scales {
  return {
    lengthNs,
    mostInput: rows.reduce((most, { inputTokens }) => Math.max(most, inputTokens ?? 0), 1),
    longestMs: rows.reduce((most, { lengthMs }) => Math.max(most, lengthMs ?? 0), 1),
    hasCost: rows.some(({ cost }) => cost !== null),
  };
}

function missingIn(rows: readonly ModelCallRow[]): string[] {
  const known: readonly [string, (row: ModelCallRow) => unknown][] = [
    ['prompt tokens', (row) => row.prompt],
    ['cached tokens', (row) => row.cached],
    ['completion tokens', (row) => row.completion],
    ['first token', (row) => row.firstChunk],
    ['latency', (row) => row.latency],
    ['cost', (row) => row.cost],
  ];
  return known.filter(([, of]) => rows.every((row) => of(row) === null)).map(([name]) => name);
}

/** A subagent's calls lie below the tool call that sent it. */
function shortenedIn(rows: readonly ModelCallRow[], session: CellSession): ReadonlyMap<ModelCallRow, number> {
  const trace = session.trace.value;
  if (!trace) return new Map();
  return shortenedContexts(rows, (row) => {
    const at = trace.rowOf(row.rowKey);
    const above = at < 0 ? [] : ancestorsOf(trace.tree, at, 64);
    return above.findLast((one) => kindAt(trace.columns, one) === 'tool_call') ?? -1;
  });
}

/** The names of the columns, and the sums, as the collector made them. */
function Heads({
  session,
  rows,
  scales,
}: {
  session: CellSession;
  rows: readonly ModelCallRow[];
  scales: Scales;
}) {
  const detail = session.detail.value;
  const { lengthMs, waitShare } = useMemo(() => callSums(rows), [rows]);
  const { tokens, cost } = detail ?? {};
  const least = tokens?.silentCalls === undefined ? '' : '≥ ';
  const { input = null, cacheRead = null, output = null } = tokens ?? {};
  const sum = (count: number | null) =>
    count !== null && <span title={formatCount(count)}>{`${least}${shortCount(count)}`}</span>;
  return (
    <thead>
      <tr class="call-heads">
        <th scope="col" class="call-number">
          #
        </th>
        <th scope="col">At</th>
        <th scope="col" class="number">
          In
        </th>
        <th scope="col" class="number">
          Out
        </th>
        <th
          scope="col"
          class="number"
          title="From the request to the first piece of the answer, and to its end"
        >
          Wait and stream
        </th>
        {scales.hasCost && (
          <th scope="col" class="number">
            Cost
          </th>
        )}
      </tr>
      {rows.length > 1 && (
        <tr class="call-sums">
          <th scope="row" colSpan={2}>
            {plural(rows.length, 'call')}
          </th>
          <td class="number">
            {sum(input)}
            {input !== null && input > 0 && cacheRead !== null && (
              <small>{percent(cacheRead / input)} cached</small>
            )}
          </td>
          <td class="number">{sum(output)}</td>
          <td class="number">
            {lengthMs !== null && shortLength(lengthMs)}
            {waitShare !== null && <small>{percent(waitShare)} waiting</small>}
          </td>
          {scales.hasCost && <td class="number">{cost && costWords(cost)}</td>}
        </tr>
      )}
    </thead>
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)}\u2009%`;
}

/** Room for the rows that are not in the page. */
function Room({ px }: { px: number }) {
  if (px === 0) return null;
  return (
    <tbody aria-hidden="true">
      <tr style={{ height: `${px}px` }}>
        <td colSpan={6} />
      </tr>
    </tbody>
  );
}

interface CallProps {
  readonly row: ModelCallRow;
  readonly index: number;
  readonly scales: Scales;
  /** Tokens of the context before it was shortened; null where it was not. */
  readonly before: number | null;
  readonly active: boolean;
  readonly open: boolean;
  readonly hasStop: boolean;
  readonly onToggle: (key: string) => void;
  readonly session: CellSession;
}

function Call({ row, index, scales, before, active, open, hasStop, onToggle, session }: CallProps) {
  const here = session.trace.value?.rowOf(row.rowKey) ?? -1;
  const seek = () =>
    here >= 0 ? session.playback.selectAt(here, row.startNs) : session.playback.seek(row.startNs);
  const toggle = (event: MouseEvent) => {
    event.stopPropagation();
    onToggle(row.rowKey);
  };
  return (
    <tbody data-row={index}>
      {before !== null && row.inputTokens !== null && (
        <tr class="call-shortened">
          <td colSpan={6}>
            The context was shortened: {shortCount(before)} <Arrow /> {shortCount(row.inputTokens)}
          </td>
        </tr>
      )}
      <tr
        class={active ? 'active' : ''}
        aria-current={active ? 'step' : undefined}
        tabIndex={hasStop ? 0 : -1}
        onClick={seek}
      >
        <td class="call-number">
          <button
            type="button"
            class="fold"
            tabIndex={-1}
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
        <td class="call-at" title={row.start ?? undefined}>
          {row.start === null ? 'not sent' : shortMoment(row.startNs, scales.lengthNs)}
        </td>
        <td class="number">
          <Input row={row} most={scales.mostInput} />
        </td>
        <td class="number" title={row.completion ?? undefined}>
          <Known value={row.outputTokens} of={shortCount} />
        </td>
        <td class="number">
          <Length row={row} longestMs={scales.longestMs} />
        </td>
        {scales.hasCost && (
          <td class="number">
            <Known value={row.cost} of={String} />
          </td>
        )}
      </tr>
      {open && (
        <tr class="call-open">
          <td colSpan={6}>
            {row.requestHash !== null && (
              <p class="call-hash">
                Request <code>{row.requestHash}</code>
              </p>
            )}
            <MessageList session={session} rowKeys={[row.rowKey, ...row.otherKeys]} />
          </td>
        </tr>
      )}
    </tbody>
  );
}

/** What went in, over a bar of it: pale from a cache, solid anew. */
function Input({ row, most }: { row: ModelCallRow; most: number }) {
  const { inputTokens, cachedTokens } = row;
  if (inputTokens === null) return <Known value={null} of={shortCount} />;
  const cached = Math.min(cachedTokens ?? 0, inputTokens);
  const words = cachedTokens === null ? '' : `, ${formatCount(cachedTokens)} of them from a cache`;
  return (
    <span class="call-in" title={`${formatCount(inputTokens)} tokens${words}`}>
      {shortCount(inputTokens)}
      <i class="call-bar" aria-hidden="true">
        <i class="pale" style={{ width: `${(100 * cached) / most}%` }} />
        <i class="solid" style={{ width: `${(100 * (inputTokens - cached)) / most}%` }} />
      </i>
    </span>
  );
}

/** How long it took: pale until the first piece came, solid from then on. Why it ended, where that says something. */
function Length({ row, longestMs }: { row: ModelCallRow; longestMs: number }) {
  const { lengthMs, waitMs, finish, error } = row;
  const wait = Math.min(waitMs ?? 0, lengthMs ?? 0);
  const ending = error ?? (finish === null || ORDINARY_FINISH.test(finish) ? null : finish);
  return (
    <span class="call-length">
      {ending !== null && (
        <span class={error === null ? 'call-finish' : 'call-error'} title={shownLine(ending, 400)}>
          {shownLine(ending, 40)}
        </span>
      )}
      {lengthMs !== null && (
        <i class="call-bar" aria-hidden="true">
          <i class="pale" style={{ width: `${(100 * wait) / longestMs}%` }} />
          <i class="solid" style={{ width: `${(100 * (lengthMs - wait)) / longestMs}%` }} />
        </i>
      )}
      <span
        class="call-time"
        title={row.firstChunk === null ? undefined : `first piece after ${row.firstChunk}`}
      >
        <Known value={lengthMs} of={shortLength} />
      </span>
    </span>
  );
}

function Arrow() {
  return (
    <>
      <svg class="arrow" viewBox="0 0 11 8" aria-hidden="true">
        <path d="M.7 4h9M6.8 1 10 4 6.8 7" />
      </svg>
      <span class="sr-only">to</span>
    </>
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
  if (missing.length > 0) parts.push(`Not recorded: ${missing.join(', ')}.`);
  return parts.length > 0 ? <p class="panel-note">{parts.join(' ')}</p> : null;
}

/** A dash for the eye, the word for everyone else: a table full of "not recorded" would be noise. */
function Known<T>({ value, of }: { value: T | null; of: (value: T) => string }) {
  if (value !== null) return <>{of(value)}</>;
  return (
    <span class="not-recorded" title="not recorded">
      <span aria-hidden="true">–</span>
      <span class="sr-only">not recorded</span>
    </span>
  );
}
