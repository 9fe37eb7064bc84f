// One row of the tree table: a span, or a fold of noise that says what is in it.
// biome-ignore-all lint/a11y/useSemanticElements: rows are placed by hand, which a table does not allow
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus, its active row the selection

import { useEffect } from 'preact/hooks';
import { spanKey } from '../../../shared/conventions.ts';
import { spanFlag } from '../../../shared/span.ts';
import { kindAt, spanIdAt, statusAt } from '../../../shared/trace-columns.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatLength, formatOffset, plural } from '../../model/display/format.ts';
import type { NoiseFold } from '../../model/trace/noise.ts';
import { spanFacts } from '../../model/trace/span-facts.ts';
import { rowLength, rowStart } from '../../model/trace/span-length.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import { narrow } from '../../state/page/media.ts';
import { type CellTrace, keyAt } from '../../state/trace/cell-trace.ts';
import { KindMark } from '../parts/icons.tsx';

// The preview is short: what the span's own name or kind says already is left to the card.
const SAID_BY_NAME: ReadonlySet<string> = new Set([
  spanKey.operation,
  spanKey.provider,
  spanKey.requestModel,
  spanKey.toolName,
  spanKey.toolCallId,
]);
export const ROW_PX = 44;
const INDENT_PX = 14;
const NARROW_INDENT_PX = 6;
// Deeper spans stop moving right: a chain of a thousand must still show its names.
const MAX_INDENT_LEVELS = 12;

function indentPx(depth: number): number {
  return Math.min(depth, MAX_INDENT_LEVELS) * (narrow.value ? NARROW_INDENT_PX : INDENT_PX);
}

interface Place {
  /** Place among the rows of the table. */
  readonly index: number;
  readonly active: boolean;
}

export interface SpanTreeRowProps extends Place {
  readonly session: CellSession;
  readonly trace: CellTrace;
  readonly row: number;
  readonly folded: boolean;
  /** It stands only for what is below it: the filter is about that. */
  readonly aside: boolean;
  readonly onToggle: ((row: number) => void) | null;
}

export function SpanTreeRow({
  session,
  trace,
  row,
  index,
  active,
  folded,
  aside,
  onToggle,
}: SpanTreeRowProps) {
  const { columns, tree } = trace;
  const depth = tree.depth[row] ?? 0;
  const indent = indentPx(depth);
  const name = shownLine(columns.names[columns.name[row] ?? -1] ?? '');
  const failed = statusAt(columns, row) === 'error';
  const foldable = onToggle !== null && (tree.childCount[row] ?? 0) > 0;
  // The parents of a run under way end after their children.
  const orphan = ((columns.flags[row] ?? 0) & spanFlag.orphan) !== 0 && !isUnderWay(session);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      class={`tree-row${active ? ' active' : ''}${failed ? ' failed' : ''}${aside ? ' aside' : ''}`}
      role="row"
      id={`tree-row-${index}`}
      aria-rowindex={index + 2}
      aria-level={depth + 1}
      aria-selected={active}
      aria-expanded={foldable ? !folded : undefined}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onClick={() => session.playback.select(row)}
    >
      <span role="gridcell" class="tree-name" style={{ paddingLeft: `${indent}px` }}>
        {foldable ? (
          <FoldButton name={name} folded={folded} onClick={() => onToggle?.(row)} />
        ) : (
          <i class="fold" />
        )}
        <KindMark kind={kindAt(columns, row)} failed={failed} />
        <b title={name}>{name}</b>
      </span>
      <span role="gridcell" class="tree-start">
        {rowStart(columns, row)}
      </span>
      <span role="gridcell" class="tree-duration">
        {rowLength(columns, row)}
      </span>
      <span role="gridcell" class="tree-kind" style={{ paddingLeft: `${indent + 36}px` }}>
        {kindAt(columns, row)}
        {orphan && <em title="Its parent never arrived"> orphan</em>}
      </span>
      <Preview session={session} trace={trace} row={row} />
    </div>
  );
}

function FoldButton({ name, folded, onClick }: { name: string; folded: boolean; onClick: () => void }) {
  return (
    <button
      type="button"
      class="fold"
      tabIndex={-1}
      aria-label={folded ? `Unfold ${name}` : `Fold ${name}`}
      onClick={(event) => {
        event.stopPropagation();
        onClick();
      }}
    >
      <svg class={folded ? 'chevron' : 'chevron open'} viewBox="0 0 10 10" aria-hidden="true">
        <path d="M3.5 2 6.8 5 3.5 8" />
      </svg>
    </button>
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
  const id = span?.sourceId ?? spanIdAt(trace.columns, row);
  return (
    <>
      <span role="gridcell" class="tree-facts">
        {span?.statusMessage ? <em>{shownLine(span.statusMessage, 160)}</em> : shownLine(text, 240)}
      </span>
      <span role="gridcell" class="tree-id" title={shownLine(id)}>
        <code>{shownLine(id).slice(0, 8)}</code>
      </span>
    </>
  );
}

/** Noise between two spans that tell: a click shows it. */
export function NoiseRow({
  fold,
  index,
  active,
  onOpen,
}: Place & { fold: NoiseFold; onOpen: (firstRow: number) => void }) {
  const indent = indentPx(fold.depth);
  const many = plural(fold.count, 'span');
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      class={`tree-row noise${active ? ' active' : ''}`}
      role="row"
      id={`tree-row-${index}`}
      aria-rowindex={index + 2}
      aria-level={fold.depth + 1}
      aria-selected={active}
      aria-expanded={false}
      style={{ transform: `translateY(${index * ROW_PX}px)` }}
      onClick={() => onOpen(fold.firstRow)}
    >
      <span role="gridcell" class="tree-name" style={{ paddingLeft: `${indent}px` }}>
        <FoldButton name={many} folded onClick={() => onOpen(fold.firstRow)} />
        <span class="noise-count">{formatCount(fold.count)}</span>
        <span class="noise-label">{shownLine(fold.label, 160)}</span>
      </span>
      <span role="gridcell" class="tree-start">
        {formatOffset(fold.startNs)}
      </span>
      <span role="gridcell" class="tree-duration">
        {formatLength(fold.endNs - fold.startNs)}
      </span>
      <span role="gridcell" class="tree-kind" style={{ paddingLeft: `${indent + 36}px` }}>
        plumbing, folded
      </span>
    </div>
  );
}
