// One square of the matrix: a shape, a share or a number on a colour, a link where it holds one cell and a
// button where it holds several. What it says in words is its name for screen readers.
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the part in sight is in the page is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the square inside has the focus
import type { MatrixFold } from '../../model/sweep/matrix.ts';
import type { MeasureScale } from '../../model/sweep/measure-scale.ts';
import { faceOf, meanWords, outcomeWords, type SquareFace } from '../../model/sweep/square-content.ts';
import { OutcomeMark } from '../parts/icons.tsx';

export interface SquareLook {
  readonly scale: MeasureScale | null;
  readonly label: string;
  /** The composite of doing nothing, where that is the measure. */
  readonly floor: number | null;
}

export interface SquareProps {
  readonly fold: MatrixFold | null;
  readonly row: number;
  readonly column: number;
  readonly leftPx: number;
  readonly widthPx: number;
  readonly look: SquareLook;
  readonly tabbable: boolean;
  /** What row and column are called. */
  readonly names: string;
  readonly noted: boolean;
  /** Where it leads, where it holds one cell. */
  readonly href: string | null;
}

export function MatrixSquare(props: SquareProps) {
  const { fold, row, column, leftPx, widthPx, look, tabbable, names, noted, href } = props;
  const place = {
    'data-row': row,
    'data-column': column,
    tabIndex: tabbable ? 0 : -1,
  };
  const style = { left: `${leftPx}px`, width: `${widthPx}px` };
  if (!fold)
    return (
      <div role="gridcell" aria-colindex={column + 3} class="square-cell" style={style}>
        <span class="square empty" {...place}>
          <span class="sr-only">{names}: no cell</span>
        </span>
      </div>
    );
  const face = faceOf(fold, look.scale);
  const below = look.floor !== null && fold.mean !== null && fold.mean < look.floor;
  const content = (
    <>
      <Face face={face} />
      {noted && <i class="noted" />}
      {below && <i class="below" />}
      <span class="sr-only">{sayOf(props, fold, below)}</span>
    </>
  );
  const className = `square ${faceClass(face)}`;
  return (
    <div role="gridcell" aria-colindex={column + 3} class="square-cell" style={style}>
      {href === null ? (
        <button type="button" class={className} aria-haspopup="dialog" {...place}>
          {content}
        </button>
      ) : (
        <a class={className} href={href} data-page {...place}>
          {content}
        </a>
      )}
    </div>
  );
}

function sayOf({ names, look, noted }: SquareProps, fold: MatrixFold, below: boolean): string {
  const words = [outcomeWords(fold)];
  if (fold.count > 1 || look.scale) words.push(meanWords(fold, look.scale, look.label));
  if (below) words.push('below doing nothing');
  if (noted) words.push('records contradict each other');
  return `${names}: ${words.join(', ')}`;
}

function Face({ face }: { face: SquareFace }) {
  if (face.kind === 'outcome')
    return (
      <>
        <OutcomeMark outcome={face.outcome} />
        {face.count > 1 && <span aria-hidden="true">{face.count}</span>}
      </>
    );
  if (face.kind === 'unknown') return <span aria-hidden="true">–</span>;
  return (
    <>
      <span aria-hidden="true">{face.text}</span>
      {face.kind === 'share' && (
        <i class="share-bar">
          <i style={{ width: `${Math.round(face.share * 100)}%` }} />
        </i>
      )}
    </>
  );
}

function faceClass(face: SquareFace): string {
  if (face.kind === 'outcome') return `is-${face.outcome}`;
  if (face.kind === 'value') return `step-${face.step}`;
  if (face.kind === 'share')
    return face.share >= 0.75 ? 'share-high' : face.share <= 0.25 ? 'share-low' : 'share';
  return face.kind;
}
