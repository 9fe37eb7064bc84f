// The differences of two runs in a dozen rows: what is known of either, and first what the runs did after they parted.
// Does not compute a difference: `comparison` does.
import { formatCount, NOT_RECORDED, plural } from '../display/format.ts';
import type { ComparisonRow } from './comparison.ts';
import type { Difference } from './parting.ts';
import type { ComparedRun, RunStep } from './run-steps.ts';

export interface OverviewRow {
  readonly label: string;
  readonly a: string;
  readonly b: string;
  readonly difference: string | null;
  /** Whether it may explain what became of the runs. */
  readonly explains: boolean;
}

const UNKNOWN: readonly string[] = [NOT_RECORDED, 'not applicable', 'no change recorded'];

/** @param difference the one that is looked at; null where none matters */
export function overviewRows(
  rows: readonly ComparisonRow[],
  runs: readonly [ComparedRun, ComparedRun],
  difference: Difference | null,
): OverviewRow[] {
  const known = rows
    .filter(({ group, a, b }) => group !== 'files' && !(UNKNOWN.includes(a) && UNKNOWN.includes(b)))
    .map(({ label, a, b, difference: by }) => ({ label, a, b, difference: by, explains: false }));
  const [outcome, ...others] = known;
  return [
    ...(outcome ? [outcome] : []),
    ...(difference?.why === 'edit' ? [testsAfter(runs, difference)] : []),
    ...others,
    editsRow(runs),
  ];
}

function testsAfter([a, b]: readonly [ComparedRun, ComparedRun], { aNs, bNs }: Difference): OverviewRow {
  const countOf = ({ steps }: ComparedRun, fromNs: number) =>
    steps.filter((step) => isTest(step) && step.startNs >= fromNs).length;
  const [inA, inB] = [countOf(a, aNs), countOf(b, bNs)];
  const words = (count: number) => (count === 0 ? 'none' : plural(count, 'run'));
  const label = 'Tests run afterwards';
  return { label, a: words(inA), b: words(inB), difference: signed(inB - inA), explains: inA !== inB };
}

function isTest({ key, result }: RunStep): boolean {
  return key !== 'verify' && /^\d+ failed/.test(result);
}

function editsRow([a, b]: readonly [ComparedRun, ComparedRun]): OverviewRow {
  const words = ({ edits }: ComparedRun) =>
    edits.length === 0
      ? NOT_RECORDED
      : `${formatCount(edits.length)} in ${formatCount(new Set(edits.map(({ path }) => path)).size)}`;
  const isKnown = a.edits.length > 0 && b.edits.length > 0;
  const difference = isKnown ? signed(b.edits.length - a.edits.length) : null;
  return { label: 'Edits, in files', a: words(a), b: words(b), difference, explains: false };
}

function signed(by: number): string | null {
  return by === 0 ? null : `${by < 0 ? '−' : '+'}${formatCount(Math.abs(by))}`;
}
