// `playhead check`: the gate. Asks the collector for a sweep's judgement, and leaves with what comes of it: 0 holds, 1 worse,
// 2 cannot be told. Judges nothing itself: shared/judge does.
import { writeFileSync } from 'node:fs';
import type { GateOptions } from '../../shared/judge/gate.ts';
import type { JudgementJson } from '../../shared/judge/judgement-json.ts';
import { type Client, readClient } from '../client.ts';
import { command, type Values } from '../command.ts';
import { printJson, printLine, printProblem } from '../json.ts';
import { readCount, readUsd } from '../quantities.ts';
import { clientFlags, jsonFlags } from '../shared-flags.ts';
import { UsageError } from '../usage-error.ts';

const checkFlags = {
  against: {
    value: 'SWEEP',
    about: 'the sweep to hold it against; `baseline` is the one tagged of its stem',
  },
  'max-regressions': {
    value: 'N',
    about: 'as many tasks may have gone from passed to failed: counted, not tested',
  },
  'min-pass': { value: 'R', about: 'the least pass rate, as 0.8 or 80%' },
  alpha: { value: 'A', about: 'how often an equal sweep may be called worse; 0.05 where absent' },
  'max-cost': { value: 'USD', about: 'the most that the sweep may have cost' },
  'max-cell-cost': { value: 'USD', about: 'the most that each of its runs may have cost' },
  junit: { value: 'FILE', about: 'writes the conditions as JUnit’s XML, a test each' },
  markdown: { value: 'FILE', about: 'writes them as Markdown, for a pull request' },
  ...clientFlags,
  ...jsonFlags,
} as const;

/** Two sweeps of 50,000 runs are judged in a second; a busy collector takes longer. */
const TIMEOUT_MS = 60_000;
const CANNOT_BE_TOLD = 2;

export const check = command({
  name: 'check',
  about:
    'Judges a sweep by conditions and says in one sentence whether they hold. The exit code is 0 where they do, 1 where it is worse, and 2 where that cannot be told: too few tasks, a wrong call, no collector.',
  args: [{ name: 'SWEEP', about: 'the sweep that is judged' }],
  flags: checkFlags,
  examples: [
    {
      line: 'playhead check nightly-20261129 --against nightly-20261128 --max-regressions 0',
      says: 'whether it is worse than the night before, and no task regressed',
    },
    {
      line: 'playhead check nightly-20261129 --min-pass 80% --markdown judgement.md',
      says: 'whether 80 % of its attempts passed, and why, for a pull request',
    },
  ],
  async run({ values, args: [sweep = ''] }) {
    const asked = conditionsOf(values);
    const client = readClient(values);
    const judgement = await read(client, sweep, values);
    if (judgement === null) return;
    const { gateOf } = await import('../../shared/judge/gate.ts');
    const { verdictWords } = await import('../../shared/judge/verdict-words.ts');
    const { gateJUnit, gateMarkdown } = await import('../../shared/judge/gate-reports.ts');
    const result = gateOf(judgement, asked);
    if (values.junit !== undefined) writeFileSync(values.junit, gateJUnit(result));
    if (values.markdown !== undefined) writeFileSync(values.markdown, gateMarkdown(result, judgement));
    const notes = [...judgement.notes, ...(judgement.against?.notes ?? [])];
    if (values.json)
      printJson({ ...result, cost: costOf(judgement, asked), verdicts: verdictsOf(judgement), notes });
    else {
      printLine(result.sentence);
      for (const { name, state, sentence } of result.checks)
        printLine(`  ${state.padEnd(14)}  ${name}: ${sentence}`);
      const verdicts = verdictWords(judgement.verdicts);
      if (verdicts !== null) printLine(`  verdicts: ${verdicts}`);
      for (const note of notes) printLine(`  note: ${note}`);
    }
    process.exitCode = result.exitCode;
  },
});

/** What it cost beside what it may; `unknown` counts cells whose cost is not, or not wholly, known. */
function costOf({ cost }: JudgementJson, { maxCostUsd, maxCellCostUsd }: GateOptions): object {
  const { totalUsd, unknown, atLeast } = cost.total;
  return {
    totalUsd,
    dearestCellUsd: cost.dearestCellUsd,
    unknown: unknown + atLeast,
    maxCostUsd: maxCostUsd ?? null,
    maxCellCostUsd: maxCellCostUsd ?? null,
  };
}

/** Which verdicts were used, without the list of those that were corrected. */
function verdictsOf({
  verdicts: { count, digest, newestAt, verifiers, correctedCount },
}: JudgementJson): object {
  return { count, digest, newestAt, verifiers, correctedCount };
}

/** null where it cannot be read, which is said and left with. */
async function read(
  client: Client,
  sweep: string,
  { against, alpha }: Values<typeof checkFlags>,
): Promise<JudgementJson | null> {
  const { CollectorError, readJson } = await import('../../adapter/sdk/collector-client.ts');
  const query = new URLSearchParams();
  if (against !== undefined) query.set('against', against);
  if (alpha !== undefined) query.set('alpha', String(readAlpha(alpha)));
  try {
    return await readJson<JudgementJson>(
      { ...client, timeoutMs: TIMEOUT_MS },
      `/api/sweeps/${encodeURIComponent(sweep)}/judgement?${query}`,
    );
  } catch (error) {
    if (!(error instanceof CollectorError)) throw error;
    printProblem(`${sweep}: cannot be told. ${error.message}`);
    process.exitCode = CANNOT_BE_TOLD;
    return null;
  }
}

/** @throws UsageError */
function conditionsOf(values: Values<typeof checkFlags>): GateOptions {
  const asked = {
    maxRegressions:
      values['max-regressions'] === undefined
        ? undefined
        : readCount('max-regressions', values['max-regressions'], 0),
    minPass: shareOf(values['min-pass']),
    maxCostUsd: usdOf('max-cost', values),
    maxCellCostUsd: usdOf('max-cell-cost', values),
  };
  if (asked.maxRegressions !== undefined && values.against === undefined)
    throw new UsageError('--max-regressions needs --against: regressions are from another sweep');
  if (values.against === undefined && Object.values(asked).every((one) => one === undefined))
    throw new UsageError('check needs a condition: --against, --min-pass, --max-cost or --max-cell-cost');
  return asked;
}

function usdOf(flag: 'max-cost' | 'max-cell-cost', values: Values<typeof checkFlags>): number | undefined {
  const text = values[flag];
  return text === undefined ? undefined : readUsd(flag, text);
}

function shareOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, sign] = /^(\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(%?)$/.exec(text) ?? [];
  const share = Number(number) / (sign === '%' ? 100 : 1);
  if (number === undefined || share > 1)
    throw new UsageError(`--min-pass takes a share, as 0.8 or 80%, not ${JSON.stringify(text)}`);
  return share;
}

function readAlpha(text: string): number {
  const alpha = Number(text);
  if (!/^0?\.\d{1,6}$/.test(text) || alpha <= 0 || alpha >= 0.5)
    throw new UsageError(`--alpha takes a level between 0 and 0.5, as 0.05, not ${JSON.stringify(text)}`);
  return alpha;
}
