// The cells that fell into one square, to choose one from: a small dialog beside it.
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import { compositeWords } from '../../model/display/composite-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import type { MatrixFold } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { cellHref } from '../../state/page/address.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { floatingPlace } from './matrix-square-tooltip.tsx';
import type { GridAnchor } from './use-matrix-navigation.ts';

const WIDTH_PX = 340;
const ROOM_PX = 320;
const MOST = 100;

interface ListProps {
  readonly session: SweepSession;
  readonly index: CellIndex;
  readonly fold: MatrixFold;
  readonly title: string;
  /** Keys of the row and the column. */
  readonly row: string;
  readonly column: string;
  readonly anchor: GridAnchor;
  readonly onClose: (refocus?: boolean) => void;
}

export function MatrixSquareList({ session, index, fold, title, row, column, anchor, onClose }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  // Before the next key: Escape is the list's from the start.
  useLayoutEffect(() => box.current?.querySelector('a')?.focus(), []);
  useEffect(() => {
    const leave = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) onClose();
    };
    addEventListener('pointerdown', leave, true);
    return () => removeEventListener('pointerdown', leave, true);
  }, []);
  const shown = fold.members.slice(0, MOST);
  const { rows, columns } = session.axes.value;
  const listAll = () =>
    session.show(
      {
        shown: 'list',
        only: { ...session.view.value.only, [rows]: new Set([row]), [columns]: new Set([column]) },
      },
      true,
    );
  const onKeyDown = (event: KeyboardEvent) => {
    const links = [...(box.current?.querySelectorAll<HTMLElement>('a, button') ?? [])];
    const at = links.indexOf(document.activeElement as HTMLElement);
    if (event.key === 'Escape') onClose(true);
    else if (event.key === 'ArrowDown') links[Math.min(links.length - 1, at + 1)]?.focus();
    else if (event.key === 'ArrowUp') links[Math.max(0, at - 1)]?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      class="square-list"
      role="dialog"
      aria-label={`${plural(fold.count, 'run')}: ${title}`}
      style={floatingPlace(anchor, Math.min(WIDTH_PX, innerWidth - 16), ROOM_PX)}
      onKeyDown={onKeyDown}
    >
      <h2>{title}</h2>
      <ul>
        {shown.map((at) => (
          <Attempt key={at} index={index} at={at} of={attemptsBeside(index, fold, at)} session={session} />
        ))}
      </ul>
      <button type="button" class="link" onClick={listAll}>
        {fold.count > MOST ? `All ${formatCount(fold.count)} as a list` : 'Show as a list'}
      </button>
    </div>
  );
}

/** The highest attempt at the same task by the same agent and model among those of the square. */
function attemptsBeside(index: CellIndex, fold: MatrixFold, at: number): number {
  const isAlike = (other: number) =>
    (['agent', 'model', 'task'] as const).every(
      (axis) => index.ordinals(axis)[other] === index.ordinals(axis)[at],
    );
  return fold.members.reduce(
    (most, other) => (isAlike(other) ? Math.max(most, index.attempt[other] ?? 1) : most),
    index.attempt[at] ?? 1,
  );
}

interface AttemptProps {
  readonly index: CellIndex;
  readonly at: number;
  readonly of: number;
  readonly session: SweepSession;
}

function Attempt({ index, at, of, session }: AttemptProps) {
  const cell = index.cell(at);
  const { rows, columns } = session.axes.value;
  const shown = [rows, columns];
  // What the square's own row and column do not tell.
  const rest = [
    shown.includes('agent') ? null : cell.agent,
    shown.includes('model') ? null : cell.model,
    shown.includes('task') ? null : cell.task,
  ].filter((part) => part !== null);
  return (
    <li>
      <a href={cellHref(cell.id)} data-page title={cell.id}>
        <OutcomeMark outcome={cell.outcome} />
        <span class="attempt-name">
          {rest.length > 0 && <b>{shownLine(rest.join(' · '), 120)} </b>}
          attempt {cell.attempt} of {of}
          <span class="sr-only">, {outcomeWord(cell.outcome)}</span>
        </span>
        <span class="attempt-facts">
          {compositeWords(cell)}
          {cell.durationMs !== null && <span>{formatDuration(cell.durationMs)}</span>}
        </span>
      </a>
    </li>
  );
}
