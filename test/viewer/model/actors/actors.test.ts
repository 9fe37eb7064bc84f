// Who acts in a run, by what each agent and instrumentation tells of it: a table of what is so.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { opencodeDatabase } from '../../../../adapter/agents/opencode/opencode-database.ts';
import { importFiles } from '../../../../adapter/import/import.ts';
import { demoFiles, madeFiles } from '../../../../bin/demo.ts';
import { capturedFrameworks } from '../../../frameworks/reading.ts';
import { TestCollector } from '../../../support/collector.ts';
import { actorWords, readRun, readTrace } from '../../../support/long-run/read-run.ts';
import { longRunId } from '../../../support/long-run/record.ts';
import { aSpanJson, aTrace, spanIdOf, type TraceRow } from '../../../support/trace-builders.ts';

/** Later than every capture. */
const NOW_NS = 1_900_000_000_000_000_000n;

let collector: TestCollector;
const folder = mkdtempSync(join(tmpdir(), 'playhead-actors-'));
beforeAll(async () => {
  collector = await TestCollector.unattended(join(folder, 'playhead.db'), { now: () => NOW_NS });
});
afterAll(async () => {
  await collector.close();
  rmSync(folder, { recursive: true, force: true });
});

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
const lines = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join('\n');

let files = 0;
function write(text: string, name = `${++files}.jsonl`): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

async function importedWords(paths: readonly string[], cell?: string): Promise<string[]> {
  const report = await importFiles(paths, { endpoint: collector.url, cellId: cell });
  expect(report.problems).toEqual([]);
  return Promise.all(report.cells.map(async (id) => actorWords(await readRun(collector, id))));
}

const claude = {
  user: (second: number, uuid: string, content: unknown, more: object = {}) => ({
    ...{ type: 'user', uuid, timestamp: at(second), sessionId: 's-1', cwd: '/app', version: '2.1.200' },
    message: { role: 'user', content },
    ...more,
  }),
  answer: (second: number, uuid: string, parentUuid: string, content: object[], more: object = {}) => ({
    ...{ type: 'assistant', uuid, parentUuid, timestamp: at(second), sessionId: 's-1' },
    message: {
      ...{ id: `msg-${uuid}`, role: 'assistant', model: 'claude-opus-4-5', content },
      usage: { input_tokens: 10, output_tokens: 2 },
    },
    ...more,
  }),
  says: (text: string) => ({ type: 'text', text }),
  sends: (id: string, description: string) => ({
    ...{ type: 'tool_use', id, name: 'Task' },
    input: { description, prompt: `do ${description}`, subagent_type: 'general-purpose' },
  }),
  gives: (id: string, content: string) => [{ type: 'tool_result', tool_use_id: id, content }],
};
const side = { isSidechain: true };

describe('Claude Code', () => {
  test('sidechains in one file: two subagents at once are two, whatever their lines lie between', async () => {
    const text = lines(
      claude.user(0, 'u', 'go'),
      claude.answer(1, 'a', 'u', [claude.sends('t1', 'Explore'), claude.sends('t2', 'Docs')]),
      claude.user(2, 'e1', 'do Explore', side),
      claude.user(2, 'd1', 'do Docs', side),
      claude.answer(3, 'e2', 'e1', [claude.says('I look')], side),
      claude.answer(4, 'd2', 'd1', [claude.says('I write')], side),
      claude.answer(5, 'e3', 'e2', [claude.says('found')], side),
      claude.user(6, 'r1', claude.gives('t1', 'found')),
      claude.user(7, 'r2', claude.gives('t2', 'written')),
      claude.answer(8, 'z', 'r2', [claude.says('done')]),
    );
    expect(await importedWords([write(text)], 'truth/claude-code/m/f/sidechains')).toEqual([
      'main 2, Explore 2, Docs 1',
    ]);
  });

  test('a sidechain whose call is lost is not taken for the agent itself', async () => {
    const text = lines(
      claude.user(0, 'u', 'go'),
      claude.answer(1, 'a', 'u', [claude.says('I begin')]),
      claude.answer(2, 'x', 'gone', [claude.says('elsewhere')], { ...side, agentId: 'a1b2' }),
      claude.answer(3, 'b', 'a', [claude.says('done')]),
    );
    expect(await importedWords([write(text)], 'truth/claude-code/m/f/lost')).toEqual([
      'main 2, agent a1b2 1',
    ]);
  });
});

