// Both runs' steps in rows: what both did stands side by side, what one did alone has a row of its own. The
// step at which each run stands is marked on its side; a click on either moves both.
import { useComputed } from '@preact/signals';
import { useCallback, useLayoutEffect, useRef } from 'preact/hooks';
import { presentPair, reachedPair, type StepRow, stepRows } from '../../model/compare/compare-rows.ts';
import type { RunStep } from '../../model/compare/run-steps.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatOffset } from '../../model/display/format.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import type { SideName } from '../../state/compare/compare-side.ts';
import { ShortDiff } from '../changes/short-diff.tsx';
import { KindMark } from '../parts/icons.tsx';
import { memo } from '../parts/memo.ts';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { useRowWindow } from '../parts/use-row-window.ts';
import { DiffCounts } from '../transcript/transcript-row.tsx';
import './compare-steps.css';
import '../transcript/transcript-row.css';

const ROW_PX = 58;

export function CompareSteps({ compare }: { compare: CompareSession }) {
  const rows = useComputed(() => stepRows(compare.alignment.value)).value;
  if (rows.length === 0)
    return (
      <div class="panel">
        <Nothing title={compare.settled.value ? 'No step was recorded' : 'Loading…'}>
          {compare.settled.value && <p>Steps are tool calls and the verifier. Neither run tells of one.</p>}
        </Nothing>
      </div>
    );
  return <Rows compare={compare} rows={rows} />;
}

function Rows({ compare, rows }: { compare: CompareSession; rows: readonly StepRow[] }) {
  const list = useRef<HTMLOListElement>(null);
  const keyOf = useCallback((row: number) => String(row), []);
  const window = useRowWindow(list, { count: rows.length, keyOf, estimatePx: ROW_PX });
  const at = { a: usePresent(compare, 'a'), b: usePresent(compare, 'b') };
  const first = useComputed(() => {
    const stop = compare.divergences.value[0];
    return stop === undefined ? null : compare.parting.value.differences[stop.divergence]?.pair;
  }).value;
  const names = compare.names.value;
  const before = useRef(at);
  // By time the runs stand on rows far apart: the one that moved is the one to look at.
  useLayoutEffect(() => {
    const moved = before.current.a !== at.a ? at.a : at.b;
    before.current = at;
    window.reveal(Math.max(0, compare.clock.peek() === 'step' ? Math.max(at.a, at.b) : moved));
  }, [at.a, at.b]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="panel" tabIndex={0}>
      <ol class="step-rows" ref={list} aria-label="Steps of both runs">
        <li class="room" aria-hidden="true" style={{ height: `${window.beforePx}px` }} />
        {rows.slice(window.from, window.to).map((row, offset) => {
          const index = window.from + offset;
          return (
            <Row
              key={index}
              compare={compare}
              row={row}
              index={index}
              a={whenOf(index, at.a)}
              b={whenOf(index, at.b)}
              first={index === first}
              nameA={names[0] ?? ''}
              nameB={names[1] ?? ''}
            />
          );
        })}
        <li class="room" aria-hidden="true" style={{ height: `${window.afterPx}px` }} />
      </ol>
    </div>
  );
}

/** The row on which a run stands; -1 before its first step. */
function usePresent(compare: CompareSession, name: SideName): number {
  return useComputed(() => {
    const alignment = compare.alignment.value;
    if (compare.clock.value === 'step')
      return reachedPair(alignment, name, Math.floor(compare.axis.value) - 1);
    return presentPair(alignment, name, compare[name].value.session.value.playback.positionNs.value);
  }).value;
}

type When = 'past' | 'now' | 'future';

function whenOf(index: number, at: number): When {
  return index === at ? 'now' : index < at ? 'past' : 'future';
}

interface RowProps {
  readonly compare: CompareSession;
  readonly row: StepRow;
  readonly index: number;
  readonly a: When;
  readonly b: When;
  /** Whether the runs part here first. */
  readonly first: boolean;
  readonly nameA: string;
  readonly nameB: string;
}

/** Towards the side that took the step; drawn, since the page's type has no arrows. */
function OneSided({ to }: { to: 'only-a' | 'only-b' }) {
  return (
    <svg class={`arrow ${to === 'only-a' ? 'left' : 'right'}`} viewBox="0 0 14 10" aria-hidden="true">
      <path d="M1 5h11M8.5 1.5 12 5 8.5 8.5" />
    </svg>
  );
}

const Row = memo(function Row({ compare, row, index, a, b, first, nameA, nameB }: RowProps) {
  const words = {
    same: 'same',
    changed: 'differs',
    'only-a': `only ${nameA}`,
    'only-b': `only ${nameB}`,
  }[row.relation];
  return (
    <li class={`step-row ${row.relation}${first ? ' first' : ''}`} data-row={index}>
      <Step compare={compare} name="a" pair={index} step={row.a} when={a} label={nameA} />
      <p class="step-relation">
        <span class="step-number">{index + 1}</span>
        <span class="step-sign" aria-hidden="true">
          {row.relation === 'same' ? '=' : row.relation === 'changed' ? '≠' : <OneSided to={row.relation} />}
        </span>
        <span class="step-words">{words}</span>
        {first && <b>they part here</b>}
      </p>
      <Step compare={compare} name="b" pair={index} step={row.b} when={b} label={nameB} />
    </li>
  );
});

function Step({
  compare,
  name,
  pair,
  step,
  when,
  label,
}: {
  compare: CompareSession;
  name: SideName;
  pair: number;
  step: RunStep | null;
  when: When;
  label: string;
}) {
  const entry = step && compare[name].peek().session.peek().transcript.peek()[step.entry];
  if (!step || !entry) return <div class="run-step none">not done by {shownLine(label, 40)}</div>;
  const seek = () => compare.seekStep(name, pair);
  const failed = entry.status === 'error' || (entry.tally?.failed ?? 0) > 0;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the time within is the button for keys
    // biome-ignore lint/a11y/noStaticElementInteractions: the same
    <div
      class={`run-step ${when}`}
      aria-current={when === 'now' ? 'step' : undefined}
      onClick={(event) => isPlainClick(event) && seek()}
    >
      <button
        type="button"
        class="entry-time"
        onClick={seek}
        aria-label={`Go to ${shownLine(label, 40)} at ${formatOffset(step.startNs)}: ${shownLine(step.label, 80)}`}
      >
        {formatOffset(step.startNs)}
      </button>
      <KindMark
        kind={entry.spanKind ?? 'other'}
        hollow={when === 'future'}
        failed={entry.status === 'error' || (entry.tally?.failed ?? 0) > 0}
      />
      <div class="entry-body">
        <p class="entry-text">
          <b>
            <SafeText text={entry.text} max={160} />
          </b>{' '}
          {entry.argument !== null && (
            <code>
              <SafeText text={entry.argument} max={300} />
            </code>
          )}
          {entry.changes.map((change) => (
            <DiffCounts key={change.index} added={change.added} removed={change.removed} word="" />
          ))}
        </p>
        {entry.changes.map(
          (change) => change.diff !== null && <ShortDiff key={change.index} diff={change.diff} />,
        )}
        {entry.facts.length > 0 && (
          <p class={`entry-facts${failed ? ' failed' : ''}`}>{shownLine(entry.facts.join(' · '), 300)}</p>
        )}
      </div>
    </div>
  );
}

/** Not a click on something within, and not the end of a selection. */
function isPlainClick({ target }: MouseEvent): boolean {
  if (target instanceof Element && target.closest('button, a, summary, pre')) return false;
  return getSelection()?.isCollapsed !== false;
}
