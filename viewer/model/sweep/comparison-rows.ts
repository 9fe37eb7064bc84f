// What the page of two sweeps shows, from the judgement's JSON: differences on one scale, tasks that changed, what was
// changed in between. Words and places alone; every number is the judgement's.
import type {
  ComparisonJson,
  ConfigurationJson,
  JudgementJson,
} from '../../../shared/judge/judgement-json.ts';
import { formatUsd } from '../../../shared/money.ts';
import { glanceLength } from '../cells/latest-runs.ts';
import { formatTokens } from '../display/format.ts';
import { shellCommand } from '../share/snippets.ts';

export interface DifferenceRow {
  readonly name: string;
  readonly before: string;
  readonly after: string;
  /** "−3.1 points", "+9.1 %"; null where it cannot be told. */
  readonly text: string | null;
  /** Of a hundred: points, or percent. */
  readonly change: { readonly value: number; readonly low: number; readonly high: number } | null;
  /** Whether the whole interval is on the bad side, on the good side, or reaches over nothing. */
  readonly tone: 'worse' | 'better' | 'open';
}

type Change = DifferenceRow['change'];
type Measure = ComparisonJson['cost'];

export function differenceRows(comparison: ComparisonJson): DifferenceRow[] {
  const { before, after, difference } = comparison;
  const percent = (share: number | undefined) =>
    share === undefined ? '–' : `${(100 * share).toFixed(1)} %`;
  const points: Change = difference && {
    value: 100 * difference.value,
    low: 100 * difference.low,
    high: 100 * difference.high,
  };
  return [
    {
      name: 'Pass rate',
      before: percent(before?.value),
      after: percent(after?.value),
      text: points && `${signed(points.value)} points`,
      change: points,
      tone: toneOf(points, true),
    },
    measureRow('Cost', comparison.cost, formatUsd),
    measureRow('Time', comparison.wallMs, glanceLength),
    measureRow('Tokens', comparison.tokens, (value) => formatTokens(Math.round(value))),
  ];
}

function measureRow(
  name: string,
  { before, after, ratio }: Measure,
  text: (value: number) => string,
): DifferenceRow {
  const of = (value: number) => 100 * (value - 1);
  const change: Change = ratio && { value: of(ratio.value), low: of(ratio.low), high: of(ratio.high) };
  const shown = (value: number | null) => (value === null ? 'not recorded' : text(value));
  return {
    name,
    before: shown(before),
    after: shown(after),
    text: change && `${signed(change.value)} %`,
    change,
    tone: toneOf(change, false),
  };
}

function toneOf(change: Change, moreIsBetter: boolean): DifferenceRow['tone'] {
  if (!change || (change.low <= 0 && change.high >= 0)) return 'open';
  return change.value > 0 === moreIsBetter ? 'better' : 'worse';
}

/** "+3.1", "−3.1"; "0.0" without a sign. */
export function signed(value: number): string {
  const text = Math.abs(value).toFixed(1);
  return text === '0.0' ? text : `${value > 0 ? '+' : '−'}${text}`;
}

/** The gate, for a shell of CI. */
export function checkCommand(sweep: string, baseline: string): string {
  return shellCommand(['playhead', 'check', sweep, '--against', baseline]);
}

/** As `playhead check SWEEP --against BASELINE` ends. */
export function exitCode(verdict: ComparisonJson['verdict']): 0 | 1 | 2 {
  return verdict === 'worse' ? 1 : verdict === 'cannot be told' ? 2 : 0;
}

export const changedViews = ['beyond chance', 'worse', 'better', 'all'] as const;
export type ChangedView = (typeof changedViews)[number];
export type ChangedPair = ComparisonJson['changed'][number];

/** In the judgement's order: the least likely first. */
export function changedIn(comparison: ComparisonJson, view: ChangedView): readonly ChangedPair[] {
  return comparison.changed.filter(
    (pair) => view === 'all' || (view === 'beyond chance' ? pair.beyondChance : pair.direction === view),
  );
}

/** The configuration of a changed pair in both sweeps. */
export function configurationsOf(
  judgement: JudgementJson,
  comparison: ComparisonJson,
  pair: ChangedPair,
): ConfigurationJson | null {
  const place = comparison.configurations[pair.configuration]?.after;
  return place === undefined ? null : (judgement.configurations[place] ?? null);
}

/** "version of 3 configurations, settings of 1": what differs between the two sweeps' configurations. */
export function changedBetween({ configurations, onlyAfter, onlyBefore }: ComparisonJson): string {
  const counts = new Map<string, number>();
  for (const { changed } of configurations)
    for (const what of changed) counts.set(what, (counts.get(what) ?? 0) + 1);
  const words = [...counts].map(([what, count]) => `${what} of ${count}`);
  if (onlyAfter.length > 0) words.push(`${onlyAfter.length} added`);
  if (onlyBefore.length > 0) words.push(`${onlyBefore.length} gone`);
  return words.length === 0 ? 'nothing that was recorded' : words.join(', ');
}
