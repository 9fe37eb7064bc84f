// Cursor's agent: its printed stream, and which streams are its own.
import { describe, expect, test } from 'vitest';
import { cursorAgent } from '../../../adapter/agents/cursor-agent.ts';
import { readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import { readStream } from '../../../adapter/agents/reading/read-stream.ts';
import { findAgent, recogniseAgent } from '../../../adapter/agents/registry.ts';
import { modelCalls, toolCalls } from '../../../adapter/agents/step.ts';

const event = (type: string, more: object = {}) => ({ type, session_id: 'thread-1', ...more });
const init = event('system', {
  subtype: 'init',
  apiKeySource: 'env',
  cwd: '/repo',
  model: 'Auto',
  permissionMode: 'default',
});
const says = (text: string, more: object = {}) =>
  event('assistant', { message: { role: 'assistant', content: [{ type: 'text', text }] }, ...more });
const tool = (subtype: string, call: object, more: object = {}) =>
  event('tool_call', { subtype, call_id: 'k', tool_call: call, ...more });
const stream = (...events: object[]) => readBareOutput(events.map((one) => JSON.stringify(one)).join('\n'));
const read = (...events: object[]) => readStream(cursorAgent, stream(...events));
const ended = (call: object) => toolCalls(read(init, tool('started', call), tool('completed', call)))[0];

describe('what a stream of it tells', () => {
  test('prompt, thought, answer, session, model and directory', () => {
    const run = read(
      init,
      event('user', { message: { role: 'user', content: [{ type: 'text', text: 'hi' }] } }),
      event('thinking', { subtype: 'delta', text: 'Let ' }),
      event('thinking', { subtype: 'delta', text: 'me see.' }),
      event('thinking', { subtype: 'completed' }),
      says('Hello.'),
      event('result', { subtype: 'success', is_error: false, result: 'Hello.' }),
    );
    expect(run).toMatchObject({ sessionId: 'thread-1', model: 'Auto', workingDirectory: '/repo' });
    expect(run.steps).toMatchObject([{ type: 'message', role: 'user', text: 'hi' }, { type: 'model_call' }]);
    expect(modelCalls(run)[0]?.parts).toMatchObject([
      { type: 'reasoning', text: 'Let me see.' },
      { type: 'text', text: 'Hello.' },
    ]);
    expect([...run.unknownEvents]).toEqual([]);
  });

  test('pieces of an answer that are told again as a whole are told once', () => {
    const run = read(
      init,
      says('Hel', { timestamp_ms: 1_780_000_001_000 }),
      says('lo.', { timestamp_ms: 1_780_000_002_000 }),
      says('Hello.'),
      event('result', { subtype: 'success', is_error: false, result: 'Hello.' }),
    );
    expect(modelCalls(run).map(({ parts }) => parts)).toMatchObject([[{ type: 'text', text: 'Hello.' }]]);
  });

  test('the result is the answer where none was printed', () => {
    const run = read(init, event('result', { subtype: 'success', is_error: false, result: 'done' }));
    expect(modelCalls(run)[0]?.parts).toMatchObject([{ type: 'text', text: 'done' }]);
  });

  test('a run that failed says why', () => {
    const run = read(init, event('result', { subtype: 'error', is_error: true, result: 'no quota' }));
    expect(run.steps).toMatchObject([{ type: 'error', name: 'error', message: 'no quota' }]);
  });

  test('a stamped tool call lasts as its stamps say', () => {
    const call = { readToolCall: { args: { path: 'a' }, result: { success: { content: 'text' } } } };
    const run = read(
      init,
      tool('started', call, { timestamp_ms: 1_780_000_001_000 }),
      tool('completed', call, { timestamp_ms: 1_780_000_001_250 }),
    );
    const [step] = toolCalls(run);
    expect(step).toMatchObject({ tool: 'read', output: 'text', status: 'completed', timing: 'measured' });
    expect(step!.endNs - step!.startNs).toBe(250_000_000n);
  });

  test.each([
    [
      'a command',
      {
        shellToolCall: {
          args: { command: 'x' },
          result: { success: { exitCode: 0, stdout: 'a', stderr: 'b' } },
        },
      },
      { tool: 'shell', output: 'a\nb', exitCode: 0, status: 'completed', failed: false },
    ],
    [
      'a command that printed nothing',
      { shellToolCall: { args: {}, result: { success: { exitCode: 0, stdout: '', stderr: '' } } } },
      { output: '', exitCode: 0 },
    ],
    [
      'a command that failed',
      { shellToolCall: { args: {}, result: { failure: { exitCode: 2, stdout: '', stderr: 'no' } } } },
      { output: 'no', exitCode: 2, status: 'failure', failed: true },
    ],
    [
      'a call that was refused',
      { shellToolCall: { args: {}, result: { rejected: { command: 'x', reason: 'not allowed' } } } },
      { output: 'not allowed', status: 'rejected', failed: true, exitCode: null },
    ],
    [
      'an error',
      { readToolCall: { args: {}, result: { error: { errorMessage: 'no such file' } } } },
      { output: 'no such file', status: 'error', failed: true },
    ],
    [
      'a function',
      { function: { name: 'mcp_search', arguments: '{"q":"x"}' } },
      { tool: 'mcp_search', arguments: { q: 'x' } },
    ],
    [
      'an edit',
      {
        editToolCall: {
          args: { path: '/repo/a.ts' },
          result: { success: { path: '/repo/a.ts', diffString: '@@ -1 +1 @@\n-a\n+b' } },
        },
      },
      { changes: [{ path: 'a.ts', change: 'modified', diff: expect.stringContaining('+b') }] },
    ],
    [
      'a removal',
      { deleteToolCall: { args: { path: 'a.ts' }, result: { success: {} } } },
      { changes: [{ path: 'a.ts', change: 'removed', diff: null }] },
    ],
  ])('%s', (_, call, expected) => {
    expect(ended(call)).toMatchObject(expected);
  });
});

describe('which streams are its own', () => {
  test('one with its tool calls or its beginning', () => {
    expect(recogniseAgent(stream(init))?.name).toBe('cursor-agent');
    expect(recogniseAgent(stream(tool('started', { lsToolCall: { args: {} } })))?.name).toBe('cursor-agent');
    expect(findAgent({ command: ['cursor-agent', '-p', 'x'] }).name).toBe('cursor-agent');
  });

  test.each([
    ['an init that says nothing but a session', event('system', { subtype: 'init', cwd: '/w' })],
    ['a user’s message', event('user', { message: { role: 'user', content: 'hi' } })],
    ['an answer', says('hi')],
    ['another’s tool call', event('tool_call', { id: 'k', name: 'bash' })],
    [
      'Amp’s answer',
      { ...says('hi'), session_id: 'T-0a1b2c3d-0000-4000-8000-000000000000', parent_tool_use_id: null },
    ],
  ])('%s is nobody’s that is known', (_, line) => {
    expect(recogniseAgent(stream(line))).toBeNull();
  });
});
