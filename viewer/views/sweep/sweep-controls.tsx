// How a sweep is looked at: matrix or list, which axes, which measure; and what it is limited to: words,
// outcomes, keys of an axis, contradictions, without failures of the surroundings.
import { useMemo } from 'preact/hooks';
import { infrastructureOutcomes } from '../../../shared/outcome-blame.ts';
import type { Outcome } from '../../../shared/outcome-words.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { formatCount } from '../../model/display/format.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { type MatrixAxis, matrixAxes } from '../../model/sweep/matrix-index.ts';
import { measureLabel } from '../../model/sweep/measure-scale.ts';
import { spreadWords } from '../../model/sweep/spread.ts';
import { sweepShapes } from '../../model/sweep/usual-view.ts';
import type { SweepPanel } from '../../state/sweep/sweep-address.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { AxisFilter } from './axis-filter.tsx';
import { axisWords } from './matrix-heads.tsx';
import './sweep-controls.css';

export function SweepControls({
  session,
  field,
}: {
  session: SweepSession;
  field: preact.RefObject<HTMLInputElement | null>;
}) {
  const shown = session.shown.value;
  return (
    <div class="sweep-controls">
      <div class="control-line">
        <ShownSwitch session={session} />
        {shown === 'matrix' && <AxisChoice session={session} place="rows" />}
        {shown === 'matrix' && (
          <button
            type="button"
            class="button quiet swap"
            aria-label="Swap rows and columns"
            title="Swap rows and columns"
            onClick={() => session.pivotTo('rows', session.axes.value.columns)}
          >
            <svg viewBox="0 0 16 16" aria-hidden="true">
              <path d="M4.5 6.5 2 4l2.5-2.5M2 4h9M11.5 9.5 14 12l-2.5 2.5M14 12H5" />
            </svg>
          </button>
        )}
        {shown === 'matrix' && <AxisChoice session={session} place="columns" />}
        {shown !== 'charts' && <MeasureChoice session={session} />}
        <span class="control-gap" />
        {shown === 'matrix' && <Spread session={session} />}
        <PanelButton session={session} panel="failures" />
        <PanelButton session={session} panel="composite" />
      </div>
      <search class="control-line filters">
        <label class="sweep-field">
          <span class="sr-only">Filter runs</span>
          <input
            ref={field}
            type="search"
            placeholder="Filter runs"
            value={session.view.value.text}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => session.show({ text: event.currentTarget.value })}
            onKeyDown={(event) => {
              if (event.key !== 'Escape') return;
              event.currentTarget.blur();
              event.preventDefault();
            }}
          />
          <kbd>/</kbd>
        </label>
        <div class="filter-line">
          {matrixAxes.map((axis) => (
            <AxisFilter key={axis} session={session} axis={axis} />
          ))}
          <OutcomeChips session={session} />
          <Switches session={session} />
          {session.filtered && (
            <button type="button" class="link" onClick={() => session.clearFilters()}>
              Clear
            </button>
          )}
        </div>
      </search>
    </div>
  );
}

/** Which of the two axes tells more runs apart. */
function Spread({ session }: { session: SweepSession }) {
  const index = session.index.value;
  const { rows, columns } = session.axes.value;
  const words = useMemo(
    () => (index ? spreadWords(index, rows, columns, axisWords) : null),
    [index, rows, columns],
  );
  return words === null ? null : <span class="spread-words">{words}</span>;
}

const shapeWords = { matrix: 'Matrix', charts: 'Charts', list: 'List' } as const;

function ShownSwitch({ session }: { session: SweepSession }) {
  const shown = session.shown.value;
  return (
    <fieldset class="segments">
      <legend class="sr-only">View</legend>
      {sweepShapes.map((one) => (
        <button
          key={one}
          type="button"
          aria-pressed={shown === one}
          onClick={() => session.show({ shown: one }, shown !== one)}
        >
          {shapeWords[one]}
        </button>
      ))}
    </fieldset>
  );
}

