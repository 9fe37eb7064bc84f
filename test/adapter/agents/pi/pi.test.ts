// pi: its stream by the arrival of its lines, against its own session file.
import { describe, expect, test } from 'vitest';
import { isPi, pi } from '../../../../adapter/agents/pi/pi.ts';
import { parsePiSession } from '../../../../adapter/agents/pi/pi-session.ts';
import { readArrivals, readBareOutput } from '../../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../../adapter/agents/reading/read-stream.ts';
import type { AgentRun } from '../../../../adapter/agents/step.ts';
import { modelCalls, sumTokens, toolCalls } from '../../../../adapter/agents/step.ts';
import { readExample, readRecording } from '../../../support/recordings.ts';

const ms = (ns: bigint): number => Number(ns / 1_000_000n);

interface SessionMessage {
  role: string;
  timestamp: number;
  usage: Record<string, number>;
  toolCallId: string;
  toolName: string;
  isError: boolean;
  content: { text: string }[];
}

interface Row {
  epoch_ms: number;
  stream: string;
  event: { type: string; toolCallId: string; message: SessionMessage };
}

function rowsOf(arrivals: string): Row[] {
  return arrivals
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row))
    .filter((row) => row.stream === 'stdout')
    .map((row) => ({ ...row, event: JSON.parse(row.line) }));
}

/** Usage and tool results as pi's own session file keeps them. */
function sessionMessages(session: string): SessionMessage[] {
  return session
    .split('\n')
    .filter((row) => row !== '')
    .map((row) => JSON.parse(row))
    .filter((row) => row.type === 'message')
    .map((row) => row.message);
}

function expectSessionTotals(run: AgentRun, session: string): void {
  const answers = sessionMessages(session).filter((message) => message.role === 'assistant');
  const sum = (pick: (usage: Record<string, number>) => number): number =>
    answers.reduce((total, message) => total + pick(message.usage), 0);
  const tokens = sumTokens(run.steps);
  expect(tokens.input).toBe(sum((u) => (u.input ?? 0) + (u.cacheRead ?? 0) + (u.cacheWrite ?? 0)));
  expect(tokens.cacheRead).toBe(sum((u) => u.cacheRead ?? 0));
  expect(tokens.output).toBe(sum((u) => u.output ?? 0));
  expect(tokens.reasoning).toBeNull();
  expect(modelCalls(run)).toHaveLength(answers.length);
}

function expectSessionTools(run: AgentRun, session: string): void {
  const results = sessionMessages(session).filter((message) => message.role === 'toolResult');
  expect(toolCalls(run).map((step) => [step.callId, step.tool, step.failed, step.output])).toEqual(
    results.map((result) => [result.toolCallId, result.toolName, result.isError, result.content[0]?.text]),
  );
}

