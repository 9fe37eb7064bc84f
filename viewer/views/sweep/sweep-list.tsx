// The cells of a sweep one below the other, under the matrix's filters: rows of one height, those in sight in
// the page. Newest first, or by the measure.
import { useSignal } from '@preact/signals';
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatDuration } from '../../../shared/time.ts';
import { compositeWords } from '../../model/display/composite-words.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatRatio, formatTokens } from '../../model/display/format.ts';
import { offsetToShow, stretchInSight } from '../../model/display/grid-window.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { listOrder } from '../../model/sweep/list-order.ts';
import type { Matrix } from '../../model/sweep/matrix.ts';
import type { CellIndex } from '../../model/sweep/matrix-index.ts';
import { longValue, measureLabel } from '../../model/sweep/measure-scale.ts';
import { cellHref } from '../../state/page/address.ts';
import { narrow, printing } from '../../state/page/media.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { useSight } from '../parts/use-size.ts';
import { formatStartedMs } from '../parts/wall-clock.ts';
import './sweep-list.css';

interface ListProps {
  readonly session: SweepSession;
  readonly index: CellIndex;
  readonly matrix: Matrix;
}

const compositeTitle = 'A part that a run has no value for counts as the best there is; its page says which';
const MAX_PRINTED = 2000;
/** Measures that have a column anyway. */
const usual: ReadonlySet<string> = new Set(['outcome', 'pass', 'composite', 'duration', 'tokens', 'cost']);

