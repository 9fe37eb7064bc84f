// Sweeps in a collector, sent as a harness would: a span and a verdict a cell. Judges nothing.
import { logEvent, logKey, resourceKey, spanKey } from '../../../shared/conventions.ts';
import type { TestCollector } from '../collector.ts';
import { aBatch, aLog, aSpan } from '../otlp/otlp-builders.ts';

export interface SentConfiguration {
  readonly agent?: string;
  readonly version?: string;
  readonly model?: string;
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly usd?: number;
  /** Of the first cell's; further attempts count on. */
  readonly attempt?: number;
}

let traces = 0;

/**
 * Sends a cell a task.
 * @param came a character each: 1 passed, 0 failed, - the model's provider was down, . nobody judged it
 */
export async function sendSweep(
  collector: TestCollector,
  sweep: string,
  came: string,
  { agent = 'a', version, model = 'm', settings, usd, attempt = 1 }: SentConfiguration = {},
): Promise<void> {
  const cells = [...came].map((fate, task) => ({
    fate,
    id: `${sweep}/${agent}/${model}/f/t${task}${attempt > 1 ? `#run${attempt}` : ''}`,
  }));
  const batches = cells.map(({ id, fate }) =>
    aBatch(
      [
        aSpan({
          traceId: (++traces).toString(16).padStart(32, '7'),
          attributes: [
            [spanKey.operation, 'chat'],
            [spanKey.requestModel, model],
            ...(usd === undefined ? [] : [[spanKey.cost, usd] as [string, number]]),
            ...(fate === '-' ? [[spanKey.httpStatus, 529n] as [string, bigint]] : []),
          ],
          ...(fate === '-' && { statusCode: 2, statusMessage: 'overloaded' }),
        }),
      ],
      [
        [resourceKey.cellId, id],
        ...(version === undefined ? [] : [[resourceKey.agentVersion, version] as [string, string]]),
        ...(settings === undefined
          ? []
          : [[resourceKey.settings, JSON.stringify(settings)] as [string, string]]),
      ],
    ),
  );
  await collector.sendTraces(batches);
  const verdicts = cells.filter(({ fate }) => fate === '0' || fate === '1');
  await collector.sendLogs(
    verdicts.map(({ id, fate }) => {
      const attributes: [string, string | number][] = [
        [logKey.evaluationName, 'pass_rate'],
        [logKey.evaluationScore, Number(fate)],
      ];
      return aBatch([aLog({ eventName: logEvent.evaluation, attributes })], [[resourceKey.cellId, id]]);
    }),
  );
}

/** Puts a verdict, in place of the one that its telemetry told. */
export async function sendVerdict(collector: TestCollector, id: string, pass: number): Promise<void> {
  const response = await collector.putScores(id, [{ axis: 'pass_rate', values: { pass } }]);
  if (!response.ok) throw new Error(`${id}: ${response.status} ${await response.text()}`);
}
