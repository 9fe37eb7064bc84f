// Claude Code: transcripts, subagents and printed streams, whole files first, then one shape each.
import { describe, expect, test } from 'vitest';
import { claudeCode } from '../../../../adapter/agents/claude-code/claude-code.ts';
import { parseClaudeTranscript } from '../../../../adapter/agents/claude-code/claude-transcript.ts';
import { readArrivals, readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { assembleRun } from '../../../../adapter/agents/reading/assemble.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { runAttributes } from '../../../../adapter/record/step-spans.ts';
import { readSample } from '../../../support/recordings.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

/** The usage of each message id in a file, its last mention counted, read without any code under test. */
function usageIn(text: string): { input: number; output: number; messages: number } {
  const byId = new Map<string, { input_tokens: number; output_tokens: number }>();
  for (const line of text.split('\n')) {
    if (!line.startsWith('{"type":"assistant"') && !line.startsWith('{"type": "assistant"')) continue;
    const { message } = JSON.parse(line);
    if (message.usage) byId.set(message.id, message.usage);
  }
  const sum = (key: 'input_tokens' | 'output_tokens') =>
    [...byId.values()].reduce((n, usage) => n + usage[key], 0);
  return { input: sum('input_tokens'), output: sum('output_tokens'), messages: byId.size };
}

describe('whole files in the forms of Claude Code', () => {
  test.each(['two-tools', 'one-answer', 'task-list', 'broken-lines'])(
    '%s: the model calls and their tokens are those of its messages',
    (name) => {
      const text = readSample(`claude-code/session-${name}.jsonl`);
      const told = usageIn(text);
      const run = parseClaudeTranscript(text)!;
      expect(modelCalls(run)).toHaveLength(told.messages);
      expect(sumTokens(run.steps)).toMatchObject({ input: told.input, output: told.output, reasoning: null });
    },
  );

  test('a tool call lasts from the line that asked for it to the line of its result', () => {
    const run = parseClaudeTranscript(readSample('claude-code/session-two-tools.jsonl'))!;
    expect(toolCalls(run).map((s) => [s.tool, ms(s.endNs) - ms(s.startNs), s.status, s.timing])).toEqual([
      ['Edit', 1000, 'completed', 'measured'],
      ['Bash', 1000, 'completed', 'measured'],
    ]);
    expect(modelCalls(run).every((call) => call.timing === 'derived')).toBe(true);
  });

  test('lines that are no event, that break or repeat are counted and do not stop the rest', () => {
    const run = parseClaudeTranscript(readSample('claude-code/session-broken-lines.jsonl'))!;
    expect(run.unparsedLines.map((line) => line.text)).toEqual([
      '"a bare string"',
      '{"neither": "type nor time"}',
      '42',
      '[1]',
    ]);
    expect([...run.unknownEvents]).toEqual([['user without a message', 1]]);
    expect(run.remarks).toContain('2 lines repeat earlier ones');
    const failed = toolCalls(run).find((step) => step.tool === 'FailingTool');
    expect(failed).toMatchObject({ status: 'error', failed: true });
    const open = toolCalls(run).find((step) => step.tool === 'MultiEdit');
    expect(open).toMatchObject({ status: null, output: null, timing: 'derived' });
  });

  test('a transcript without ids, models and usage still gives its steps and no tokens', () => {
    const run = parseClaudeTranscript(readSample('claude-code/session-without-ids.jsonl'))!;
    expect(run.steps.map((step) => step.type)).toEqual([
      'message',
      'model_call',
      'tool_call',
      'message',
      'model_call',
    ]);
    expect(sumTokens(run.steps).input).toBeNull();
    expect(run.sessionId).toBeNull();
  });

  test('a stream gives tools with status and exit code apart, and its own sum', () => {
    const text = readSample('claude-code/stream-good-then-failed.jsonl').split('\n').slice(0, 7).join('\n');
    const run = readStream(claudeCode, readBareOutput(text));
    expect(toolCalls(run).map((s) => [s.tool, s.status, s.exitCode])).toEqual([
      ['Bash', 'completed', 0],
      ['Write', 'completed', null],
    ]);
    expect(sumTokens(run.steps)).toMatchObject({ input: 327, output: 65 });
    // It repeats the usage of its last message as the run's.
    expect(run.totals).toMatchObject({ input: 187, cacheRead: 0, output: 14 });
    expect(run.totalCostUsd).toBe(0.0021);
    expect(runAttributes(run, true)).toMatchObject({ 'bench.model_call.cost_usd': 0.0021 });
    expect(run.timing).toBe('none');
    expect(run.agentVersion).toBe('2.1.0');
  });

  test('a stream that failed tells why', () => {
    const text = readSample('claude-code/stream-good-then-failed.jsonl').split('\n').slice(7).join('\n');
    expect(readStream(claudeCode, readBareOutput(text)).steps).toMatchObject([
      {
        type: 'error',
        name: 'error_during_execution',
        message: expect.stringContaining('Permission denied'),
      },
    ]);
  });
});

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();

interface Line {
  readonly second: number;
  readonly uuid: string;
  readonly parent?: string;
  readonly more?: object;
}

const assistant = (
  { second, uuid, parent, more }: Line,
  id: string,
  content: object[],
  usage?: object,
): string =>
  JSON.stringify({
    type: 'assistant',
    sessionId: 's',
    timestamp: at(second),
    uuid,
    parentUuid: parent ?? null,
    ...more,
    message: { id, model: 'claude-x', role: 'assistant', content, usage },
  });
const user = ({ second, uuid, parent, more }: Line, content: unknown): string =>
  JSON.stringify({
    type: 'user',
    sessionId: 's',
    timestamp: at(second),
    uuid,
    parentUuid: parent ?? null,
    ...more,
    message: { role: 'user', content },
  });
const use = (id: string, name: string, input: object) => ({ type: 'tool_use', id, name, input });
const result = (id: string, content: string, is_error = false) => ({
  type: 'tool_result',
  tool_use_id: id,
  content,
  is_error,
});

describe('a transcript', () => {
  test('an answer on several lines is one model call, and its last usage counts', () => {
    const lines = [
      user({ second: 0, uuid: 'u' }, 'go'),
      assistant({ second: 1, uuid: 'a', parent: 'u' }, 'm', [{ type: 'thinking', thinking: 'hm' }], {
        input_tokens: 5,
        output_tokens: 1,
      }),
      assistant({ second: 2, uuid: 'b', parent: 'a' }, 'm', [{ type: 'text', text: 'hi' }], {
        input_tokens: 5,
        output_tokens: 1,
      }),
      assistant({ second: 3, uuid: 'c', parent: 'b' }, 'm', [use('t', 'Bash', {})], {
        input_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 20,
        output_tokens: 9,
      }),
    ];
    const calls = modelCalls(parseClaudeTranscript(lines.join('\n'))!);
    expect(calls).toHaveLength(1);
    expect(calls[0]!.tokens).toEqual({
      input: 125,
      cacheRead: 100,
      cacheWrite: 20,
      output: 9,
      reasoning: null,
    });
    expect(calls[0]!.parts.map((part) => part.type)).toEqual(['reasoning', 'text', 'tool_call']);
    expect([ms(calls[0]!.startNs), ms(calls[0]!.endNs)]).toEqual([Date.parse(at(0)), Date.parse(at(3))]);
  });

  test('a model call begins when the line that it answers was there, not the line above it', () => {
    const lines = [
      user({ second: 0, uuid: 'u' }, 'go'),
      user({ second: 9, uuid: 'other', parent: 'u' }, 'said on another branch'),
      assistant({ second: 10, uuid: 'a', parent: 'u' }, 'm', [{ type: 'text', text: 'hi' }]),
    ];
    expect(ms(modelCalls(parseClaudeTranscript(lines.join('\n'))!)[0]!.startNs)).toBe(Date.parse(at(0)));
  });

  test('a subagent’s steps stand within the call that sent it, in one file or in its own', () => {
    const lines = [
      user({ second: 0, uuid: 'u' }, 'go'),
      assistant({ second: 1, uuid: 'a', parent: 'u' }, 'm1', [
        use('task', 'Task', { prompt: 'look around' }),
      ]),
      user({ second: 2, uuid: 's1', more: { isSidechain: true } }, 'look around'),
      assistant({ second: 3, uuid: 's2', parent: 's1', more: { isSidechain: true } }, 'm2', [
        use('in', 'Bash', {}),
      ]),
      user({ second: 4, uuid: 's3', parent: 's2', more: { isSidechain: true } }, [result('in', 'ok')]),
      user({ second: 5, uuid: 'r', parent: 'a', more: { toolUseResult: { agentId: 'x1' } } }, [
        result('task', 'seen'),
      ]),
    ];
    const own = [
      assistant({ second: 3, uuid: 'o', more: { isSidechain: true, agentId: 'x1' } }, 'm3', [
        { type: 'text', text: 'elsewhere' },
      ]),
    ];
    const run = assembleRun(claudeCode, null, [
      { path: 's.jsonl', text: lines.join('\n') },
      { path: 's/subagents/agent-x1.jsonl', text: own.join('\n') },
    ])!;
    expect(modelCalls(run).map((call) => call.withinCallId)).toEqual([null, 'task', 'x1']);
    expect(toolCalls(run).map((s) => [s.callId, s.withinCallId, s.agentId])).toEqual([
      ['task', null, 'x1'],
      ['in', 'task', null],
    ]);
    expect(run.steps.filter((step) => step.type === 'message')).toHaveLength(1);
  });

  test('a command that failed tells its exit code in its text', () => {
    const lines = [
      assistant({ second: 1, uuid: 'a' }, 'm', [use('t', 'Bash', {})]),
      user({ second: 2, uuid: 'r' }, [result('t', 'Exit code 101\nerror: no', true)]),
    ];
    expect(toolCalls(parseClaudeTranscript(lines.join('\n'))!)[0]).toMatchObject({
      exitCode: 101,
      status: 'error',
      failed: true,
    });
  });

  test('edits and new files become diffs relative to the project', () => {
    const hunk = { oldStart: 1, oldLines: 1, newStart: 1, newLines: 1, lines: ['-a', '+b'] };
    const lines = [
      assistant({ second: 1, uuid: 'a', more: { cwd: '/p' } }, 'm', [
        use('e', 'Edit', { file_path: '/p/src/a.rs' }),
        use('w', 'Write', { file_path: '/p/new.md', content: 'x\n' }),
      ]),
      user(
        {
          second: 2,
          uuid: 'r',
          more: { toolUseResult: { filePath: '/p/src/a.rs', structuredPatch: [hunk] } },
        },
        [result('e', 'ok')],
      ),
      user(
        {
          second: 3,
          uuid: 'q',
          more: { toolUseResult: { type: 'create', filePath: '/p/new.md', content: 'x\n' } },
        },
        [result('w', 'ok')],
      ),
    ];
    expect(toolCalls(parseClaudeTranscript(lines.join('\n'))!).map((step) => step.changes)).toEqual([
      [
        {
          path: 'src/a.rs',
          change: 'modified',
          diff: '--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,1 +1,1 @@\n-a\n+b\n',
        },
      ],
      [{ path: 'new.md', change: 'added', diff: '--- /dev/null\n+++ b/new.md\n@@ -0,0 +1,1 @@\n+x\n' }],
    ]);
  });

  test('an answer that no model gave is an error and no model call', () => {
    const line = JSON.parse(
      assistant({ second: 1, uuid: 'a' }, 'm', [{ type: 'text', text: 'API Error: 529' }]),
    );
    line.message.model = '<synthetic>';
    expect(parseClaudeTranscript(JSON.stringify(line))!.steps).toMatchObject([
      { type: 'error', name: 'api_error', message: 'API Error: 529' },
    ]);
  });
});

describe('a stream with arrivals', () => {
  const arrival = (second: number, event: object) =>
    JSON.stringify({
      t: 0,
      epoch_ms: Date.parse(at(second)),
      stream: 'stdout',
      line: JSON.stringify({ session_id: 's', parent_tool_use_id: null, ...event }),
    });
  const lines = [
    arrival(1, { type: 'system', subtype: 'init', model: 'claude-x', cwd: '/p' }),
    arrival(2, { type: 'stream_event', event: { type: 'message_start', message: { id: 'm' } } }),
    arrival(4, {
      type: 'assistant',
      message: {
        id: 'm',
        model: 'claude-x',
        content: [use('t', 'Bash', { command: 'ls' })],
        usage: { input_tokens: 3, output_tokens: 4 },
      },
    }),
    arrival(6, { type: 'user', message: { content: [result('t', 'x')] } }),
    arrival(7, {
      type: 'result',
      subtype: 'success',
      num_turns: 1,
      usage: { input_tokens: 3, output_tokens: 4 },
    }),
  ];

  test('stands where its lines arrived, with the first chunk where partial messages were asked for', () => {
    const run = readStream(claudeCode, readArrivals(lines.join('\n')));
    expect(toolCalls(run)).toMatchObject([{ timing: 'arrival', callId: 't' }]);
    const [call] = modelCalls(run);
    expect([call!.startNs, call!.firstChunkNs, call!.endNs].map((ns) => ms(ns!))).toEqual(
      [1, 2, 4].map((s) => Date.parse(at(s))),
    );
    expect(call!.timing).toBe('derived');
  });

  test('joins a transcript of the same session: its times, and what only the stream knows', () => {
    const kept = [
      assistant({ second: 3, uuid: 'a' }, 'm', [use('t', 'Bash', { command: 'ls' })], {
        input_tokens: 3,
        output_tokens: 4,
      }),
      user({ second: 5, uuid: 'r' }, [result('t', 'x')]),
    ];
    const run = assembleRun(claudeCode, readArrivals(lines.join('\n')), [
      { path: 's', text: kept.join('\n') },
    ])!;
    expect(toolCalls(run)).toMatchObject([{ timing: 'measured' }]);
    expect(run.totals).toMatchObject({ input: 3, output: 4 });
    expect(sumTokens(run.steps)).toEqual(run.totals);
  });
});

describe('prompts that were typed while the agent worked', () => {
  const at = (second: number) => new Date(Date.UTC(2026, 4, 1, 9, 0, second)).toISOString();
  const line = (uuid: string, second: number, more: object) => ({
    uuid,
    sessionId: 's-1',
    isSidechain: false,
    timestamp: at(second),
    ...more,
  });
  const asks = (uuid: string, second: number, content: unknown) =>
    line(uuid, second, { type: 'user', message: { role: 'user', content } });
  const answers = (uuid: string, second: number, parentUuid: string | null = null) =>
    line(uuid, second, {
      type: 'assistant',
      parentUuid,
      message: {
        id: uuid,
        role: 'assistant',
        model: 'm',
        content: [{ type: 'text', text: 'ok' }],
        usage: {},
      },
    });
  const hands = (uuid: string, second: number, prompt: unknown, commandMode = 'prompt') =>
    line(uuid, second, { type: 'attachment', attachment: { type: 'queued_command', prompt, commandMode } });
  const queues = (operation: string, second: number, content?: unknown) => ({
    type: 'queue-operation',
    operation,
    timestamp: at(second),
    sessionId: 's-1',
    content,
  });
  const read = (...lines: object[]) =>
    parseClaudeTranscript(lines.map((one) => JSON.stringify(one)).join('\n'))!;
  const said = (run: ReturnType<typeof read>) =>
    run.steps.flatMap((step) =>
      step.type === 'message' ? [[step.text, (ms(step.startNs) / 1000) % 60]] : [],
    );

  test('are messages of the user, once, where they were handed to the model', () => {
    const run = read(
      asks('u', 0, 'begin'),
      answers('a', 2),
      hands('x', 4, 'rather b'),
      queues('enqueue', 3, 'rather b'),
      queues('remove', 4, 'rather b'),
      answers('b', 6, 'x'),
    );
    expect(said(run)).toEqual([
      ['begin', 0],
      ['rather b', 4],
    ]);
    // The answer to it begins when it was there.
    expect(modelCalls(run).map(({ startNs }) => (ms(startNs) / 1000) % 60)).toEqual([0, 4]);
    expect([...run.unknownEvents]).toEqual([]);
  });

  test('are told once where a later line of the user tells them', () => {
    const run = read(
      asks('u', 0, 'begin'),
      queues('enqueue', 3, 'and then c'),
      answers('a', 5),
      queues('dequeue', 6),
      asks('v', 6, [{ type: 'text', text: 'and then c' }]),
      answers('b', 8),
    );
    expect(said(run)).toEqual([
      ['begin', 0],
      ['and then c', 6],
    ]);
  });

  test('are told at their time where no other line tells them, the same words said before or not', () => {
    const run = read(
      asks('u', 0, 'go on'),
      answers('a', 2),
      queues('enqueue', 3, 'go on'),
      queues('enqueue', 3, 'go on'),
      queues('remove', 4),
    );
    expect(said(run)).toEqual([
      ['go on', 0],
      ['go on', 3],
    ]);
    expect(run.remarks).toContain('1 lines repeat earlier ones');
  });

  test('that were taken back are no messages, and the report says so', () => {
    const run = read(asks('u', 0, 'begin'), answers('a', 2), queues('enqueue', 3, 'no'), queues('popAll', 4));
    expect(said(run)).toEqual([['begin', 0]]);
    expect(run.remarks).toContain('1 queued prompts were taken back before they were sent');
  });

  test('of other modes and forms: a command is the user’s, a task’s end is not, pictures are said', () => {
    const png = {
      type: 'image',
      source: { type: 'base64', media_type: 'image/png', data: 'A'.repeat(16_000) },
    };
    const run = read(
      asks('u', 0, 'begin'),
      answers('a', 2),
      hands('x', 3, '!ls', 'bash'),
      hands('y', 4, 'task 1 is done', 'task-notification'),
      hands('z', 5, [{ type: 'text', text: 'like this' }, png]),
      answers('b', 6),
    );
    expect(said(run)).toEqual([
      ['begin', 0],
      ['!ls', 3],
      ['like this', 5],
      ['', 5],
    ]);
    const picture = run.steps.find((step) => step.type === 'message' && step.media !== undefined);
    expect(picture).toMatchObject({ media: [{ kind: 'image', mediaType: 'image/png', size: 12_000 }] });
  });

  test('lines that hold nothing of the run are counted by their kind', () => {
    const run = read(
      asks('u', 0, 'begin'),
      { type: 'summary', summary: 's' },
      { type: 'summary', summary: 't' },
      line('x', 1, { type: 'attachment', attachment: { type: 'todo_reminder' } }),
      { type: 'from-a-newer-version' },
    );
    expect(run.remarks).toContain(
      'Lines that hold nothing of the run are left out: 2 summary, 1 attachment todo_reminder',
    );
    expect([...run.unknownEvents]).toEqual([['from-a-newer-version', 1]]);
  });
});
