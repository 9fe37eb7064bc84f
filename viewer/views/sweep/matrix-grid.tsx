// The matrix as a grid of squares: only those in sight are in the page, heads stay while it scrolls, arrows
// move over it. What a square holds is shown beside it on hover and focus, and listed where it holds several.
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the part in sight is in the page is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the square inside has the focus
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { offsetToShow, stretchInSight } from '../../model/display/grid-window.ts';
import type { Matrix } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { type MatrixSizes, matrixSizes } from '../../model/sweep/matrix-sizes.ts';
import { measureLabel, wholeScale } from '../../model/sweep/measure-scale.ts';
import { doingNothing } from '../../model/sweep/sweep-composite.ts';
import { cellHref } from '../../state/page/address.ts';
import { narrow, printing } from '../../state/page/media.ts';
import { navigate } from '../../state/page/route.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { useSight } from '../parts/use-size.ts';
import { ColumnHeads, Corner, Families, RowHead } from './matrix-heads.tsx';
import { MatrixSquare, type SquareLook } from './matrix-square.tsx';
import { MatrixSquareList } from './matrix-square-list.tsx';
import { MatrixSquareTooltip } from './matrix-square-tooltip.tsx';
import type { WhiskerScale } from './rate-whisker.tsx';
import { useMatrixNavigation } from './use-matrix-navigation.ts';
import './matrix-grid.css';

interface GridProps {
  readonly session: SweepSession;
  readonly index: CellIndex;
  readonly matrix: Matrix;
}

/** Paper takes this many squares at most; beyond, it shows those in sight. */
const MAX_PRINTED = 4000;

export function MatrixGrid({ session, index, matrix }: GridProps) {
  const box = useRef<HTMLDivElement>(null);
  const eye = useSignal({ left: 0, top: 0, width: 1400, height: 800 });
  const { rows, columns, measure } = session.axes.value;
  const sizes = useComputed(() => {
    const { width } = eye.value;
    const { matrix: now, axes } = session;
    return now.value ? matrixSizes(now.value, axes.value, width, narrow.value) : null;
  });
  useSight(
    () => box.current,
    ({ scrollLeft, scrollTop, clientWidth, clientHeight }) => {
      eye.value = { left: scrollLeft, top: scrollTop, width: clientWidth, height: clientHeight };
    },
  );
  // Another pivot is another grid: it begins at its corner.
  useLayoutEffect(() => {
    // Asking costs a layout, so ask only where it was scrolled.
    if (eye.peek().top !== 0 || eye.peek().left !== 0) box.current?.scrollTo(0, 0);
  }, [rows, columns]);
  const stretches = useComputed(() => {
    const size = sizes.value;
    const now = session.matrix.value;
    if (!size || !now) return '0,0,0,0';
    const { rows: downs, columns: acrosses } = now;
    if (printing.value && downs.length * acrosses.length <= MAX_PRINTED)
      return `0,${downs.length},0,${acrosses.length}`;
    const { left, top, width, height } = eye.value;
    const down = stretchInSight(top, height - size.headPx, size.rowPx, downs.length);
    const across = stretchInSight(
      left,
      width - size.namePx - size.stickyTotalPx,
      size.columnPx,
      acrosses.length,
    );
    return `${down.from},${down.to},${across.from},${across.to}`;
  });
  const size = sizes.value;
  if (!size) return null;
  const [fromRow = 0, toRow = 0, fromColumn = 0, toColumn = 0] = stretches.value.split(',').map(Number);
  const look: SquareLook = {
    scale: measure === 'outcome' ? null : (session.scale.value ?? wholeScale),
    label: measureLabel(measure),
    floor: measure === 'composite' ? doingNothing(session.weights()) : null,
    mean: measure === 'outcome' || measure === 'pass' ? matrix.total.mean : null,
    margin: measure === 'outcome' || measure === 'pass' ? marginOf(matrix) : null,
  };
  return (
    <Plane
      {...{ session, index, matrix, size, look, box }}
      stretch={{ fromRow, toRow, fromColumn, toColumn }}
    />
  );
}

/** Wide enough for all rows' intervals. */
function marginOf(matrix: Matrix): WhiskerScale {
  const intervals = matrix.rows.flatMap(({ total }) => total.interval ?? []);
  return {
    low: Math.min(1, ...intervals.map(({ low }) => low)),
    high: Math.max(0, ...intervals.map(({ high }) => high)),
    mean: matrix.total.mean,
  };
}

