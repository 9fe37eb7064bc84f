// Files of one agent's sessions in any order, any number of times, whole or as fork, resume or copy: each answer counts
// once, in the cell that the report names.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readBareOutput } from '../../adapter/agents/reading/arrivals.ts';
import { recogniseAgent, recogniseSession } from '../../adapter/agents/registry.ts';
import { importFiles } from '../../adapter/import/import.ts';
import { agentSamples } from '../support/agent-samples.ts';
import { TestCollector } from '../support/collector.ts';
import { databaseFolder } from '../support/machine/database-folder.ts';
import { recordingPath } from '../support/recordings.ts';

let collector: TestCollector;
let folder: string;
beforeAll(async () => {
  folder = databaseFolder();
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

let cell = '';
let cells = 0;
beforeEach(() => {
  cell = `sweep-1/an-agent/m/f/t#run${++cells}`;
});

let files = 0;
function write(text: string): string {
  const path = join(folder, `${++files}.jsonl`);
  writeFileSync(path, text);
  return path;
}

async function load(texts: readonly string[], cellId?: string): Promise<readonly string[]> {
  const report = await importFiles(texts.map(write), { endpoint: collector.url, cellId });
  expect(report.problems).toEqual([]);
  return report.cells;
}

async function countsOf(id: string) {
  const { modelCalls, tokens } = await collector.cell(id);
  return [modelCalls, tokens.input, tokens.output];
}

const lines = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join('\n');
const at = (second: number): string => new Date(Date.UTC(2026, 10, 20, 10, 0, second)).toISOString();
/** A session id of its own for each test. */
const session = (last: string): string =>
  `0199aaaa-${String(cells).padStart(4, '0')}-7000-8000-0000000000${last}`;

/** One turn of Claude Code: 100 in, 10 out. */
function claudeTurn(second: number, id: string, sessionId: string, more: object = {}): object[] {
  const base = { isSidechain: false, cwd: '/app', version: '2.1.200', sessionId, ...more };
  return [
    {
      ...base,
      uuid: `u${id}`,
      timestamp: at(second),
      type: 'user',
      message: { role: 'user', content: 'go' },
    },
    {
      ...base,
      parentUuid: `u${id}`,
      uuid: `a${id}`,
      timestamp: at(second + 2),
      type: 'assistant',
      message: {
        id: `msg_${cells}_${id}`,
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: `answer ${id}` }],
        stop_reason: 'end_turn',
        usage: { input_tokens: 100, output_tokens: 10 },
      },
    },
  ];
}

function piTurn(second: number, id: string): object[] {
  return [
    {
      type: 'message',
      id: `u${id}`,
      parentId: null,
      timestamp: at(second),
      message: { role: 'user', content: [{ type: 'text', text: 'go' }], timestamp: Date.parse(at(second)) },
    },
    {
      type: 'message',
      id: `a${id}`,
      parentId: `u${id}`,
      timestamp: at(second + 2),
      message: {
        role: 'assistant',
        provider: 'local',
        model: 'm',
        content: [{ type: 'text', text: `answer ${id}` }],
        usage: { input: 100, output: 10, cacheRead: 0, cacheWrite: 0, totalTokens: 110 },
        stopReason: 'stop',
        timestamp: Date.parse(at(second)),
      },
    },
  ];
}
const piHead = (id: string, second: number, more: object = {}): object => ({
  type: 'session',
  version: 3,
  id,
  timestamp: at(second),
  cwd: '/app',
  ...more,
});

