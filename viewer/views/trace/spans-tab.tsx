// All spans as a tree table. Only the rows in sight are in the page, so that 100,000 spans scroll as
// five do. Plumbing is folded by rule and counted; a filter shows what fits and where it stands.
// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which a table does not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, its active row the selection
import { type Signal, useComputed, useSignal, useSignalEffect } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { formatCount, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { CellTrace } from '../../state/trace/cell-trace.ts';
import type { TreeItems } from '../../state/trace/span-folds.ts';
import { createSpanTable, type SpanTable } from '../../state/trace/span-folds.ts';
import { Nothing } from '../parts/notice.tsx';
import { focusIsByTab } from '../parts/use-keys.ts';
import { useSight } from '../parts/use-size.ts';
import { NoiseRow, ROW_PX, SpanTreeRow } from './span-tree-row.tsx';
import './spans-tab.css';

const OVERSCAN = 6;
/** The bar above the rows keeps in sight. */
const TOOLS_PX = 41;

export function SpansTab({ session }: { session: CellSession }) {
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
  const table = useRef<SpanTable | null>(null);
  table.current ??= createSpanTable(session);
  const spans = table.current;
  const view = useSignal({ top: 0, height: 600 });
  const grid = useRef<HTMLDivElement>(null);
  const { playback } = session;
  const items = spans.items.value;
  const active = useComputed(() => spans.itemOf(playback.row.value)).value;
  useRowsInSight(grid, view);
  useSignalEffect(() => {
    const at = spans.itemOf(playback.row.value);
    const panel = grid.current?.closest<HTMLElement>('.panel');
    if (at < 0 || !panel) return;
    const top = at * ROW_PX;
    if (top < panel.scrollTop) panel.scrollTop = Math.max(0, top - ROW_PX);
    else if (top + 2 * ROW_PX + TOOLS_PX > panel.scrollTop + panel.clientHeight)
      panel.scrollTop = top + 2 * ROW_PX + TOOLS_PX - panel.clientHeight;
  });
  const from = Math.max(0, Math.floor(view.value.top / ROW_PX) - OVERSCAN);
  const to = Math.min(items.rows.length, Math.ceil((view.value.top + view.value.height) / ROW_PX) + OVERSCAN);
  return (
    <>
      <Tools spans={spans} items={items} />
      {items.rows.length === 0 && <p class="tree-empty">No span fits these words.</p>}
      <div
        class="span-tree"
        role="treegrid"
        aria-label="Trace spans"
        aria-rowcount={items.rows.length + 1}
        aria-activedescendant={active >= from && active < to ? `tree-row-${active}` : undefined}
        tabIndex={0}
        ref={grid}
        onKeyDown={(event) => focusIsByTab() && runTreeKey(event, session, spans) && event.preventDefault()}
      >
        <div class="tree-row tree-head" role="row" aria-rowindex={1}>
          <span role="columnheader">Name</span>
          <span role="columnheader">Start</span>
          <span role="columnheader">Duration</span>
          <span role="columnheader">Kind</span>
          <span role="columnheader">Attributes or error</span>
          <span role="columnheader">Span</span>
        </div>
        <div role="rowgroup" style={{ height: `${items.rows.length * ROW_PX}px`, position: 'relative' }}>
          {[...items.rows.subarray(from, to)].map((item, offset) => {
            const index = from + offset;
            const fold = item < 0 ? items.folds[-1 - item] : undefined;
            if (fold)
              return (
                <NoiseRow
                  key={`fold ${fold.firstRow}`}
                  fold={fold}
                  index={index}
                  active={index === active}
                  onOpen={spans.openNoise}
                />
              );
            return (
              <SpanTreeRow
                key={item}
                session={session}
                trace={trace}
                row={item}
                index={index}
                active={index === active}
                folded={spans.isClosed(item)}
                aside={items.fits !== null && items.fits[item] === 0}
                onToggle={items.fits === null ? spans.toggle : null}
              />
            );
          })}
        </div>
      </div>
    </>
  );
}

function Tools({ spans, items }: { spans: SpanTable; items: TreeItems }) {
  return (
    <search class="tree-tools">
      <input
        type="search"
        aria-label="Filter spans"
        placeholder="Filter by name, kind, id or error"
        autocomplete="off"
        spellcheck={false}
        value={spans.text.value}
        onInput={(event) => spans.setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return;
          spans.setText('');
          event.currentTarget.blur();
        }}
      />
      {items.fits !== null ? (
        <p role="status">{plural(items.count, 'span')}</p>
      ) : (
        items.noise > 0 && (
          <button type="button" class="link" onClick={spans.toggleAllNoise} aria-pressed={items.allNoise}>
            {items.allNoise ? 'Fold plumbing' : `Show ${formatCount(items.noise)} plumbing spans`}
          </button>
        )
      )}
    </search>
  );
}

function useRowsInSight(
  grid: preact.RefObject<HTMLDivElement | null>,
  view: Signal<{ top: number; height: number }>,
): void {
  useSight(
    () => grid.current?.closest<HTMLElement>('.panel'),
    ({ scrollTop, clientHeight }) => {
      view.value = { top: scrollTop, height: clientHeight };
    },
    [view],
  );
}

/** @returns whether the key was one of the grid's */
function runTreeKey(event: KeyboardEvent, session: CellSession, spans: SpanTable): boolean {
  const { playback } = session;
  const tree = session.trace.peek()?.tree;
  const items = spans.items.peek();
  const at = spans.itemOf(playback.row.peek());
  const item = items.rows[at] ?? -1;
  const fold = item < 0 ? items.folds[-1 - item] : undefined;
  const row = fold ? fold.firstRow : item;
  if (!tree || at < 0) return false;
  const canFold = !fold && items.fits === null && (tree.childCount[row] ?? 0) > 0;
  const go = (to: number) => {
    const next = items.rows[Math.min(Math.max(0, to), items.rows.length - 1)];
    if (next !== undefined) playback.select(next < 0 ? (items.folds[-1 - next]?.firstRow ?? 0) : next);
  };
  switch (event.key) {
    case 'ArrowDown':
      go(at + 1);
      return true;
    case 'ArrowUp':
      go(at - 1);
      return true;
    case 'PageDown':
      go(at + 10);
      return true;
    case 'PageUp':
      go(at - 10);
      return true;
    case 'ArrowLeft':
      if (canFold && !spans.isClosed(row)) spans.toggle(row);
      else if ((tree.parent[row] ?? -1) >= 0) playback.select(tree.parent[row] ?? 0);
      return true;
    case 'ArrowRight':
      if (fold) spans.openNoise(fold.firstRow);
      else if (spans.isClosed(row)) spans.toggle(row);
      else if (canFold) go(at + 1);
      return true;
    default:
      return false;
  }
}