export function SweepList({ session, index, matrix }: ListProps) {
  const box = useRef<HTMLDivElement>(null);
  const eye = useSignal({ top: 0, height: 900 });
  const view = session.axes.value;
  const order = useMemo(() => listOrder(index, view, matrix.list), [index, view, matrix]);
  const rowPx = narrow.value ? 64 : 36;
  useSight(
    () => box.current,
    ({ scrollTop, clientHeight }) => {
      eye.value = { top: scrollTop, height: clientHeight };
    },
  );
  useEffect(() => {
    if (eye.peek().top !== 0) box.current?.scrollTo(0, 0);
  }, [order]);
  const whole = printing.value && order.length <= MAX_PRINTED;
  const { from, to } = whole
    ? { from: 0, to: order.length }
    : stretchInSight(eye.value.top, eye.value.height, rowPx, order.length);
  const wanted = useRef(-1);
  useLayoutEffect(() => {
    if (wanted.current < 0) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-at="${wanted.current}"] a`);
    if (!link) return;
    wanted.current = -1;
    link.focus({ preventScroll: true });
  });
  const onKeyDown = (event: KeyboardEvent) => {
    const by =
      event.key === 'ArrowDown' || event.key === 'j'
        ? 1
        : event.key === 'ArrowUp' || event.key === 'k'
          ? -1
          : 0;
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>('[data-at]') : null;
    const element = box.current;
    if (by === 0 || !row || !element) return;
    const next = Math.min(order.length - 1, Math.max(0, Number(row.dataset.at) + by));
    element.scrollTop = offsetToShow(next, element.scrollTop, element.clientHeight, rowPx);
    wanted.current = next;
    element.querySelector<HTMLElement>(`[data-at="${next}"] a`)?.focus({ preventScroll: true });
    event.preventDefault();
  };
  const further = usual.has(view.measure) ? null : view.measure;
  return (
    <>
      <ListHead session={session} further={further} />
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the links inside have the focus */}
      <div class="sweep-rows" ref={box} onKeyDown={onKeyDown}>
        <ul style={{ height: `${order.length * rowPx}px` }} aria-label={`${formatCount(order.length)} runs`}>
          {Array.from(order.subarray(from, to), (cell, at) => (
            <Row
              key={cell}
              index={index}
              cell={cell}
              at={from + at}
              count={order.length}
              rowPx={rowPx}
              further={further}
              session={session}
            />
          ))}
        </ul>
      </div>
    </>
  );
}

function ListHead({ session, further }: { session: SweepSession; further: string | null }) {
  const { sort, measure } = session.view.value;
  const label = measureLabel(measure === 'outcome' ? 'pass' : measure).toLowerCase();
  const value = sort?.by === 'total' ? (sort.descending ? 'high' : 'low') : 'new';
  return (
    <div class="list-order">
      <label class="choice">
        <span>Order</span>
        <select
          value={value}
          onChange={(event) => {
            const by = event.currentTarget.value;
            session.show({
              sort: { by: by === 'new' ? 'name' : 'total', column: '', descending: by === 'high' },
            });
          }}
        >
          <option value="new">Newest first</option>
          <option value="high">Highest {middleCut(label, 30)} first</option>
          <option value="low">Lowest {middleCut(label, 30)} first</option>
        </select>
      </label>
      <div class="sweep-row names" aria-hidden="true">
        <span>Outcome</span>
        <span>Agent × model</span>
        <span>Task</span>
        <span class="number">Pass</span>
        <span class="number" title={compositeTitle}>
          Composite
        </span>
        <span class="number">Wall</span>
        <span class="number">{further === null ? 'Tokens' : middleCut(measureLabel(further), 14)}</span>
        <span class="number">Cost</span>
        <span class="number">Started</span>
      </div>
    </div>
  );
}

interface RowProps {
  readonly session: SweepSession;
  readonly index: CellIndex;
  readonly cell: number;
  readonly at: number;
  readonly count: number;
  readonly rowPx: number;
  readonly further: string | null;
}

function Row({ session, index, cell: of, at, count, rowPx, further }: RowProps) {
  const cell = index.cell(of);
  const startMs = index.startMs(of);
  const known = (name: string) => cell.values?.find(([one]) => one === name)?.[1] ?? null;
  const tokens = known('tokens');
  const value = further === null ? null : known(further);
  const unit = session.scale.value?.unit ?? 'number';
  const noted = (index.notes[of] ?? 0) > 0;
  return (
    <li
      class="sweep-row"
      data-at={at}
      aria-setsize={count}
      aria-posinset={at + 1}
      style={{ top: `${at * rowPx}px`, height: `${rowPx}px` }}
    >
      <span class={`outcome ${cell.outcome}`}>
        <OutcomeMark outcome={cell.outcome} />
        {outcomeWord(cell.outcome)}
        {noted && (
          <span class="row-noted" title="Records contradict each other">
            <i class="noted" />
            <span class="sr-only">records contradict each other</span>
          </span>
        )}
      </span>
      <a href={cellHref(cell.id)} data-page title={cell.id}>
        <b>{shownLine(cell.agent)}</b>
        {cell.model !== null && <span> × {shownLine(cell.model)}</span>}
        <span class="sr-only">
          , {shownLine(cell.task ?? cell.id)}, attempt {cell.attempt}
        </span>
      </a>
      <span class="task" title={cell.task ?? cell.id}>
        {shownLine(cell.task ?? cell.id)}
        {cell.attempt > 1 && <i> attempt {cell.attempt}</i>}
      </span>
      <Value text={cell.pass === null ? null : formatRatio(cell.pass, Number.isInteger(cell.pass) ? 0 : 2)} />
      <Value text={compositeWords(cell)} />
      <Value text={cell.durationMs === null ? null : formatDuration(cell.durationMs)} />
      {further === null ? (
        <Value text={tokens === null ? null : formatTokens(tokens)} />
      ) : (
        <Value text={value === null ? null : longValue(unit, value)} />
      )}
      <Value
        text={costWords({ usd: cell.costUsd ?? null, grade: cell.costGrade ?? undefined })}
        title={cell.costGrade ?? undefined}
      />
      <Value text={startMs === null ? null : formatStartedMs(startMs)} />
    </li>
  );
}

/** A dash for the eye, the word for everyone else. */
function Value({ text, title }: { text: string | null; title?: string | undefined }) {
  if (text !== null)
    return (
      <span class="number" title={title}>
        {text}
      </span>
    );
  return (
    <span class="number missing" title="not recorded">
      <span aria-hidden="true">–</span>
      <span class="sr-only">not recorded</span>
    </span>
  );
}