const codexUsage = (input: number, output: number): object => ({
  input_tokens: input,
  cached_input_tokens: 0,
  output_tokens: output,
  reasoning_output_tokens: 0,
  total_tokens: input + output,
});
function codexTurn(
  second: number,
  text: string,
  last: [number, number],
  total: [number, number],
  stamp?: string,
): object[] {
  const line = (type: string, payload: object, after: number) => ({
    timestamp: stamp ?? at(second + after),
    type,
    payload,
  });
  const message = (role: string, type: string, said: string) => ({
    type: 'message',
    role,
    content: [{ type, text: said }],
  });
  return [
    line('turn_context', { cwd: '/app', model: 'm' }, 0),
    line('response_item', message('user', 'input_text', `ask ${text}`), 1),
    line('response_item', message('assistant', 'output_text', text), 3),
    line(
      'event_msg',
      {
        type: 'token_count',
        info: { total_token_usage: codexUsage(...total), last_token_usage: codexUsage(...last) },
      },
      4,
    ),
  ];
}
const codexHead = (id: string, stamp: string, more: object = {}): object => ({
  timestamp: stamp,
  type: 'session_meta',
  payload: { id, timestamp: stamp, cwd: '/app', cli_version: '0.169.0', source: 'cli', ...more },
});

/** A session, and one that goes on from it, with what each comes to alone and both together. */
const pairs = {
  'a resumed session of Claude Code that names the one before': () => {
    const [a, b] = [session('a1'), session('b1')];
    const before = claudeTurn(0, '1', a);
    return [lines(...before), lines(...before, ...claudeTurn(60, '2', b)), 100, 100, 200] as const;
  },
  'a fork of Claude Code that marks its copies': () => {
    const [a, b] = [session('a1'), session('b1')];
    const copies = claudeTurn(0, '1', b, { forkedFrom: { sessionId: a, messageUuid: 'a1' } });
    return [
      lines(...claudeTurn(0, '1', a)),
      lines(...copies, ...claudeTurn(60, '2', b)),
      100,
      100,
      200,
    ] as const;
  },
  'a resumed session of Claude Code that says nothing of the one before': () => {
    const [a, b] = [session('a1'), session('b1')];
    const resumed = lines(...claudeTurn(0, '1', b), ...claudeTurn(60, '2', b));
    return [lines(...claudeTurn(0, '1', a)), resumed, 100, 200, 200] as const;
  },
  'a fork of pi': () => {
    const fork = [
      piHead(session('b1'), 30, { parentSession: '/s/a.jsonl' }),
      ...piTurn(0, '1'),
      ...piTurn(60, '2'),
    ];
    return [lines(piHead(session('a1'), 0), ...piTurn(0, '1')), lines(...fork), 100, 100, 200] as const;
  },
  'a fork of Codex, all of whose copies bear the time of the fork': () => {
    const [a, b] = [session('a1'), session('b1')];
    const parent = [codexHead(a, at(0)), ...codexTurn(0, 'one', [100, 20], [100, 20])];
    const fork = [
      codexHead(b, at(100), { forked_from_id: a }),
      codexHead(a, at(100)),
      ...codexTurn(0, 'one', [100, 20], [100, 20], at(100)),
      ...codexTurn(102, 'two', [250, 5], [350, 25]),
    ];
    return [lines(...parent), lines(...fork), 100, 250, 350] as const;
  },
  'a fork of Codex that keeps no copies and is at work at once': () => {
    const [a, b] = [session('a1'), session('b1')];
    const begun = { type: 'task_started', turn_id: session('c1'), started_at: Date.parse(at(100)) / 1000 };
    const fork = [
      codexHead(b, at(100), { forked_from_id: a }),
      { timestamp: at(100), type: 'event_msg', payload: begun },
      ...codexTurn(0, 'two', [250, 5], [350, 25], at(100)),
    ];
    const parent = [codexHead(a, at(0)), ...codexTurn(0, 'one', [100, 20], [100, 20])];
    return [lines(...parent), lines(...fork), 100, 250, 350] as const;
  },
  'a fork of Codex that is at work within a moment of its copies': () => {
    const [a, b] = [session('a1'), session('b1')];
    const turn = (id: string, stamp: string) => ({
      timestamp: stamp,
      type: 'event_msg',
      payload: { type: 'task_started', turn_id: id, started_at: Date.parse(at(100)) / 1000 },
    });
    const earlier = '0199aaa0-0000-7000-8000-0000000000c1';
    const fork = [
      codexHead(b, at(100), { forked_from_id: a }),
      codexHead(a, at(100)),
      turn(earlier, at(100)),
      ...codexTurn(0, 'one', [100, 20], [100, 20], at(100)),
      turn(session('c2'), at(100)),
      ...codexTurn(0, 'two', [250, 5], [350, 25], at(100)),
    ];
    const parent = [codexHead(a, at(0)), ...codexTurn(0, 'one', [100, 20], [100, 20])];
    return [lines(...parent), lines(...fork), 100, 250, 350] as const;
  },
  'a fork of opencode, whose messages have new ids': () => {
    const [a, b] = ['7c6A1', '7c6B2'].map((id) => `ses_${id}d0ffeX3v9kQ0nG7aZb${cells}`) as [string, string];
    const turn = (ms: number, id: string) => ({
      info: {
        id,
        role: 'assistant',
        providerID: 'local',
        modelID: 'm',
        time: { created: Date.parse(at(0)) + ms, completed: Date.parse(at(0)) + ms + 1000 },
      },
      parts: [
        { type: 'step-start' },
        { type: 'text', text: 'answer' },
        {
          type: 'step-finish',
          reason: 'stop',
          tokens: { input: 100, output: 10, reasoning: 0, cache: { read: 0, write: 0 } },
        },
      ],
    });
    const export_ = (id: string, createdMs: number, messages: object[]) =>
      JSON.stringify({
        info: {
          id,
          directory: '/app',
          version: '1.18.33',
          time: { created: Date.parse(at(0)) + createdMs, updated: 0 },
        },
        messages,
      });
    return [
      export_(a, 0, [turn(1000, 'msg_1')]),
      export_(b, 30_000, [turn(1000, 'msg_7'), turn(60_000, 'msg_8')]),
      100,
      100,
      200,
    ] as const;
  },
};