describe('the example run of pi', () => {
  const text = readExample('pi-rust-error-handling-failed/arrivals.jsonl');
  const session = readExample('pi-rust-error-handling-failed/session.jsonl');
  const run = readStream(pi, readArrivals(text));

  test('lasts from spawn to exit and knows its directory, session and model', () => {
    expect([ms(run.startNs), ms(run.endNs)]).toEqual([1795333411497, 1795333415933]);
    expect(run.workingDirectory).toBe('/workspace/sum_inputs');
    expect(run.sessionId).toBe('01a20235-d74b-7135-b765-36e1669f43cf');
    expect(run.model).toBe('local/scripted-model');
  });

  test('has its tool calls where the lines of their start and end arrived', () => {
    const at = (type: string) =>
      rowsOf(text)
        .filter((row) => row.event.type === type)
        .map((row) => [row.event.toolCallId, row.epoch_ms]);
    expect(toolCalls(run).map((step) => [step.callId, ms(step.startNs)])).toEqual(at('tool_execution_start'));
    expect(toolCalls(run).map((step) => [step.callId, ms(step.endNs)])).toEqual(at('tool_execution_end'));
    expect(toolCalls(run).every((step) => step.timing === 'arrival')).toBe(true);
  });

  test('has the tokens, model calls and tool results of pi’s own session file', () => {
    expectSessionTotals(run, session);
    expectSessionTools(run, session);
  });

  test('begins a model call when its request was sent and sees the first chunk arrive later', () => {
    const asked = sessionMessages(session)
      .filter((message) => message.role === 'assistant')
      .map((message) => message.timestamp);
    const arrived = rowsOf(text)
      .filter((row) => row.event.type === 'message_start' && row.event.message.role === 'assistant')
      .map((row) => row.epoch_ms);
    expect(modelCalls(run).map((call) => ms(call.startNs))).toEqual(asked);
    expect(modelCalls(run).map((call) => ms(call.firstChunkNs ?? 0n))).toEqual(arrived);
  });

  test('pins the edit to its tool call as a unified diff that git would apply', () => {
    expect(toolCalls(run)[2]?.changes).toEqual([
      {
        path: 'src/lib.rs',
        change: 'modified',
        diff: [
          '--- a/src/lib.rs',
          '+++ b/src/lib.rs',
          '@@ -1,6 +1,6 @@',
          ' pub fn sum_inputs(s: &[&str]) -> i64 {',
          '-    s.iter().map(|v| v.parse::<i64>().unwrap()).sum::<i64>()',
          '+    s.iter().map(|v| v.parse::<i64>().unwrap_or(0)).sum::<i64>()',
          ' }',
          ' ',
          ' #[cfg(test)]',
          ' mod tests {',
          '',
        ].join('\n'),
      },
    ]);
  });

  test('begins with the user’s prompt', () => {
    expect(run.steps[0]).toMatchObject({
      type: 'message',
      role: 'user',
      text: 'Function uses unwrap on user input; replace with proper Result propagation',
    });
  });
});

describe('the recorded stream of pi', () => {
  const read = (name: string) => readRecording(`pi/0.73.1/streams/${name}`);

  test('has the tokens and tool calls of the session file, cache reads counted as input', () => {
    const run = readStream(pi, readArrivals(read('pi.arrivals.jsonl')));
    expectSessionTotals(run, read('pi.session.jsonl'));
    expectSessionTools(run, read('pi.session.jsonl'));
  });

  test('reads the exit code from the words of the tool, apart from its status', () => {
    const run = readStream(pi, readArrivals(read('pi.arrivals.jsonl')));
    expect(toolCalls(run).map((step) => [step.status, step.exitCode])).toEqual([
      ['completed', null],
      ['completed', null],
      ['error', 3],
    ]);
  });

  test('without arrivals stands on the messages’ own times and says that they are derived', () => {
    const run = readStream(pi, readBareOutput(read('pi.stdout.jsonl')));
    const results = sessionMessages(read('pi.session.jsonl')).filter(
      (message) => message.role === 'toolResult',
    );
    expect(toolCalls(run).map((step) => ms(step.endNs))).toEqual(results.map((result) => result.timestamp));
    expect(run.steps.every((step) => step.timing === 'derived')).toBe(true);
    expect(modelCalls(run).every((call) => call.firstChunkNs === null)).toBe(true);
    expectSessionTotals(run, read('pi.session.jsonl'));
  });

  test('is told from the session file, which begins with the same line', () => {
    expect(isPi(read('pi.stdout.jsonl').split('\n'))).toBe(true);
    expect(isPi(read('pi.session.jsonl').split('\n'))).toBe(false);
  });
});

