// Logs of Inspect, as a document and as an archive: each sample becomes a cell with its steps, verdicts and terminal.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../../../adapter/import/import.ts';
import { TestCollector } from '../../../support/collector.ts';
import { databaseFolder } from '../../../support/machine/database-folder.ts';
import { type Member, zipOf } from './zip-writer.ts';

let folder: string;
let collector: TestCollector;
beforeAll(async () => {
  folder = databaseFolder();
  const now = () => BigInt(Date.parse('2026-11-30T12:00:00Z')) * 1_000_000n;
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now });
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (seconds: number) => new Date(Date.parse('2026-11-30T10:00:00Z') + seconds * 1000).toISOString();
const span = (id: string, type: string | null, from: number, parent: string | null = null) => ({
  event: 'span_begin',
  id,
  parent_id: parent,
  name: id,
  type,
  timestamp: at(from),
});
const spanEnd = (id: string, to: number) => ({ event: 'span_end', id, timestamp: at(to) });
const usage = { input_tokens: 100, input_tokens_cache_read: 900, output_tokens: 40, reasoning_tokens: 10 };

function modelEvent(from: number, to: number, message: object, more: object = {}): object {
  return {
    event: 'model',
    model: 'openai/gpt-5',
    timestamp: at(from),
    completed: at(to),
    input: [],
    span_id: 'react',
    output: {
      model: 'gpt-5',
      choices: [{ message: { role: 'assistant', ...message }, stop_reason: 'stop' }],
      usage,
    },
    ...more,
  };
}

/** An agent that asks a subagent, which runs a command; the answer is right. */
function sampleOf(epoch: number, more: object = {}): object {
  const call = { id: 'call_1', function: 'bash', arguments: { cmd: 'cat notes.txt' } };
  return {
    id: 'case 7',
    epoch,
    uuid: `uuid-${epoch}-${JSON.stringify(more).length}`,
    input: 'What do the notes say?',
    started_at: at(0),
    completed_at: at(20),
    scores: { match: { value: 'C', answer: 'hello', explanation: 'attachment://e1' } },
    attachments: { long: 'hello from the notes\n', e1: 'it is what was asked' },
    events: [
      span('init', 'init', 0),
      spanEnd('init', 1),
      span('react', 'agent', 1),
      modelEvent(1, 3, {
        id: `m1-${epoch}`,
        content: [{ type: 'reasoning', reasoning: 'look' }],
        tool_calls: [call],
      }),
      span('bash', 'tool', 3, 'react'),
      {
        event: 'tool',
        ...call,
        span_id: 'bash',
        timestamp: at(3),
        completed: at(5),
        result: 'attachment://long',
      },
      {
        event: 'sandbox',
        action: 'exec',
        cmd: 'cat notes.txt',
        result: 0,
        output: 'attachment://long',
        span_id: 'bash',
        timestamp: at(3.5),
        completed: at(4.5),
      },
      modelEvent(3.2, 3.4, { id: `m2-${epoch}`, content: 'asked within' }, { span_id: 'bash' }),
      spanEnd('bash', 5),
      modelEvent(5, 8, { id: `m3-${epoch}`, content: 'hello' }),
      spanEnd('react', 8),
      span('match', 'scorer', 8),
      { event: 'score', score: { answer: 'hello', explanation: 'attachment://e1' }, timestamp: at(9) },
      spanEnd('match', 9),
      { event: 'state', changes: [], timestamp: at(9) },
      { event: 'nobody knows', timestamp: at(9) },
    ],
    ...more,
  };
}

const head = {
  version: 2,
  status: 'success',
  eval: {
    task: 'notes',
    model: 'openai/gpt-5',
    run_id: 'RUNABCDEFGH',
    eval_id: 'e',
    created: at(0),
    solver: 'inspect_ai/react',
  },
};
const cellOf = (attempt = 1) =>
  `inspect-2026-11-30-RUNABCDE/react/openai/gpt-5/notes/case-7${attempt > 1 ? `#run${attempt}` : ''}`;

