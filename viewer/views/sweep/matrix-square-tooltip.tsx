// What the square under the pointer or the focus holds, in a few lines beside it.
import type { ReadonlySignal } from '@preact/signals';
import { formatUsd } from '../../../shared/money.ts';
import { glanceLength } from '../../model/cells/latest-runs.ts';
import type { Matrix, MatrixFold } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { meanWords, missingWords, outcomeWords } from '../../model/sweep/square-content.ts';
import { medianOf } from '../../model/sweep/sweep-totals.ts';
import type { SquareLook } from './matrix-square.tsx';
import type { GridAnchor, GridSpot } from './use-matrix-navigation.ts';

const TOOLTIP_PX = 280;
const ROOM_PX = 150;

export function MatrixSquareTooltip({
  place,
  index,
  matrix,
  look,
  nameAt,
}: {
  place: ReadonlySignal<GridSpot | null>;
  index: CellIndex;
  matrix: Matrix;
  look: SquareLook;
  nameAt: (row: number, column: number) => string;
}) {
  const spot = place.value;
  const fold = spot && matrix.at(spot.row, spot.column);
  if (!spot || !fold) return null;
  const missing = missingWords(fold);
  const below = look.floor !== null && fold.mean !== null && fold.mean < look.floor;
  return (
    // The square's own name says the same to screen readers.
    <div class="square-tooltip" aria-hidden="true" style={floatingPlace(spot.anchor, TOOLTIP_PX, ROOM_PX)}>
      <b>{nameAt(spot.row, spot.column)}</b>
      <p>{outcomeWords(fold)}</p>
      {(fold.count > 1 || look.scale) && <p>{meanWords(fold, look.scale, look.label)}</p>}
      <MedianLine index={index} fold={fold} />
      {below && <p>below {look.floor?.toFixed(2)}, which doing nothing gets</p>}
      {missing && <p class="quiet">{missing}</p>}
      {fold.noted && (
        <p class="quiet">
          <i class="noted" /> records contradict each other
        </p>
      )}
    </div>
  );
}

/** "$0.031 and 1:52 at the median", of what is known. */
function MedianLine({ index, fold }: { index: CellIndex; fold: MatrixFold }) {
  const known = (measure: string) =>
    fold.members.map((at) => index.values(measure)[at] ?? Number.NaN).filter((value) => !Number.isNaN(value));
  const cost = medianOf(known('cost'));
  const time = medianOf(known('duration'));
  const words = [cost === null ? null : formatUsd(cost), time === null ? null : glanceLength(time)];
  const text = words.filter((word) => word !== null).join(' and ');
  return text === '' ? null : <p class="num">{`${text}${fold.count > 1 ? ' at the median' : ''}`}</p>;
}

/** Below the square, or above it where there is no room; never beyond the window's sides. */
export function floatingPlace(anchor: GridAnchor, widthPx: number, heightPx: number) {
  const left = Math.max(8, Math.min(innerWidth - widthPx - 8, anchor.left + anchor.width / 2 - widthPx / 2));
  const below = anchor.bottom + heightPx < innerHeight;
  return {
    left: `${left}px`,
    width: `${widthPx}px`,
    ...(below ? { top: `${anchor.bottom + 6}px` } : { bottom: `${innerHeight - anchor.top + 6}px` }),
  };
}