describe('a stream that is not as expected', () => {
  const arrivals = (...rows: [number, object | string][]): string =>
    rows
      .map(([t, line]) =>
        JSON.stringify({
          t,
          epoch_ms: 1_700_000_000_000 + t,
          stream: 'stdout',
          line: typeof line === 'string' ? line : JSON.stringify(line),
        }),
      )
      .join('\n');

  test('a tool that never ended lasts until the run’s last line and has no status', () => {
    const text = arrivals(
      [
        5,
        { type: 'tool_execution_start', toolCallId: 'c', toolName: 'bash', args: { command: 'sleep 1e9' } },
      ],
      [9, { type: 'queue_update' }],
    );
    const run = readStream(pi, readArrivals(text));
    expect(toolCalls(run)).toMatchObject([
      { status: null, output: null, timing: 'derived', endNs: 1_700_000_000_009_000_000n },
    ]);
    expect([...run.unknownEvents]).toEqual([['queue_update', 1]]);
  });

  test('an answer that failed is a failed model call and an error', () => {
    const message = { role: 'assistant', content: [], stopReason: 'error', errorMessage: '429 slow down' };
    const text = arrivals([1, { type: 'message_start', message }], [2, { type: 'message_end', message }]);
    const run = readStream(pi, readArrivals(text));
    expect(run.steps).toMatchObject([
      { type: 'model_call', error: '429 slow down', tokens: { input: null, output: null } },
      { type: 'error', name: 'error', message: '429 slow down' },
    ]);
  });

  test('a retry is an error that is told', () => {
    const text = arrivals([1, { type: 'auto_retry_start', attempt: 1, errorMessage: 'overloaded' }]);
    expect(readStream(pi, readArrivals(text)).steps).toMatchObject([
      { type: 'error', message: 'overloaded' },
    ]);
  });

  test('a written file is modified: whether it was there before is not told', () => {
    const text = arrivals(
      [1, { type: 'session', id: 's', cwd: '/w' }],
      [
        2,
        {
          type: 'tool_execution_start',
          toolCallId: 'c',
          toolName: 'write',
          args: { path: '/w/a.txt', content: 'x' },
        },
      ],
      [
        3,
        {
          type: 'tool_execution_end',
          toolCallId: 'c',
          toolName: 'write',
          result: { content: [] },
          isError: false,
        },
      ],
    );
    expect(toolCalls(readStream(pi, readArrivals(text)))[0]?.changes).toEqual([
      { path: 'a.txt', change: 'modified', diff: null },
    ]);
  });

  test('warnings before the first event are kept aside', () => {
    const run = readStream(pi, readArrivals(arrivals([1, 'fd not found'], [2, { type: 'agent_start' }])));
    expect(run.unparsedLines.map((line) => line.text)).toEqual(['fd not found']);
  });
});

describe('the session file', () => {
  const own = parsePiSession(readExample('pi-rust-error-handling-failed/session.jsonl'))!;
  const printed = readStream(pi, readArrivals(readExample('pi-rust-error-handling-failed/arrivals.jsonl')));

  test('gives the same tool calls, model calls and tokens as the stream of the same run', () => {
    const told = (run: AgentRun) =>
      toolCalls(run).map((s) => [s.tool, s.callId, s.status, s.exitCode, s.output]);
    expect(told(own)).toEqual(told(printed));
    expect(modelCalls(own).map((call) => call.tokens)).toEqual(
      modelCalls(printed).map((call) => call.tokens),
    );
    expect(own.sessionId).toBe(printed.sessionId);
  });

  test('knows when each answer was asked for and when it was whole', () => {
    for (const [index, call] of modelCalls(own).entries()) {
      expect(call.timing).toBe('measured');
      const other = modelCalls(printed)[index]!;
      expect(Math.abs(Number(call.startNs - other.startNs)) / 1e6).toBeLessThan(50);
      expect(Math.abs(Number(call.endNs - other.endNs)) / 1e6).toBeLessThan(50);
    }
  });

  test('is told from the stream, which begins with the same line', () => {
    const stream = readExample('pi-rust-error-handling-failed/arrivals.jsonl')
      .split('\n')
      .filter((row) => row.includes('"stdout"'))
      .map((row) => JSON.parse(row).line);
    expect(parsePiSession(stream.join('\n'))).toBeNull();
  });
});
