// A judgement's tables as CSV: configurations, tasks, what changed, the trend, the costs. Computes nothing.
import { type CsvValue, csvText } from '../export/csv.ts';
import { isFlaky } from './estimators.ts';
import { configurationWords } from './judge-sweep.ts';
import type { ConfigurationJson, CostSumJson, JudgementJson } from './judgement-json.ts';

export const judgementTables = ['configurations', 'tasks', 'changed', 'compared', 'trend', 'cost'] as const;
export type JudgementTable = (typeof judgementTables)[number];

export function judgementCsv(judgement: JudgementJson, table: JudgementTable): string {
  return csvText(rowsOf[table](judgement));
}

const identity = ['agent', 'version', 'model', 'settings'] as const;
const costNames = [
  'usd_measured',
  'usd_estimated',
  'usd_as_posted',
  'cells_unknown',
  'cells_at_least',
  'usd_per_pass',
];

function identityOf(one: ConfigurationJson | undefined): CsvValue[] {
  return identity.map((key) => one?.[key] ?? null);
}

function costOf({ measured, estimated, asPosted, unknown, atLeast, perPassUsd }: CostSumJson): CsvValue[] {
  const usd = (part: { usd: number; cells: number }) => (part.cells === 0 ? null : part.usd);
  return [usd(measured), usd(estimated), usd(asPosted), unknown, atLeast, perPassUsd];
}

const rowsOf: Readonly<Record<JudgementTable, (judgement: JudgementJson) => CsvValue[][]>> = {
  configurations({ configurations }) {
    const most = configurations.reduce((high, { passAt }) => Math.max(high, passAt.length), 0);
    const ks = Array.from({ length: most }, (_, at) => at + 1);
    return [
      [
        ...identity,
        ...['cells', 'n', 'passed', 'tasks', 'pass_rate', 'low', 'high', 'flaky', 'left_out', 'unscored'],
        ...ks.map((k) => `pass_at_${k}`),
        ...ks.map((k) => `pass_hat_${k}`),
        ...['median_wall_ms', 'median_tokens', ...costNames],
        ...['difference_to_best', 'p_holm'],
      ],
      ...configurations.map((one) => [
        ...identityOf(one),
        ...[one.cells, one.n, one.passed, one.tasks],
        ...[one.passRate?.value ?? null, one.passRate?.low ?? null, one.passRate?.high ?? null, one.flaky],
        ...[one.leftOut.reduce((sum, { count }) => sum + count, 0), one.unscored],
        ...ks.map((k) => one.passAt[k - 1]?.value ?? null),
        ...ks.map((k) => one.passHat[k - 1]?.value ?? null),
        ...[one.wallMs.median, one.tokens.median, ...costOf(one.cost)],
        ...[one.versusBest?.difference.value ?? null, one.versusBest?.pHolm ?? null],
      ]),
    ];
  },
  tasks({ tasks, configurations }) {
    return [
      [...identity, 'task', 'n', 'passed', 'left_out', 'flaky'],
      ...tasks.task.map((task, at) => {
        const [n, c] = [tasks.n[at] ?? 0, tasks.c[at] ?? 0];
        const one = configurations[tasks.configuration[at] ?? -1];
        return [
          ...identityOf(one),
          tasks.names[task] ?? '',
          n,
          c,
          tasks.leftOut[at] ?? 0,
          isFlaky(n, c) ? 1 : 0,
        ];
      }),
    ];
  },
  changed({ against, configurations }) {
    return [
      [
        ...identity,
        'task',
        'before_n',
        'before_passed',
        'after_n',
        'after_passed',
        'direction',
        'flipped',
        'p',
        'p_holm',
      ],
      ...(against?.changed ?? []).map(
        ({ configuration, task, before, after, direction, flipped, p, pHolm }) => [
          ...identityOf(configurations[against?.configurations[configuration]?.after ?? -1]),
          ...[task, before.n, before.c, after.n, after.c, direction, flipped ? 1 : 0, p, pHolm],
        ],
      ),
    ];
  },
  compared({ against, configurations }) {
    return [
      [...identity, 'changed', 'tasks', 'difference', 'low', 'high', 'p_worse', 'p_better', 'p_holm'],
      ...(against?.configurations ?? []).map(({ after, changed, tasks, difference, p, pHolm }) => [
        ...identityOf(configurations[after]),
        ...[
          changed.join(' '),
          tasks,
          difference?.value ?? null,
          difference?.low ?? null,
          difference?.high ?? null,
        ],
        ...[p.worse, p.better, pHolm],
      ]),
    ];
  },
  trend({ trend = [] }) {
    return [
      ['sweep', 'started_at', 'n', 'passed', 'pass_rate', 'low', 'high', 'baseline'],
      ...trend.map(({ sweep, startedAt, n, passed, passRate, isBaseline }) => [
        ...[
          sweep,
          startedAt,
          n,
          passed,
          passRate?.value ?? null,
          passRate?.low ?? null,
          passRate?.high ?? null,
        ],
        isBaseline ? 1 : 0,
      ]),
    ];
  },
  cost({ cost, configurations }) {
    return [
      ['of', 'name', ...costNames],
      ['sweep', '', ...costOf(cost.total)],
      ...cost.byModel.map(({ model, ...sum }) => ['model', model ?? '', ...costOf(sum)]),
      ...configurations.map((one) => ['configuration', configurationWords(one), ...costOf(one.cost)]),
      ...cost.byTask.map(({ task, ...sum }) => ['task', task, ...costOf(sum)]),
    ];
  },
};