interface PlaneProps extends GridProps {
  readonly size: MatrixSizes;
  readonly look: SquareLook;
  readonly box: preact.RefObject<HTMLDivElement | null>;
  readonly stretch: {
    readonly fromRow: number;
    readonly toRow: number;
    readonly fromColumn: number;
    readonly toColumn: number;
  };
}

function Plane({ session, index, matrix, size, look, box, stretch }: PlaneProps) {
  const { fromRow, toRow, fromColumn, toColumn } = stretch;
  const navigation = useMatrixNavigation({
    rows: matrix.rows.length,
    columns: matrix.columns.length,
    box,
    play: (row, column) => {
      const members = matrix.at(row, column)?.members ?? [];
      const failure = members.find((at) => hasReasons(index.cell(at).outcome)) ?? members[0];
      if (failure !== undefined) navigate(cellHref(index.idOf(failure)));
    },
    show: (row, column) => {
      const element = box.current;
      if (!element) return;
      const inHeight = element.clientHeight - size.headPx;
      const inWidth = element.clientWidth - size.namePx - size.stickyTotalPx;
      element.scrollTop = offsetToShow(row, element.scrollTop, inHeight, size.rowPx);
      element.scrollLeft = offsetToShow(column, element.scrollLeft, inWidth, size.columnPx);
    },
  });
  const { row: tabRow, column: tabColumn } = navigation.focused.value;
  useEffect(() => navigation.close(), [matrix]);
  const range = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  const headRows = size.familyPx > 0 ? 2 : 1;
  const open = navigation.opened.value;
  const openFold = open && matrix.at(open.row, open.column);
  const nameAt = (row: number, column: number) =>
    `${keyWords(matrix.rows[row]?.key)}, ${keyWords(matrix.columns[column]?.key)}`;
  return (
    <div class="matrix-frame">
      <div class="matrix" ref={box} {...navigation.handlers}>
        <div
          class="matrix-plane"
          role="grid"
          aria-label={`${matrix.rows.length} rows, ${matrix.columns.length} columns`}
          aria-rowcount={matrix.rows.length + headRows}
          aria-colcount={matrix.columns.length + 2}
          style={{ width: `${size.widthPx}px`, height: `${size.heightPx}px` }}
        >
          <div class="matrix-head" role="rowgroup" style={{ height: `${size.headPx}px` }}>
            {headRows === 2 && <Families {...{ session, matrix, size }} from={fromColumn} to={toColumn} />}
            <div class="head-names" role="row" aria-rowindex={headRows}>
              <Corner session={session} matrix={matrix} size={size} look={look} />
              <ColumnHeads {...{ session, matrix, size, look }} from={fromColumn} to={toColumn} />
            </div>
          </div>
          {range(fromRow, Math.min(toRow, matrix.rows.length)).map((row) => (
            <div
              // By place: another view then fills the squares that are there.
              key={row}
              class="matrix-row"
              role="row"
              aria-rowindex={row + headRows + 1}
              style={{ top: `${size.headPx + row * size.rowPx}px`, height: `${size.rowPx}px` }}
            >
              <RowHead session={session} header={matrix.rows[row]} size={size} look={look} />
              {range(fromColumn, Math.min(toColumn, matrix.columns.length)).map((column) => {
                const fold = matrix.at(row, column);
                const only = fold && fold.count === 1 ? (fold.members[0] ?? null) : null;
                return (
                  <MatrixSquare
                    key={column}
                    fold={fold}
                    row={row}
                    column={column}
                    leftPx={size.leftPx + column * size.columnPx}
                    widthPx={size.columnPx}
                    look={look}
                    tabbable={row === tabRow && column === tabColumn}
                    names={nameAt(row, column)}
                    noted={fold?.noted === true}
                    href={only === null ? null : cellHref(index.idOf(only))}
                  />
                );
              })}
            </div>
          ))}
        </div>
      </div>
      <MatrixSquareTooltip place={navigation.pointed} {...{ index, matrix, look, nameAt }} />
      {open && openFold && (
        <MatrixSquareList
          key={`${open.row} ${open.column}`}
          session={session}
          index={index}
          fold={openFold}
          title={nameAt(open.row, open.column)}
          row={matrix.rows[open.row]?.key ?? ''}
          column={matrix.columns[open.column]?.key ?? ''}
          anchor={open.anchor}
          onClose={navigation.close}
        />
      )}
    </div>
  );
}

function keyWords(key: string | undefined): string {
  return key ? shownLine(key) : 'none';
}