function AxisChoice({ session, place }: { session: SweepSession; place: 'rows' | 'columns' }) {
  const value = session.axes.value[place];
  return (
    <label class="choice">
      <span>{place === 'rows' ? 'Rows' : 'Columns'}</span>
      <select
        value={value}
        onChange={(event) => session.pivotTo(place, event.currentTarget.value as MatrixAxis)}
      >
        {matrixAxes.map((axis) => (
          <option key={axis} value={axis}>
            {axisWords[axis]}
          </option>
        ))}
      </select>
    </label>
  );
}

function MeasureChoice({ session }: { session: SweepSession }) {
  const { measure } = session.view.value;
  const further = session.index.value?.measures ?? [];
  const names = ['outcome', 'pass', 'composite', 'duration', ...further];
  if (!names.includes(measure)) names.push(measure);
  return (
    <label class="choice">
      <span>{session.shown.value === 'matrix' ? 'Coloured by' : 'Measure'}</span>
      <select
        value={measure}
        onChange={(event) => session.show({ measure: event.currentTarget.value }, true)}
      >
        {names.map((name) => (
          <option key={name} value={name}>
            {middleCut(measureLabel(name), 40)}
          </option>
        ))}
      </select>
    </label>
  );
}

const panelWords: Record<SweepPanel, string> = { failures: 'How failures group', composite: 'Composite' };

function PanelButton({ session, panel }: { session: SweepSession; panel: SweepPanel }) {
  const open = session.view.value.panel === panel;
  const count = panel === 'failures' ? session.failureGroups.value.length : null;
  if (count === 0 && !open) return null;
  return (
    <button
      type="button"
      class="button panel-button"
      aria-expanded={open}
      onClick={() => session.show({ panel: open ? null : panel }, true)}
    >
      {panelWords[panel]}
      {count !== null && <span class="count">{formatCount(count)}</span>}
    </button>
  );
}

function OutcomeChips({ session }: { session: SweepSession }) {
  const chosen = session.view.value.outcomes;
  const counts = new Map(session.outcomeCounts.value);
  for (const outcome of chosen) if (!counts.has(outcome)) counts.set(outcome, 0);
  const toggle = (outcome: Outcome) => {
    const next = new Set(chosen);
    if (!next.delete(outcome)) next.add(outcome);
    session.show({ outcomes: next });
  };
  return (
    <fieldset class="sweep-chips">
      <legend class="sr-only">Outcome</legend>
      {[...counts].map(([outcome, count]) => (
        <button
          key={outcome}
          type="button"
          class="sweep-chip"
          aria-pressed={chosen.has(outcome)}
          onClick={() => toggle(outcome)}
        >
          <OutcomeMark outcome={outcome} />
          {outcomeWord(outcome)} <span class="count">{formatCount(count)}</span>
        </button>
      ))}
    </fieldset>
  );
}

function Switches({ session }: { session: SweepSession }) {
  const { withoutInfrastructure, withNotes } = session.view.value;
  const infrastructure = session.outcomeCounts.value.some(([outcome]) => infrastructureOutcomes.has(outcome));
  const noted = session.index.value?.notes.some((count) => count > 0) ?? false;
  return (
    <>
      {(infrastructure || withoutInfrastructure) && (
        <label
          class="tick"
          title="Rate limits, provider outages, broken verifiers, interrupted runs and those under way"
        >
          <input
            type="checkbox"
            checked={withoutInfrastructure}
            onChange={() => session.show({ withoutInfrastructure: !withoutInfrastructure })}
          />
          Leave out infrastructure failures
        </label>
      )}
      {(noted || withNotes) && (
        <label class="tick" title="Runs whose records disagree with each other">
          <input
            type="checkbox"
            checked={withNotes}
            onChange={() => session.show({ withNotes: !withNotes })}
          />
          With contradictions
        </label>
      )}
    </>
  );
}
