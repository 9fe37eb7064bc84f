// What `playhead check` says of a judged sweep: which of the asked conditions hold, in a sentence each, and the exit code.
// Reads the judgement's JSON and nothing else.
import { percent } from './compare-sweeps.ts';
import type { JudgementJson } from './judgement-json.ts';

export interface GateOptions {
  /** Flipped pairs of configuration and task that may be lost: counted, not tested. */
  readonly maxRegressions?: number | undefined;
  /** The least pass rate, 0 to 1. */
  readonly minPass?: number | undefined;
  /** Of the whole sweep, in US dollars. */
  readonly maxCostUsd?: number | undefined;
  /** Of each cell. */
  readonly maxCellCostUsd?: number | undefined;
}

export type CheckState = 'holds' | 'worse' | 'cannot be told';

export interface GateCheck {
  readonly name: string;
  readonly state: CheckState;
  readonly sentence: string;
}

export interface GateResult {
  readonly sweep: string;
  readonly baseline: string | null;
  readonly verdict: CheckState;
  /** 0 holds, 1 worse, 2 cannot be told. */
  readonly exitCode: 0 | 1 | 2;
  readonly sentence: string;
  readonly checks: readonly GateCheck[];
}

const exitCodes = { holds: 0, worse: 1, 'cannot be told': 2 } as const;

export function gateOf(judgement: JudgementJson, options: GateOptions): GateResult {
  const { sweep, against } = judgement;
  const checks = [
    ...(against === undefined ? [] : [passRateCheck(judgement), ...regressionCheck(judgement, options)]),
    ...minPassCheck(judgement, options),
    ...costCheck(judgement, options),
    ...cellCostCheck(judgement, options),
  ];
  // Worse is told first: what cannot be told beside it changes nothing of that.
  const verdict =
    (['worse', 'cannot be told'] as const).find((state) => checks.some((check) => check.state === state)) ??
    'holds';
  const decisive = checks.filter(({ state }) => state === verdict).map(({ sentence }) => sentence);
  return {
    sweep,
    baseline: against?.baseline ?? null,
    verdict,
    exitCode: exitCodes[verdict],
    sentence: `${sweep}: ${verdict}. ${decisive.join(' ')}`,
    checks,
  };
}

function passRateCheck({ against }: JudgementJson): GateCheck {
  const { verdict = 'cannot be told', sentence = '', alpha = 0, baseline = '' } = against ?? {};
  const state = verdict === 'worse' || verdict === 'cannot be told' ? verdict : 'holds';
  return { name: `pass rate against ${baseline} at alpha ${alpha}`, state, sentence };
}

function regressionCheck({ against }: JudgementJson, { maxRegressions }: GateOptions): GateCheck[] {
  if (maxRegressions === undefined || against === undefined) return [];
  const { lost } = against.flips;
  const name = `at most ${maxRegressions} regressions (counted, not tested)`;
  if (against.tasks.paired === 0)
    return [
      {
        name,
        state: 'cannot be told',
        sentence: 'No task is in both sweeps, so no regression can be counted.',
      },
    ];
  const named = against.changed
    .filter(({ flipped, direction }) => flipped && direction === 'worse')
    .slice(0, 5)
    .map(({ task }) => task);
  const which = named.length === 0 ? '' : `: ${named.join(', ')}${lost > named.length ? ', …' : ''}`;
  const sentence = `${lost} of ${against.tasks.paired} tasks regressed, ${maxRegressions} may${which}.`;
  return [{ name, state: lost > maxRegressions ? 'worse' : 'holds', sentence }];
}

function minPassCheck({ passRate, n, passed }: JudgementJson, { minPass }: GateOptions): GateCheck[] {
  if (minPass === undefined) return [];
  const name = `pass rate of at least ${percent(minPass)}`;
  if (passRate === null)
    return [{ name, state: 'cannot be told', sentence: 'No attempt counts: there is no pass rate.' }];
  const { value, low, high } = passRate;
  const sentence = `${passed} of ${n} attempts passed: ${percent(value)} (${percent(low)} to ${percent(high)}), at least ${percent(minPass)} is asked for.`;
  return [{ name, state: value < minPass ? 'worse' : 'holds', sentence }];
}

function costCheck({ cost, cells }: JudgementJson, { maxCostUsd }: GateOptions): GateCheck[] {
  if (maxCostUsd === undefined) return [];
  const { totalUsd, measured, estimated, asPosted, unknown, atLeast } = cost.total;
  const name = `cost of at most ${usd(maxCostUsd)}`;
  if (totalUsd === null)
    return [{ name, state: 'cannot be told', sentence: 'The cost of no cell is recorded.' }];
  const parts = [
    [measured, 'measured'],
    [estimated, 'estimated'],
    [asPosted, 'as posted'],
  ] as const;
  const words = parts
    .flatMap(([part, grade]) => (part.cells === 0 ? [] : [`${usd(part.usd)} ${grade}`]))
    .join(' and ');
  if (totalUsd > maxCostUsd)
    return [{ name, state: 'worse', sentence: `It cost ${words}, more than ${usd(maxCostUsd)}.` }];
  if (unknown + atLeast > 0)
    return [
      {
        name,
        state: 'cannot be told',
        sentence: `It cost at least ${words}: of ${unknown + atLeast} of ${cells} cells the cost is not or not wholly known.`,
      },
    ];
  return [{ name, state: 'holds', sentence: `It cost ${words}, ${usd(maxCostUsd)} is the most.` }];
}

function cellCostCheck({ cost, cells }: JudgementJson, { maxCellCostUsd }: GateOptions): GateCheck[] {
  if (maxCellCostUsd === undefined) return [];
  const name = `cost of each cell of at most ${usd(maxCellCostUsd)}`;
  const { dearestCellUsd, total } = cost;
  if (dearestCellUsd === null)
    return [{ name, state: 'cannot be told', sentence: 'The cost of no cell is recorded.' }];
  const words = `the dearest cell cost ${usd(dearestCellUsd)}`;
  if (dearestCellUsd > maxCellCostUsd)
    return [{ name, state: 'worse', sentence: `T${words.slice(1)}, more than ${usd(maxCellCostUsd)}.` }];
  const open = total.unknown + total.atLeast;
  if (open > 0)
    return [
      {
        name,
        state: 'cannot be told',
        sentence: `Of ${open} of ${cells} cells the cost is not or not wholly known; ${words}.`,
      },
    ];
  return [{ name, state: 'holds', sentence: `T${words.slice(1)}, ${usd(maxCellCostUsd)} is the most.` }];
}

function usd(value: number): string {
  return `$${value.toFixed(value < 1 ? 4 : 2)}`;
}