test('Claude Code: subagents in files of their own', async () => {
  const main = lines(
    claude.user(0, 'u', 'go'),
    claude.answer(1, 'a', 'u', [claude.sends('t1', 'Explore'), claude.sends('t2', 'Explore')]),
    claude.user(6, 'r1', claude.gives('t1', 'found'), { toolUseResult: { agentId: 'x1' } }),
    claude.user(7, 'r2', claude.gives('t2', 'found'), { toolUseResult: { agentId: 'x2' } }),
    claude.answer(8, 'z', 'r2', [claude.says('done')]),
  );
  const own = (id: string, second: number) =>
    lines(claude.answer(second, `o${id}`, '', [claude.says('seen')], { ...side, agentId: id }));
  mkdirSync(join(folder, 's/subagents'), { recursive: true });
  const paths = [
    write(main, 's.jsonl'),
    write(own('x1', 3), 's/subagents/agent-x1.jsonl'),
    write(own('x2', 4), 's/subagents/agent-x2.jsonl'),
  ];
  expect(await importedWords(paths, 'truth/claude-code/m/f/files')).toEqual([
    'main 2, Explore 1, Explore 2 1',
  ]);
});

test('opencode: a session that a task began', async () => {
  const began = Date.UTC(2026, 0, 1);
  const session = (id: string, parent: string | null) => [
    ...[id, parent, '/w', 'title', '1.18.33', began, began + 9000],
  ];
  const message = (id: string, of: string, atMs: number, role: string) => [
    ...[id, of, began + atMs],
    JSON.stringify({
      role,
      modelID: 'm',
      providerID: 'p',
      time: { created: began + atMs, completed: began + atMs + 500 },
    }),
  ];
  const part = (id: string, at: string, of: string, data: object) => [id, at, of, JSON.stringify(data)];
  const said = {
    type: 'step-finish',
    reason: 'stop',
    tokens: { input: 3, output: 2, reasoning: 0, cache: { read: 0, write: 0 } },
  };
  const rows: Record<string, (string | number | null)[][]> = {
    session: [session('ses_a', null), session('ses_b', 'ses_a')],
    message: [
      message('msg_1', 'ses_a', 0, 'user'),
      message('msg_2', 'ses_a', 1000, 'assistant'),
      message('msg_3', 'ses_b', 2000, 'assistant'),
    ],
    part: [
      part('prt_1', 'msg_1', 'ses_a', { type: 'text', text: 'do it' }),
      part('prt_2', 'msg_2', 'ses_a', {
        ...{ type: 'tool', tool: 'task', callID: 'call_1' },
        state: {
          ...{ status: 'completed', input: { description: 'Look around' }, output: 'ok' },
          ...{ metadata: { sessionId: 'ses_b' }, time: { start: began + 1500, end: began + 4000 } },
        },
      }),
      part('prt_3', 'msg_2', 'ses_a', said),
      part('prt_4', 'msg_3', 'ses_b', said),
    ],
  };
  const texts = [...opencodeDatabase.sessions((table) => rows[table] ?? [])];
  expect(await importedWords([write(texts[0]?.text ?? '')], 'truth/opencode/m/f/task')).toEqual([
    'main 1, Look around 1',
  ]);
});

