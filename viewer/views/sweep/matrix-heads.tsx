// The heads of the matrix: names and totals of rows and columns, each column a button that sorts by it, and
// the family above its tasks.
// biome-ignore-all lint/a11y/useSemanticElements: a grid of which only the part in sight is in the page is no table
// biome-ignore-all lint/a11y/useFocusableInteractive: the square inside has the focus

import { shownLine } from '../../model/display/display-text.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import type { Matrix, MatrixFold, MatrixHeader } from '../../model/sweep/matrix.ts';
import type { MatrixSizes } from '../../model/sweep/matrix-sizes.ts';
import { meanWords, outcomeWords, totalText } from '../../model/sweep/square-content.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import type { SquareLook } from './matrix-square.tsx';
import { RateWhisker } from './rate-whisker.tsx';

interface HeadProps {
  readonly session: SweepSession;
  readonly matrix: Matrix;
  readonly size: MatrixSizes;
  readonly look: SquareLook;
}

/** Above the names: how rows are sorted, and what all cells together come to. */
export function Corner({ session, matrix, size, look }: HeadProps) {
  const { rows, sort } = session.axes.value;
  const byName = sort.by === 'name';
  const byTotal = sort.by === 'total';
  return (
    <>
      <div
        role="columnheader"
        aria-colindex={1}
        aria-sort={byName ? (sort.descending ? 'descending' : 'ascending') : 'none'}
        class="corner"
        style={{ width: `${size.namePx}px` }}
      >
        <button
          type="button"
          class="sorter"
          onClick={() =>
            session.show({ sort: { by: 'name', column: '', descending: byName && !sort.descending } })
          }
        >
          {axisWords[rows]} <Arrow on={byName} descending={sort.descending} />
        </button>
      </div>
      <div
        role="columnheader"
        aria-colindex={2}
        aria-sort={byTotal ? (sort.descending ? 'descending' : 'ascending') : 'none'}
        class="corner total"
        style={{ left: `${size.namePx}px`, width: `${size.totalPx}px` }}
      >
        <button
          type="button"
          class="sorter"
          onClick={() =>
            session.show({ sort: { by: 'total', column: '', descending: !(byTotal && sort.descending) } })
          }
        >
          <Arrow on={byTotal} descending={sort.descending} /> All
        </button>
        <Total fold={matrix.total} look={look} />
      </div>
    </>
  );
}

export const axisWords = { agent: 'Agent', model: 'Model', family: 'Family', task: 'Task' } as const;

export function RowHead({
  session,
  header,
  size,
  look,
}: {
  session: SweepSession;
  header: MatrixHeader | undefined;
  size: MatrixSizes;
  look: SquareLook;
}) {
  if (!header) return null;
  const name = shownLine(header.key, 300) || noName(session.axes.value.rows);
  return (
    <>
      <div
        role="rowheader"
        aria-colindex={1}
        class="row-name"
        style={{ width: `${size.namePx}px` }}
        title={name}
      >
        <span aria-hidden="true">
          {header.key === '' ? <i class="faint">{name}</i> : middleCut(header.key, size.nameChars)}
        </span>
        <span class="sr-only">{name}</span>
      </div>
      <div
        role="gridcell"
        aria-colindex={2}
        class="row-total"
        style={{ left: `${size.namePx}px`, width: `${size.totalPx}px` }}
      >
        <Total fold={header.total} look={look} bar={size.stickyTotalPx > 0} />
      </div>
    </>
  );
}