async function load(name: string, bytes: string | Buffer) {
  const file = join(folder, name);
  writeFileSync(file, bytes);
  return importFiles([file], { endpoint: collector.url });
}

/** What of a cell tells whether it was imported as it should be. */
async function facts(cell: string) {
  const [detail, trace, terminal] = [
    await collector.cell(cell),
    await collector.trace(cell),
    await collector.terminal(cell),
  ];
  return { detail, spans: trace.spans, text: terminal.events.map(([, , text]) => text).join('') };
}

test('a sample is a cell: its steps with both ends measured, its verdict, what its sandbox printed', async () => {
  const report = await load('log.json', JSON.stringify({ ...head, samples: [sampleOf(1)] }));
  expect(report.problems).toEqual([]);
  expect(report.cells).toEqual([cellOf()]);
  const { detail, spans, text } = await facts(cellOf());
  expect(detail).toMatchObject({
    outcome: 'passed',
    modelCalls: 3,
    tokens: { input: 3000, cacheRead: 2700, output: 120 },
  });
  expect(detail.scores).toMatchObject([
    {
      axis: 'pass_rate',
      scorer: 'match',
      values: { pass: 1, answer: 'hello', explanation: 'it is what was asked' },
    },
  ]);
  expect(spans.map(({ kind, timing }) => [kind, timing])).toEqual([
    ['task_setup', 'measured'],
    ['adapter_run', 'measured'],
    ['model_call', 'measured'],
    ['tool_call', 'measured'],
    ['model_call', 'measured'],
    ['model_call', 'measured'],
    ['verify', 'measured'],
  ]);
  const tool = spans.find(({ kind }) => kind === 'tool_call');
  expect(tool?.attributes).toMatchObject({
    'process.exit.code': 0,
    'gen_ai.tool.call.result': 'hello from the notes\n',
  });
  expect(spans[4]?.parentSpanId).toBe(tool?.spanId);
  expect(spans.at(-1)?.attributes['bench.verify.output']).toBe('hello\nit is what was asked');
  expect(text).toBe('$ cat notes.txt\r\nhello from the notes\r\n');
  expect(report.lines[0]).toContain('1 events of unknown types (nobody knows)');
});

test('samples of a log are never put into one cell', async () => {
  const file = join(folder, 'several.json');
  writeFileSync(file, JSON.stringify({ ...head, samples: [sampleOf(61), sampleOf(62)] }));
  const report = await importFiles([file], { endpoint: collector.url, cellId: 'mine/a/m/f/t' });
  expect(report.cells).toEqual([]);
  expect(report.problems.join()).toContain('names its own cells: leave --cell away');
});

