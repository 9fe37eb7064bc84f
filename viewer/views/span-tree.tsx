// All spans as a tree table. Only the rows in sight are in the page, so that 100,000 spans scroll as
// five do; ids, kinds and starts come with the trace, attributes as they come into sight.
// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which a table does not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, its active row the selection
import { useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { spanKey } from '../../shared/conventions.ts';
import { kindAt, spanIdAt, statusAt } from '../../shared/trace-columns.ts';
import { formatLength, formatOffset } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { spanFacts } from '../model/span-facts.ts';
import { rowStartNs, treeMark, unfoldedRows } from '../model/trace-tree.ts';
import type { CellSession } from '../state/cell-session.ts';
import { type CellTrace, keyAt } from '../state/cell-trace.ts';
import { narrow } from '../state/media.ts';
import { KindMark } from './marks.tsx';
import { Nothing } from './notice.tsx';
import { focusIsByTab } from './use-keys.ts';
import './span-tree.css';

// The preview is short: what the span's own name or kind says already is left to the card.
const SAID_BY_NAME: ReadonlySet<string> = new Set([
  spanKey.operation,
  spanKey.provider,
  spanKey.requestModel,
  spanKey.toolName,
  spanKey.toolCallId,
]);
const ROW_PX = 44;
const OVERSCAN = 6;
const INDENT_PX = 14;
const NARROW_INDENT_PX = 6;
// Deeper spans stop moving right: a chain of a thousand must still show its names.
const MAX_INDENT_LEVELS = 12;

export function SpanTree({ session }: { session: CellSession }) {
  const trace = session.trace.value;
  if (!trace || trace.columns.count === 0)
    return (
      <Nothing title={session.traceError.value ? 'The spans could not be loaded' : 'No span was recorded'}>
        {session.traceError.value && <p>{session.traceError.value.message}</p>}
      </Nothing>
    );
  return <Table session={session} trace={trace} />;
}

function Table({ session, trace }: { session: CellSession; trace: CellTrace }) {
  const folded = useSignal<ReadonlySet<number>>(new Set());
  const view = useSignal({ top: 0, height: 600 });
  const grid = useRef<HTMLDivElement>(null);
  const { playback } = session;
  const rows = useComputed(() => unfoldedRows(session.trace.value?.tree ?? trace.tree, folded.value));

  useLayoutEffect(() => {
    const panel = grid.current?.closest<HTMLElement>('.panel');
    if (!panel) return;
    const measure = () => {
      view.value = { top: panel.scrollTop, height: panel.clientHeight };
    };
    measure();
    panel.addEventListener('scroll', measure, { passive: true });
    const observer = new ResizeObserver(measure);
    observer.observe(panel);
    return () => {
      panel.removeEventListener('scroll', measure);
      observer.disconnect();
    };
  }, [view]);
  useSignalEffect(() => {
    const at = rows.peek().indexOf(playback.row.value);
    const panel = grid.current?.closest<HTMLElement>('.panel');
    if (at < 0 || !panel) return;
    const top = at * ROW_PX;
    if (top < panel.scrollTop) panel.scrollTop = Math.max(0, top - ROW_PX);
    else if (top + 2 * ROW_PX > panel.scrollTop + panel.clientHeight)
      panel.scrollTop = top + 2 * ROW_PX - panel.clientHeight;
  });

  const toggle = (row: number) => {
    const next = new Set(folded.value);
    if (!next.delete(row)) next.add(row);
    folded.value = next;
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!focusIsByTab()) return;
    const at = rows.value.indexOf(playback.row.value);
    const row = rows.value[at] ?? -1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const next = rows.value[at + (event.key === 'ArrowDown' ? 1 : -1)];
      if (next !== undefined) playback.select(next);
    } else if (event.key === 'ArrowLeft' && canFold(trace, row) && !folded.value.has(row)) toggle(row);
    else if (event.key === 'ArrowRight' && folded.value.has(row)) toggle(row);
    else return;
    event.preventDefault();
  };

  const from = Math.max(0, Math.floor(view.value.top / ROW_PX) - OVERSCAN);
  const to = Math.min(rows.value.length, Math.ceil((view.value.top + view.value.height) / ROW_PX) + OVERSCAN);
  const shown = [...rows.value.subarray(from, to)];
  return (
    <div
      class="span-tree"
      role="treegrid"
      aria-label="Trace spans"
      aria-rowcount={rows.value.length + 1}
      tabIndex={0}
      ref={grid}
      onKeyDown={onKeyDown}
    >
      <div class="tree-row tree-head" role="row" aria-rowindex={1}>
        <span role="columnheader">Name</span>
        <span role="columnheader">Start</span>
        <span role="columnheader">Duration</span>
        <span role="columnheader">Kind</span>
        <span role="columnheader">Attributes or error</span>
        <span role="columnheader">Span</span>
      </div>
      <div role="rowgroup" style={{ height: `${rows.value.length * ROW_PX}px`, position: 'relative' }}>
        {shown.map((row, index) => (
          <TreeRow
            key={row}
            session={session}
            trace={trace}
            row={row}
            index={from + index}
            folded={folded.value.has(row)}
            onToggle={toggle}
          />
        ))}
      </div>
    </div>
  );
}

