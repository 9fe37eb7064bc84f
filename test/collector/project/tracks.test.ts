// Log records with a meaning: file changes and logs, with their times and what caused them.
import { expect, test } from 'vitest';
import type { Attribute } from '../../../collector/record.ts';
import { changesJson, logsJson } from '../../../shared/wire.ts';
import { TestCollector } from '../../support/collector.ts';
import { aBatch, aLog, builtAtNs, builtTraceId } from '../../support/otlp/otlp-builders.ts';

const CELL = 'sweep-1/opencode/stub/polyglot/rust';
const change = (path: string, how: string, more: Attribute[] = []): Attribute[] => [
  ['file.path', path],
  ['bench.file.change', how],
  ...more,
];

test('file changes stand in order of time, with their diff and cause', async () => {
  const collector = await TestCollector.start();
  const later = aLog({
    timeNs: builtAtNs + 5n,
    eventName: 'bench.file.change',
    traceId: builtTraceId,
    spanId: 'eee19b7ec3c1b174',
    attributes: change('src/lib.rs', 'modified', [
      ['bench.file.diff', '@@ -1 +1 @@'],
      ['bench.log.timing', 'derived'],
    ]),
  });
  const first = aLog({ eventName: 'bench.file.change', attributes: change('new.rs', 'added') });
  await collector.sendLogs([aBatch([later, first])], { cell: CELL });
  const answer = await collector.changes(CELL);
  expect(changesJson.parse(answer)).toEqual({
    changes: [
      {
        timeNs: String(builtAtNs),
        path: 'new.rs',
        change: 'added',
        diff: null,
        traceId: null,
        spanId: null,
        timing: 'measured',
      },
      {
        timeNs: String(builtAtNs + 5n),
        path: 'src/lib.rs',
        change: 'modified',
        diff: '@@ -1 +1 @@',
        traceId: builtTraceId,
        spanId: 'eee19b7ec3c1b174',
        timing: 'derived',
      },
    ],
  });
  const track = (await collector.cell(CELL)).tracks.find(({ name }) => name === 'changes');
  expect(track).toEqual({ name: 'changes', count: 2, timing: 'derived', source: 'otlp', note: null });
});

test('a record that lacks what its name needs stays a log', async () => {
  const collector = await TestCollector.start();
  const records = [
    aLog({ eventName: 'bench.file.change', attributes: change('a', 'renamed') }),
    aLog({ eventName: 'bench.file.change', attributes: [['bench.file.change', 'added']] }),
    aLog({ eventName: 'bench.terminal.resize', attributes: [['bench.terminal.cols', 80]] }),
    aLog({ eventName: 'bench.terminal.output', body: 7 }),
    aLog({ eventName: 'gen_ai.evaluation.result', attributes: [['gen_ai.evaluation.name', 'x']] }),
  ];
  await collector.sendLogs([aBatch(records)], { cell: CELL });
  expect((await collector.logs(CELL)).logs.map(({ eventName }) => eventName)).toEqual(
    records.map(({ eventName }) => eventName),
  );
  expect((await collector.changes(CELL)).changes).toEqual([]);
});

test('a log is told with its body, severity and times; without a time it has the observed one', async () => {
  const collector = await TestCollector.start();
  const records = [
    aLog({
      timeNs: 0n,
      observedNs: builtAtNs + 9n,
      severityText: '',
      severityNumber: 17,
      body: ['loop', '{}'],
    }),
    aLog({
      attributes: [
        ['event.name', 'codex.user_prompt'],
        ['__proto__', 'x'],
      ],
      traceId: builtTraceId,
    }),
    aLog({ timeNs: 0n, observedNs: 0n, severityText: '', severityNumber: 0, body: null }),
  ];
  await collector.sendLogs([aBatch(records)], { cell: CELL });
  const answer = await collector.logs(CELL);
  expect(logsJson.safeParse(answer).success).toBe(true);
  expect(answer.total).toBe(3);
  expect(
    answer.logs.map(({ severity, eventName, body, timeNs }) => [timeNs, severity, eventName, body]),
  ).toEqual([
    [String(builtAtNs), 'INFO', 'codex.user_prompt', 'hello'],
    [String(builtAtNs + 9n), 'ERROR', null, ['loop', '{}']],
    // Nothing said when: the moment of its arrival stands in.
    [String(builtAtNs + 3_600_000_000_000n), null, null, null],
  ]);
  expect((await collector.logs(CELL, '?offset=1&limit=1')).logs).toHaveLength(1);
});