describe('an archive', () => {
  const members = (epochs: readonly number[], method: Member['method'] = 'zstd'): Member[] => [
    { name: '_journal/start.json', text: JSON.stringify({ ...head, status: undefined }), method },
    ...epochs.map((epoch) => ({
      name: `samples/case 7_epoch_${epoch}.json`,
      text: JSON.stringify(sampleOf(epoch)),
      method,
    })),
  ];

  test('of any packing is read, running or ended, and again as it grows adds what is new alone', async () => {
    const begun = await load('growing.eval', zipOf(members([11], 'deflate')));
    expect(begun.problems).toEqual([]);
    expect(begun.lines[0]).toContain('its evaluation had not ended');
    const before = await facts(cellOf(11));
    const header = { name: 'header.json', text: JSON.stringify(head) };
    const ended = await load('growing.eval', zipOf([...members([11, 12]), header]));
    expect(ended.cells).toEqual([cellOf(11), cellOf(12)]);
    expect(ended.lines[0]).not.toContain('had not ended');
    expect((await facts(cellOf(11))).spans).toEqual(before.spans);
    expect((await facts(cellOf(12))).detail.outcome).toBe('passed');
  });

  test('that keeps a sample in chunks is put together', async () => {
    const { events, attachments, ...shell } = sampleOf(21) as {
      events: object[];
      attachments: Record<string, string>;
    };
    const text = JSON.stringify(events)
      .replaceAll('attachment://long', 'attachment://0')
      .replaceAll('attachment://e1', 'attachment://1');
    const all = JSON.parse(text) as object[];
    const inside = 'samples/case 7_epoch_21/';
    const report = await load(
      'chunks.eval',
      zipOf([
        { name: 'header.json', text: JSON.stringify(head) },
        { name: `${inside}sample.json`, text: JSON.stringify(shell) },
        { name: `${inside}events/10.json`, text: JSON.stringify(all.slice(10)) },
        { name: `${inside}events/0.json`, text: JSON.stringify(all.slice(0, 10)) },
        { name: `${inside}attachments/0.json`, text: JSON.stringify([attachments.long, attachments.e1]) },
      ]),
    );
    expect(report.problems).toEqual([]);
    const { detail, text: printed } = await facts(cellOf(21));
    expect(detail).toMatchObject({ outcome: 'passed', modelCalls: 3 });
    expect(printed).toContain('hello from the notes');
  });

  test('with a damaged member, a lying size or hostile names keeps what is whole, and says the rest', async () => {
    const [start, good] = members([31]);
    const report = await load(
      'hostile.eval',
      zipOf([
        start ?? { name: '', text: '' },
        { name: 'samples/lies_epoch_1.json', text: JSON.stringify(sampleOf(32)), claimedSize: 7 },
        { name: 'samples/huge_epoch_1.json', text: '{}', claimedSize: 2 ** 31 },
        { name: 'samples/text_epoch_1.json', text: 'no JSON' },
        { name: 'samples/__proto___epoch_1.json', text: '{"epoch":1,"id":"__proto__"}' },
        good ?? { name: '', text: '' },
      ]),
    );
    expect(report.cells).toContain(cellOf(31));
    expect(report.problems.join('\n')).toMatch(/huge_epoch_1\.json is larger than the 64 MiB/);
    expect(report.problems.join('\n')).toMatch(/text_epoch_1\.json is not JSON/);
    expect(report.problems.join('\n')).toMatch(/neither an event nor a score/);
  });

  test('of nothing that is known, or cut, is refused by name', async () => {
    const other = await load('other.zip', zipOf([{ name: 'a.txt', text: 'hello' }]));
    expect(other.problems.join()).toContain('without a recording that Playhead knows');
    const cut = await load('cut.eval', zipOf(members([41])).subarray(0, 200));
    expect(cut.problems.join()).toContain('is no zip archive that can be read');
    const up = await load('up.eval', zipOf([{ name: '../up.json', text: '{}' }]));
    expect(up.problems.join()).toContain('../up.json');
  });
});

describe('how a sample ended', () => {
  test.each([
    [
      'an error of the solver',
      { scores: null, error: { message: 'ValueError: no such model' } },
      'agent_error',
      'ValueError: no such model',
    ],
    ['its limit of time', { scores: null, limit: { type: 'time', limit: 30 } }, 'timed_out', '30 s'],
    ['a wrong answer', { scores: { match: { value: 'I' } } }, 'failed', ''],
    ['no score', { scores: null }, 'unscored', ''],
  ])('is told: %s', async (name, more, outcome, words) => {
    const epoch = 50 + name.length;
    await load('end.json', JSON.stringify({ ...head, samples: [sampleOf(epoch, more)] }));
    const { detail } = await facts(cellOf(epoch));
    expect(detail.outcome).toBe(outcome);
    expect(detail.judgement.sentence).toContain(words);
  });

  test('scores of any shape are kept under their scorer, and only a verdict is one', async () => {
    const scores = {
      grade: { value: 7 },
      parts: { value: { style: 0.5, depth: 2 } },
      right: { value: true },
    };
    await load('scores.json', JSON.stringify({ ...head, samples: [sampleOf(99, { scores })] }));
    const { detail } = await facts(cellOf(99));
    const kept = new Map(detail.scores.map(({ axis, values }) => [axis, values]));
    expect(kept.get('pass_rate')).toMatchObject({ pass: 1, verifier: 'right' });
    expect(kept.get('grade')).toEqual({ value: 7 });
    expect(kept.get('parts')).toEqual({ style: 0.5, depth: 2 });
  });
});