describe.each(Object.entries(pairs))('%s', (_, make) => {
  test('counts its own answers alone, and each once together, in any order and however often', async () => {
    const [before, after, first, second, both] = make();
    await load([after], `${cell}/alone`.replace('#', '-'));
    const alone = `${cell}/alone`.replace('#', '-');
    expect((await countsOf(alone))[1]).toBe(second);
    await load([before], alone.replace('alone', 'first'));
    expect((await countsOf(alone.replace('alone', 'first')))[1]).toBe(first);
    for (const order of [
      [[before], [after], [before]],
      [[after], [before]],
      [
        [before, after],
        [after, before],
      ],
    ]) {
      const id = `${alone}-${order.length}-${order[0] === undefined ? 0 : order.flat().indexOf(after)}`;
      for (const texts of order) await load(texts, id);
      expect((await countsOf(id))[1]).toBe(both);
      expect((await countsOf(id))[0]).toBe(2);
    }
  });
});

test('a file that comes twice, with its cell named and not, is one run in the cell that the report names', async () => {
  const text = (id: string) => lines(...claudeTurn(0, id, session(`${id}0`)));
  expect(await load([text('1')], cell)).toEqual([cell]);
  expect(await load([text('1')])).toEqual([cell]);
  expect(await countsOf(cell)).toEqual([1, 100, 10]);
  const other = `${cell}/other`.replace('#', '-');
  const [adhoc = ''] = await load([text('2')]);
  expect(adhoc).toBe(`adhoc/claude-code/${session('20')}`);
  expect(await load([text('2')], other)).toEqual([other]);
  expect(await countsOf(other)).toEqual([1, 100, 10]);
  expect((await collector.cell(adhoc)).id).toBe(other);
  expect((await collector.cell(other)).spans).toBe(2);
});

/** What `codex exec --json` prints: its sum is over the whole thread. */
const codexOutput = (thread: string, said: string, sum: [input: number, output: number]): string =>
  lines(
    { type: 'thread.started', thread_id: thread },
    { type: 'turn.started' },
    {
      type: 'item.completed',
      item: { id: 'item_1', type: 'command_execution', command: 'ls', status: 'completed', exit_code: 0 },
    },
    { type: 'item.completed', item: { id: 'item_2', type: 'agent_message', text: said } },
    { type: 'turn.completed', usage: codexUsage(...sum) },
  );