test('an ATIF trajectory with a subagent embedded', async () => {
  const step = (id: number, source: string, second: number, more: object = {}) => ({
    ...{ step_id: id, source, timestamp: at(second), message: `${source} ${id}` },
    ...more,
  });
  const metrics = { prompt_tokens: 1000, completion_tokens: 30 };
  const trajectory = {
    ...{ schema_version: 'ATIF-v1.7', session_id: 'session-1' },
    agent: { name: 'terminus-2', version: '2.0', model_name: 'gpt-5' },
    steps: [
      step(1, 'user', 6),
      step(2, 'agent', 10, {
        metrics,
        tool_calls: [{ tool_call_id: 'c2', function_name: 'ask', arguments: { q: 'where' } }],
        observation: {
          results: [
            { source_call_id: 'c2', content: 'asked', subagent_trajectory_ref: [{ trajectory_id: 'sub-1' }] },
          ],
        },
      }),
      step(3, 'agent', 20, { metrics }),
    ],
    subagent_trajectories: [
      {
        ...{ schema_version: 'ATIF-v1.7', trajectory_id: 'sub-1' },
        agent: { name: 'helper', version: '1', model_name: 'gpt-5-mini' },
        steps: [step(1, 'user', 11), step(2, 'agent', 12, { metrics })],
      },
    ],
  };
  const path = write(JSON.stringify(trajectory), 'trajectory.json');
  expect(await importedWords([path], 'truth/terminus-2/m/f/atif')).toEqual(['main 2, ask 1']);
});

test('a fork of Codex goes on as its own main agent, without what it copied', async () => {
  const [a, b] = ['0199aaaa-0001-7000-8000-0000000000a1', '0199aaaa-0001-7000-8000-0000000000b1'];
  const head = (id: string, second: number, more: object = {}) => ({
    ...{ timestamp: at(second), type: 'session_meta' },
    payload: {
      id,
      timestamp: at(second),
      cwd: '/app',
      cli_version: '0.169.0',
      originator: 'codex_exec',
      ...more,
    },
  });
  const turn = (second: number, text: string, total: number) => [
    {
      ...{ timestamp: at(second), type: 'response_item' },
      payload: { type: 'message', role: 'user', content: [{ type: 'input_text', text: 'go' }] },
    },
    {
      ...{ timestamp: at(second + 1), type: 'response_item' },
      payload: { type: 'message', role: 'assistant', content: [{ type: 'output_text', text }] },
    },
    {
      ...{ timestamp: at(second + 1), type: 'event_msg' },
      payload: {
        type: 'token_count',
        info: {
          total_token_usage: { input_tokens: total, output_tokens: total / 5 },
          last_token_usage: { input_tokens: 100, output_tokens: 20 },
        },
      },
    },
  ];
  const fork = lines(
    head(b, 100, { forked_from_id: a }),
    head(a, 100),
    ...turn(100, 'one', 100),
    ...turn(110, 'two', 200),
  );
  const [words] = await importedWords([write(fork)], 'truth/codex/m/f/fork');
  expect(words).toMatch(/^main \d+$/);
});

describe('captures of frameworks', () => {
  const truth: Readonly<Record<string, string>> = {
    'openai-agents-openinference': 'main 2, plain 2',
    'openai-agents-traceloop': 'main 2, plain 2',
    'openai-agents-logfire': 'main 2, plain 2',
    'langgraph-openinference': 'main 4',
    'langgraph-traceloop': 'main 4',
    'pydantic-ai': 'main 2, plain 1, plain 2 1',
    'pydantic-ai-openinference': 'main 2, plain 1, plain 2 1',
    agno: 'main 2, plain 1, plain 2 1',
    smolagents: 'main 3',
    strands: 'main 4',
    'openinference-openai': 'main 4',
    'genai-anthropic': 'main 4',
    'traceloop-anthropic': 'main 4',
    'vercel-ai': 'main 3, boom-model 1',
    langfuse: 'main 4',
  };

  test.each(Object.entries(truth))('%s: %s', async (name, words) => {
    const captured = capturedFrameworks().find((one) => one.name === name);
    expect(captured).toBeDefined();
    const cell = `truth/${name}/gpt-5/family/task`;
    for (const signal of ['traces', 'logs'] as const)
      for (const body of captured?.[signal] ?? []) {
        const headers = { 'content-type': 'application/json' };
        await collector.request(`/cells/${encodeURIComponent(cell)}/v1/${signal}`, {
          ...{ method: 'POST', headers, body },
        });
      }
    expect(actorWords(await readRun(collector, cell))).toBe(words);
  });
});

