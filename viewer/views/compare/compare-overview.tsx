// What a reader asks of two runs first: the dozen numbers in which they differ, and beside them, side by side, the
// place where they part with what each did then. Does not decide where that is.
import { useComputed } from '@preact/signals';
import type { ComparisonRow } from '../../model/compare/comparison.ts';
import { overviewRows } from '../../model/compare/overview-rows.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { sideNames } from '../../state/compare/compare-side.ts';
import { SideLetter } from './compare-head.tsx';
import { NothingToCompare } from './compare-table.tsx';
import { PartedSide } from './parted-side.tsx';
import './compare-overview.css';

export function CompareOverview({
  compare,
  rows,
}: {
  compare: CompareSession;
  rows: readonly ComparisonRow[];
}) {
  const difference = useComputed(() => {
    const stop = compare.divergence.value;
    return stop === null ? null : (compare.parting.value.differences[stop.divergence] ?? null);
  }).value;
  if (rows.length === 0) return <NothingToCompare />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="panel overview-grid" tabIndex={0}>
      <Numbers compare={compare} rows={rows} />
      {difference !== null &&
        sideNames.map((name) => (
          <PartedSide
            key={`${name} ${compare[name].value.id}`}
            compare={compare}
            name={name}
            difference={difference}
          />
        ))}
    </div>
  );
}

function Numbers({ compare, rows }: { compare: CompareSession; rows: readonly ComparisonRow[] }) {
  const shown = useComputed(() => {
    const stop = compare.divergence.value;
    const difference = compare.parting.value.differences[stop?.divergence ?? -1] ?? null;
    return overviewRows(rows, [compare.runs.a.value, compare.runs.b.value], difference);
  }).value;
  return (
    <section class="overview-card overview-numbers" aria-label="Differences">
      <table>
        <thead>
          <tr>
            <th scope="col">Differences</th>
            <th scope="col">
              <SideLetter index={0} />
            </th>
            <th scope="col">
              <SideLetter index={1} />
            </th>
            <th scope="col">B to A</th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ label, a, b, difference, explains }) => (
            <tr key={label} class={explains ? 'explains' : ''}>
              <th scope="row">{label}</th>
              <td>{a}</td>
              <td>{b}</td>
              <td>{difference ?? ''}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