test('outputs of codex whose thread went on tell its sum, not the sum of their sums', async () => {
  const thread = session('a1');
  const [first, resumed] = [codexOutput(thread, 'one', [100, 20]), codexOutput(thread, 'two', [350, 25])].map(
    (text, at) => text.replace('"ls"', `"ls ${at}"`),
  ) as [string, string];
  for (const [at, order] of [[first, resumed], [resumed, first, first], [resumed]].entries()) {
    const id = `${cell}/${at}`.replace('#', '-');
    for (const text of order) await load([text], id);
    expect((await countsOf(id)).slice(1)).toEqual([350, 25]);
    const { spans } = await collector.trace(id);
    expect(spans.filter(({ kind }) => kind === 'tool_call')).toHaveLength(at < 2 ? 2 : 1);
  }
});

test('an output of codex that bears the command which resumed its thread tells no sum of the run', async () => {
  const printed = codexOutput(session('a1'), 'two', [350, 25]).split('\n');
  const arrivals = (...command: string[]) =>
    lines(
      { t: 0, epoch_ms: Date.parse(at(0)), stream: 'spawn', line: JSON.stringify(['codex', ...command]) },
      ...printed.map((line, ms) => ({ t: ms, epoch_ms: Date.parse(at(1)) + ms, stream: 'stdout', line })),
      { t: 900, epoch_ms: Date.parse(at(2)), stream: 'exit', code: 0, signal: null },
    );
  await load([arrivals('exec', 'resume', session('a1'), 'go')], cell);
  expect((await countsOf(cell)).slice(1)).toEqual([null, null]);
  const other = `${cell}/whole`.replace('#', '-');
  await load([arrivals('exec', 'go')], other);
  expect((await countsOf(other)).slice(1)).toEqual([350, 25]);
  expect((await collector.cell(other)).tokens.grade).toBe('derived');
});

test('an output of codex without its command says that its sum may be of a fork with its parent', async () => {
  const text = codexOutput(session('b1'), 'two', [350, 25]);
  const { lines: said } = await importFiles([write(text)], { endpoint: collector.url, cellId: cell });
  expect(said.join()).toContain('the sum of its thread, with all that it goes on from or was forked from');
  const { tokens, headlines } = await collector.cell(cell);
  expect(tokens).toMatchObject({ input: 350, output: 25, grade: 'estimated' });
  expect(headlines.find(({ axis }) => axis === 'tokens')).toMatchObject({
    value: 375,
    grade: 'estimated',
    because: 'the agent’s sum of its thread: what it went on from, or was forked from, is in it',
  });
});

test.each([
  ['a fork, whose sum holds its parent’s', [100, 20], [350, 25], [350, 25]],
  ['another thread, which cannot hold it', [100, 20], [350, 10], [450, 30]],
] as const)('an output of codex beside that of %s', async (_which, parent, other, counted) => {
  const texts = [
    codexOutput(session('c1'), 'one', [...parent]),
    codexOutput(session('c2'), 'two', [...other]),
  ];
  for (const [at, order] of [texts, texts.toReversed()].entries()) {
    const id = `${cell}/${at}`.replace('#', '-');
    for (const text of order) await load([text], id);
    expect((await countsOf(id)).slice(1)).toEqual(counted);
    expect((await collector.cell(id)).tokens.grade).toBe('estimated');
  }
});