export function ColumnHeads({
  session,
  matrix,
  size,
  look,
  from,
  to,
}: HeadProps & { readonly from: number; readonly to: number }) {
  const { columns, sort } = session.axes.value;
  const shown = matrix.columns.slice(from, to);
  const grouped = columns === 'task';
  return (
    <>
      {shown.map(({ key, total }, at) => {
        const column = from + at;
        const on = sort.by === 'column' && sort.column === key;
        const name = shownLine(key, 300) || noName(columns);
        const short = grouped ? key.slice(key.indexOf('/') + 1) : key;
        return (
          <div
            key={key}
            role="columnheader"
            aria-colindex={column + 3}
            aria-sort={on ? (sort.descending ? 'descending' : 'ascending') : 'none'}
            class={`column-head${size.upright ? ' upright' : ''}${startsFamily(matrix, column, grouped) ? ' starts' : ''}`}
            style={{
              left: `${size.leftPx + column * size.columnPx}px`,
              width: `${size.columnPx}px`,
              top: `${size.familyPx}px`,
            }}
            title={name}
          >
            <button
              type="button"
              class="sorter"
              tabIndex={-1}
              data-head={column}
              onClick={() =>
                session.show({ sort: { by: 'column', column: key, descending: !(on && sort.descending) } })
              }
            >
              <span class="sr-only">{name}</span>
              <span class="column-name" aria-hidden="true">
                {key === '' ? name : middleCut(short, size.columnChars)}
              </span>
              <Arrow on={on} descending={sort.descending} />
            </button>
            <Total fold={total} look={look} />
          </div>
        );
      })}
    </>
  );
}

/** A line above the tasks of each family in sight; its name stays while its tasks are. */
export function Families({
  session,
  matrix,
  size,
  from,
  to: end,
}: {
  session: SweepSession;
  matrix: Matrix;
  size: MatrixSizes;
  from: number;
  to: number;
}) {
  const groups: { family: string; start: number; end: number }[] = [];
  const to = Math.min(end, matrix.columns.length);
  for (let column = from; column < to; column++) {
    const family = familyOf(matrix.columns[column]?.key);
    const last = groups.at(-1);
    if (last?.family === family) last.end = column + 1;
    else groups.push({ family, start: column, end: column + 1 });
  }
  return (
    <div class="families" role="row" aria-rowindex={1}>
      {groups.map(({ family, start, end }) => (
        <div
          key={`${family} ${start}`}
          role="columnheader"
          aria-colindex={start + 3}
          aria-colspan={end - start}
          class="family-head"
          style={{
            left: `${size.leftPx + start * size.columnPx}px`,
            width: `${(end - start) * size.columnPx}px`,
            height: `${size.familyPx}px`,
          }}
        >
          <button
            type="button"
            tabIndex={-1}
            title={`${shownLine(family) || 'No family'}: show this family alone`}
            onClick={() =>
              session.show({ only: { ...session.view.value.only, family: new Set([family]) } }, true)
            }
          >
            {middleCut(family, Math.max(3, Math.floor(((end - start) * size.columnPx - 12) / 6.4))) || '–'}
          </button>
        </div>
      ))}
    </div>
  );
}

function startsFamily(matrix: Matrix, column: number, grouped: boolean): boolean {
  if (!grouped || column === 0) return false;
  return familyOf(matrix.columns[column]?.key) !== familyOf(matrix.columns[column - 1]?.key);
}

function familyOf(task: string | undefined): string {
  return task?.slice(0, Math.max(0, task.indexOf('/'))) ?? '';
}

function noName(axis: keyof typeof axisWords): string {
  return `no ${axisWords[axis].toLowerCase()}`;
}

function Total({ fold, look, bar = false }: { fold: MatrixFold; look: SquareLook; bar?: boolean }) {
  const words = [meanWords(fold, look.scale, look.label), outcomeWords(fold)].join(' · ');
  const share = look.scale && look.scale.unit !== 'share' ? null : fold.mean;
  return (
    <span class="total-value" title={words}>
      <span aria-hidden="true">{totalText(fold, look.scale)}</span>
      <span class="sr-only">{words}</span>
      {bar && share !== null && look.margin && (
        <RateWhisker rate={share} interval={fold.interval} scale={look.margin} />
      )}
    </span>
  );
}

function Arrow({ on, descending }: { on: boolean; descending: boolean }) {
  return <i class={`sort-arrow${on ? ' on' : ''}${descending ? ' down' : ''}`} aria-hidden="true" />;
}