function canFold(trace: CellTrace, row: number): boolean {
  return (trace.tree.childCount[row] ?? 0) > 0;
}

interface TreeRowProps {
  readonly session: CellSession;
  readonly trace: CellTrace;
  readonly row: number;
  /** Place among the rows not folded away. */
  readonly index: number;
  readonly folded: boolean;
  readonly onToggle: (row: number) => void;
}

function TreeRow({ session, trace, row, index, folded, onToggle }: TreeRowProps) {
  const { columns, tree } = trace;
  const active = useComputed(() => session.playback.row.value === row).value;
  const depth = tree.depth[row] ?? 0;
  const indent = Math.min(depth, MAX_INDENT_LEVELS) * (narrow.value ? NARROW_INDENT_PX : INDENT_PX);
  const name = shownLine(columns.names[columns.name[row] ?? -1] ?? '');
  const duration = columns.duration[row] ?? Number.NaN;
  const failed = statusAt(columns, row) === 'error';
  const foldable = canFold(trace, row);
  const orphan = ((tree.marks[row] ?? 0) & treeMark.orphan) !== 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      class={`tree-row${active ? ' active' : ''}${failed ? ' failed' : ''}`}
      role="row"
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={active}
      aria-expanded={foldable ? !folded : undefined}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onClick={() => session.playback.select(row)}
    >
      <span role="gridcell" class="tree-name" style={{ paddingLeft: `${indent}px` }}>
        {foldable ? (
          <button
            type="button"
            class="fold"
            tabIndex={-1}
            aria-label={folded ? `Unfold ${name}` : `Fold ${name}`}
            onClick={(event) => {
              event.stopPropagation();
              onToggle(row);
            }}
          >
            <svg class={folded ? 'chevron' : 'chevron open'} viewBox="0 0 10 10" aria-hidden="true">
              <path d="M3.5 2 6.8 5 3.5 8" />
            </svg>
          </button>
        ) : (
          <i class="fold" />
        )}
        <KindMark kind={kindAt(columns, row)} />
        <b title={name}>{name}</b>
      </span>
      <span role="gridcell" class="tree-start">
        {formatOffset(rowStartNs(columns, row))}
      </span>
      <span role="gridcell" class="tree-duration">
        {Number.isNaN(duration) ? 'never ended' : formatLength(duration)}
      </span>
      <span role="gridcell" class="tree-kind" style={{ paddingLeft: `${indent + 36}px` }}>
        {kindAt(columns, row)}
        {orphan && <em title="Its parent never arrived"> orphan</em>}
      </span>
      <Preview session={session} trace={trace} row={row} />
    </div>
  );
}

function Preview({ session, trace, row }: { session: CellSession; trace: CellTrace; row: number }) {
  const { spans } = session;
  useEffect(() => spans.want(row), [spans, row]);
  const span = spans.epoch.value >= 0 ? spans.get(keyAt(trace.columns, row)) : null;
  const facts = span ? spanFacts(span).filter((fact) => !SAID_BY_NAME.has(fact.key)) : [];
  const text = facts
    .slice(0, 6)
    .map((fact) => `${fact.key} ${fact.preview}`)
    .join(' · ');
  return (
    <>
      <span role="gridcell" class="tree-facts">
        {span?.statusMessage ? <em>{shownLine(span.statusMessage, 160)}</em> : shownLine(text, 240)}
      </span>
      <span role="gridcell" class="tree-id" title={span?.sourceId ?? spanIdAt(trace.columns, row)}>
        <code>{shownLine(span?.sourceId ?? spanIdAt(trace.columns, row)).slice(0, 8)}</code>
      </span>
    </>
  );
}