test('file changes of a file that comes again, with its cell named and not and grown, are listed once', async () => {
  const id = session('a1');
  const edit = (second: number, file: string) => {
    const base = { isSidechain: false, cwd: '/app', version: '2.1.200', sessionId: id };
    const call = {
      type: 'tool_use',
      id: `call-${file}`,
      name: 'Write',
      input: { file_path: `/app/${file}` },
    };
    const result = { type: 'create', filePath: `/app/${file}`, content: 'x\n' };
    return [
      {
        ...base,
        uuid: `a${file}`,
        timestamp: at(second),
        type: 'assistant',
        message: {
          id: `msg_${cells}_${file}`,
          role: 'assistant',
          model: 'm',
          content: [call],
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      },
      {
        ...base,
        uuid: `r${file}`,
        timestamp: at(second + 1),
        type: 'user',
        message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: call.id, content: 'done' }] },
        toolUseResult: result,
      },
    ];
  };
  const begun = lines(...edit(1, 'one.ts'));
  const grown = lines(...edit(1, 'one.ts'), ...edit(5, 'two.ts'));
  await load([begun]);
  await load([begun], cell);
  await load([begun]);
  await load([grown], cell);
  await load([grown]);
  const { changes } = await collector.changes(cell);
  expect(changes.map(({ path }) => path)).toEqual(['one.ts', 'two.ts']);
  const { tracks } = await collector.cell(cell);
  expect(tracks.find(({ name }) => name === 'changes')?.count).toBe(2);
});

test('a session that has grown since it was loaded counts what is new', async () => {
  const id = session('a1');
  const begun = claudeTurn(0, '1', id);
  await load([lines(...begun)], cell);
  await load([lines(...begun, ...claudeTurn(60, '2', id))], cell);
  await load([lines(...begun)], cell);
  expect(await countsOf(cell)).toEqual([2, 200, 20]);
});

test('what every agent prints or keeps counts the same however often it comes, alone or with the others', async () => {
  const byAgent = Map.groupBy(agentSamples, ({ agent }) => agent);
  for (const [agent, samples] of byAgent) {
    for (const [index, { text }] of samples.entries()) {
      const id = `${cell}/${agent}/${index}`.replace('#', '-');
      await load([text], id);
      const once = await countsOf(id);
      await load([text, text], id);
      await load([`${text}\n`], id);
      expect([agent, ...(await countsOf(id))]).toEqual([agent, ...once]);
    }
  }
}, 60_000);

test('a copy of what any agent keeps, in a session of another name, counts nothing anew', async () => {
  for (const [index, { agent, kind, text }] of agentSamples.entries()) {
    const own = kind === 'keeps' ? recogniseSession(text, 'x')?.run.sessionId : null;
    // What an agent keeps as it prints it is read as printed: nobody copies that.
    if (!own || recogniseAgent(readBareOutput(text)) !== null) continue;
    const copy = text.replaceAll(JSON.stringify(own), JSON.stringify(`${own}c`));
    const id = `${cell}/${agent}/${index}`.replace('#', '-');
    await load([text], id);
    const once = await countsOf(id);
    await load([copy], id);
    await load([copy, text], id);
    expect([agent, ...(await countsOf(id))]).toEqual([agent, ...once]);
  }
}, 60_000);

test('the files of a recorded run come to the same in any order and however often', async () => {
  const runs = { codex: 'cx-json', gemini: 'gemini', opencode: 'oc-json', pi: 'pi' };
  for (const [agent, name] of Object.entries(runs)) {
    const [version = ''] = readdirSync(recordingPath(agent));
    const dir = recordingPath(`${agent}/${version}/streams`);
    const paths = readdirSync(dir).filter((file) => file.startsWith(`${name}.`));
    const [order = []] = fc.sample(fc.shuffledSubarray([...paths, ...paths], { minLength: 4 }), 1);
    const id = `${cell}/${agent}`.replace('#', '-');
    for (const file of new Set([...order, ...paths])) {
      const report = await importFiles([join(dir, file)], { endpoint: collector.url, cellId: id });
      expect(report.problems).toEqual([]);
    }
    for (const file of order.slice(0, 2)) await importFiles([join(dir, file)], { endpoint: collector.url });
    // Four answers, as the model's script gave them.
    expect([agent, order, ...(await countsOf(id))]).toEqual([agent, order, 4, 11700, 166]);
  }
}, 60_000);
