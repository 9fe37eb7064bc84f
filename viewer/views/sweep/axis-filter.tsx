// Limits the cells to some keys of an axis: a button that says how many, and a list to tick.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount } from '../../model/display/format.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { folded, type MatrixAxis } from '../../model/sweep/matrix-index.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { axisWords } from './matrix-heads.tsx';

/** More than this are found by typing. */
const MOST = 60;

export function AxisFilter({ session, axis }: { session: SweepSession; axis: MatrixAxis }) {
  const open = useSignal(false);
  const box = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (!open.value) return;
    box.current?.querySelector<HTMLElement>('input')?.focus();
    const leave = (event: PointerEvent) => {
      const to = event.target;
      if (to instanceof Node && !box.current?.contains(to) && !button.current?.contains(to))
        open.value = false;
    };
    addEventListener('pointerdown', leave, true);
    return () => removeEventListener('pointerdown', leave, true);
  }, [open.value]);
  const keys = session.index.value?.keys(axis) ?? [];
  const chosen = session.view.value.only[axis];
  if (keys.length < 2 && !chosen) return null;
  const [only] = chosen ?? [];
  const words =
    chosen === undefined
      ? axisWords[axis]
      : chosen.size === 1
        ? `${axisWords[axis]}: ${middleCut(only ?? '', 22) || 'none'}`
        : `${axisWords[axis]}: ${chosen.size} of ${formatCount(keys.length)}`;
  return (
    <div class="axis-filter">
      <button
        ref={button}
        type="button"
        class={`button menu${chosen ? ' on' : ''}`}
        aria-expanded={open.value}
        aria-haspopup="dialog"
        onClick={() => {
          open.value = !open.value;
        }}
      >
        {words}
      </button>
      {open.value && (
        <div
          ref={box}
          class="axis-list"
          role="dialog"
          aria-label={`Limit to ${axisWords[axis].toLowerCase()}`}
          onKeyDown={(event) => {
            if (event.key !== 'Escape') return;
            open.value = false;
            button.current?.focus();
            event.stopPropagation();
          }}
        >
          <KeyList session={session} axis={axis} keys={keys} />
        </div>
      )}
    </div>
  );
}

function KeyList({
  session,
  axis,
  keys,
}: {
  session: SweepSession;
  axis: MatrixAxis;
  keys: readonly string[];
}) {
  const text = useSignal('');
  const chosen = session.view.value.only[axis] ?? new Set<string>();
  const set = (next: ReadonlySet<string>) => {
    const { [axis]: _before, ...others } = session.view.value.only;
    session.show({ only: next.size === 0 ? others : { ...others, [axis]: next } });
  };
  const toggle = (key: string) => {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    set(next);
  };
  const fitting = keys.filter((key) => folded(key).includes(folded(text.value)));
  // What is ticked stands first, so that it can be unticked whatever is typed.
  const shown = [...new Set([...keys.filter((key) => chosen.has(key)), ...fitting])].slice(0, MOST);
  return (
    <>
      {keys.length > 12 && (
        <input
          type="search"
          aria-label={`Find ${axisWords[axis].toLowerCase()}`}
          placeholder="Find"
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
      )}
      <ul>
        {shown.map((key) => (
          <li key={key}>
            <label class="tick" title={shownLine(key, 300)}>
              <input type="checkbox" checked={chosen.has(key)} onChange={() => toggle(key)} />
              <span>{middleCut(key, 44) || 'none'}</span>
            </label>
          </li>
        ))}
      </ul>
      {fitting.length > MOST && (
        <p class="quiet">{formatCount(fitting.length - MOST)} more: type to find them.</p>
      )}
      {fitting.length === 0 && <p class="quiet">None is called that.</p>}
      <button type="button" class="link" disabled={chosen.size === 0} onClick={() => set(new Set())}>
        Show all
      </button>
    </>
  );
}
