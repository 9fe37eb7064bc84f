// One square of the matrix: a shape, a share or a number on a colour, a link where it holds one cell and a
// button where it holds several. What it says in words is its name for screen readers.
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the part in sight is in the page is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the square inside has the focus
import type { MatrixFold } from '../../model/sweep/matrix.ts';
import type { MeasureScale } from '../../model/sweep/measure-scale.ts';
import {
  contentOf,
  FEW_ATTEMPTS,
  meanWords,
  outcomeWords,
  type SquareContent,
} from '../../model/sweep/square-content.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import type { WhiskerScale } from './rate-whisker.tsx';

export interface SquareLook {
  readonly scale: MeasureScale | null;
  readonly label: string;
  /** The composite of doing nothing, where that is the measure. */
  readonly floor: number | null;
  /** Pass rate of all that is shown, which rates are coloured by. */
  readonly mean: number | null;
  /** What the rows' rates are drawn on; null where rows have none. */
  readonly margin: WhiskerScale | null;
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
  const content = contentOf(fold, look.scale, look.mean);
  const isFew = content.kind === 'share' && fold.known < FEW_ATTEMPTS;
  const below = look.floor !== null && fold.mean !== null && fold.mean < look.floor;
  const inner = (
    <>
      <Content content={content} />
      {noted && <i class="noted" />}
      {below && <i class="below" />}
      <span class="sr-only">{sayOf(props, fold, below)}</span>
    </>
  );
  const className = `square ${contentClass(content)}${isFew ? ' few' : ''}`;
  return (
    <div role="gridcell" aria-colindex={column + 3} class="square-cell" style={style}>
      {href === null ? (
        <button type="button" class={className} aria-haspopup="dialog" {...place}>
          {inner}
        </button>
      ) : (
        <a class={className} href={href} data-page {...place}>
          {inner}
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

function Content({ content }: { content: SquareContent }) {
  if (content.kind === 'outcome')
    return (
      <>
        <OutcomeMark outcome={content.outcome} />
        {content.count > 1 && <span aria-hidden="true">{content.count}</span>}
      </>
    );
  if (content.kind === 'unknown') return <span aria-hidden="true">–</span>;
  return (
    <>
      <span aria-hidden="true">{content.text}</span>
      {content.kind === 'share' && (
        <i class="share-bar">
          <i style={{ width: `${Math.round(content.share * 100)}%` }} />
        </i>
      )}
    </>
  );
}

function contentClass(content: SquareContent): string {
  if (content.kind === 'outcome') return `is-${content.outcome}`;
  if (content.kind === 'value') return `step-${content.step}`;
  if (content.kind === 'rate') return `rate rate-${content.step + 1}`;
  if (content.kind === 'share')
    return content.share >= 0.75 ? 'share-high' : content.share <= 0.25 ? 'share-low' : 'share';
  return content.kind;
}