test('the made long run: three subagents at once, two of which go on later', async () => {
  await importFiles([madeFiles()[0] ?? ''], { endpoint: collector.url });
  const run = await readRun(collector, longRunId(1));
  expect(actorWords(run)).toBe(
    'main 98, Explore backends 14, MySQL schema editor 21, Docs and release note 12',
  );
  expect(run.actors.list.map(({ sentBy }) => sentBy.length)).toEqual([0, 1, 2, 2]);
});

test('the examples are runs of one agent', async () => {
  for (const words of await importedWords(demoFiles())) expect(words).toMatch(/^main \d+$/);
});

describe('any trace', () => {
  const ms = 1e6;
  const words = (rows: readonly TraceRow[], attributes: readonly Record<string, string>[] = []) => {
    const spans = attributes.map((one, row) =>
      aSpanJson({
        ...{ spanId: spanIdOf(row), kind: rows[row]?.kind ?? 'other', name: rows[row]?.name ?? 'span' },
        attributes: one,
      }),
    );
    return actorWords(readTrace(aTrace(rows), spans, []));
  };
  const call = (startMs: number, parent: number): TraceRow => ({
    ...{ startNs: startMs * ms, lengthNs: ms, parent, kind: 'model_call' },
  });
  const step = (startMs: number, lengthMs: number, parent: number, name: string): TraceRow => ({
    ...{ startNs: startMs * ms, lengthNs: lengthMs * ms, parent, kind: 'agent_step', name },
  });

  test('that tells of no agent has one actor', () => {
    expect(words([call(0, -1), call(5, -2), step(6, 5, -1, 'node'), call(7, 2)])).toBe('main 3');
    expect(words([])).toBe('main 0');
  });

  test('agents are known by their names alone where their attributes are not here', () => {
    const rows = [call(0, -1), step(1, 9, -1, 'invoke_agent Helper'), call(2, 1), call(12, -1)];
    expect(words(rows)).toBe('main 2, Helper 1');
  });

  test('two agents of one name that act at once are two, one after the other they are one', () => {
    const first = [call(0, -1), step(1, 9, -1, 'invoke_agent Helper'), call(2, 1)];
    expect(words([...first, step(3, 9, -1, 'invoke_agent Helper'), call(2.5, 3)])).toBe(
      'main 1, Helper 1, Helper 2 1',
    );
    expect(words([...first, step(20, 9, -1, 'invoke_agent Helper'), call(21, 3)])).toBe('main 1, Helper 2');
  });

  test('a tool call that encloses a model call sends a subagent, named as its arguments say', () => {
    const rows: TraceRow[] = [
      call(0, -1),
      { startNs: 2 * ms, lengthNs: 9 * ms, kind: 'tool_call', name: 'execute_tool task' },
      call(3, 1),
      { startNs: 5 * ms, lengthNs: ms, kind: 'tool_call', parent: 1, name: 'execute_tool read' },
      call(20, -1),
    ];
    const given = { 'gen_ai.tool.name': 'task', 'gen_ai.tool.call.arguments': '{"description":"Docs"}' };
    expect(words(rows, [{}, given, {}, {}, {}])).toBe('main 2, Docs 1');
    const { turns } = readTrace(aTrace(rows), [], []);
    expect(turns.list.map(({ actor, tools }) => [actor, tools])).toEqual([
      [0, [1]],
      [1, [3]],
      [0, []],
    ]);
  });

  test('conversations that no span encloses are actors of their own, the first of them the run’s', () => {
    const rows = [call(0, -1), call(1, -1), call(2, -1), call(3, -1)];
    const of = (id: string) => ({ 'gen_ai.conversation.id': id });
    expect(words(rows, [of('a'), of('b'), of('a'), of('b')])).toBe('main 2, agent b 2');
  });
});
