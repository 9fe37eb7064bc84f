// Images that were handed to an agent, and that its tools gave back, are in what its session is read into.
import { expect, test } from 'vitest';
import { recogniseSession } from '../../../../adapter/agents/registry.ts';
import { toolCalls } from '../../../../adapter/agents/step.ts';
import { aPng } from '../../../support/images.ts';

const png = aPng(2, 2);
const url = `data:image/png;base64,${png}`;
const ms = Date.UTC(2026, 0, 1);
const iso = (second: number) => new Date(ms + second * 1000).toISOString();
const lines = (...events: object[]) => events.map((event) => JSON.stringify(event)).join('\n');
const anthropic = { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } };
const mcp = { type: 'image', data: png, mimeType: 'image/png' };

/** Each asks with an image and has a tool that gives one back. */
const sessions: Readonly<Record<string, string>> = {
  'claude-code': lines(
    {
      type: 'user',
      uuid: 'a',
      sessionId: 's',
      timestamp: iso(0),
      message: { role: 'user', content: [{ type: 'text', text: 'look' }, anthropic] },
    },
    {
      type: 'assistant',
      uuid: 'b',
      sessionId: 's',
      timestamp: iso(1),
      message: {
        id: 'm',
        role: 'assistant',
        model: 'x',
        content: [{ type: 'tool_use', id: 'c', name: 'Read', input: {} }],
      },
    },
    {
      type: 'user',
      uuid: 'd',
      sessionId: 's',
      timestamp: iso(2),
      message: { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'c', content: [anthropic] }] },
    },
  ),
  codex: lines(
    { type: 'session_meta', timestamp: iso(0), payload: { id: 's', cwd: '/w' } },
    {
      type: 'event_msg',
      timestamp: iso(0),
      payload: { type: 'user_message', message: 'look', images: [url] },
    },
    {
      type: 'response_item',
      timestamp: iso(1),
      payload: { type: 'function_call', call_id: 'c', name: 'view_image', arguments: '{}' },
    },
    {
      type: 'response_item',
      timestamp: iso(2),
      payload: {
        type: 'function_call_output',
        call_id: 'c',
        output: [{ type: 'input_image', image_url: url }],
      },
    },
  ),
  pi: lines(
    { type: 'session', version: 3, id: 's', timestamp: iso(0), cwd: '/w' },
    {
      type: 'message',
      id: 'a',
      timestamp: iso(0),
      message: { role: 'user', timestamp: ms, content: [{ type: 'text', text: 'look' }, mcp] },
    },
    {
      type: 'message',
      id: 'b',
      timestamp: iso(1),
      message: {
        role: 'assistant',
        timestamp: ms,
        content: [{ type: 'toolCall', id: 'c', name: 'read', arguments: {} }],
      },
    },
    {
      type: 'message',
      id: 'd',
      timestamp: iso(2),
      message: {
        role: 'toolResult',
        timestamp: ms + 2000,
        toolCallId: 'c',
        toolName: 'read',
        content: [mcp],
      },
    },
  ),
  gemini: lines(
    { sessionId: 's', projectHash: 'h', startTime: iso(0) },
    {
      id: 'a',
      type: 'user',
      timestamp: iso(0),
      content: [{ text: 'look' }, { inlineData: { mimeType: 'image/png', data: png } }],
    },
    {
      id: 'b',
      type: 'gemini',
      timestamp: iso(1),
      content: '',
      toolCalls: [
        {
          id: 'c',
          name: 'read_file',
          args: {},
          status: 'success',
          timestamp: iso(2),
          result: [{ inlineData: { mimeType: 'image/png', data: png } }],
        },
      ],
    },
  ),
  'qwen-code': lines(
    {
      type: 'user',
      sessionId: 's',
      timestamp: iso(0),
      message: { parts: [{ text: 'look' }, { inlineData: { mimeType: 'image/png', data: png } }] },
    },
    {
      type: 'assistant',
      sessionId: 's',
      timestamp: iso(1),
      message: { parts: [{ functionCall: { id: 'c', name: 'read', args: {} } }] },
    },
    {
      type: 'tool_result',
      sessionId: 's',
      timestamp: iso(2),
      toolCallResult: { callId: 'c', status: 'success' },
      message: {
        parts: [
          {
            functionResponse: {
              id: 'c',
              name: 'read',
              response: { output: 'x' },
              parts: [{ inlineData: { mimeType: 'image/png', data: png } }],
            },
          },
        ],
      },
    },
  ),
  goose: JSON.stringify({
    messages: [
      { role: 'user', created: ms / 1000, content: [{ type: 'text', text: 'look' }, mcp] },
      {
        role: 'assistant',
        created: ms / 1000 + 1,
        content: [
          {
            type: 'toolRequest',
            id: 'c',
            toolCall: { status: 'success', value: { name: 'read', arguments: {} } },
          },
        ],
      },
      {
        role: 'user',
        created: ms / 1000 + 2,
        content: [
          { type: 'toolResponse', id: 'c', toolResult: { status: 'success', value: { content: [mcp] } } },
        ],
      },
    ],
  }),
  openhands: lines(
    {
      kind: 'MessageEvent',
      id: '1',
      source: 'user',
      timestamp: iso(0),
      llm_message: {
        role: 'user',
        content: [
          { type: 'text', text: 'look' },
          { type: 'image', image_urls: [url] },
        ],
      },
    },
    {
      kind: 'ActionEvent',
      id: '2',
      source: 'agent',
      timestamp: iso(1),
      tool_name: 'browse',
      tool_call_id: 'c',
      llm_response_id: 'r',
      action: { kind: 'BrowseAction' },
    },
    {
      kind: 'ObservationEvent',
      id: '3',
      source: 'environment',
      timestamp: iso(2),
      tool_name: 'browse',
      tool_call_id: 'c',
      observation: { content: [{ type: 'image', image_urls: [url] }] },
    },
  ),
  opencode: JSON.stringify({
    info: { id: 'ses_1', time: { created: ms } },
    messages: [
      {
        info: { id: 'a', role: 'user', time: { created: ms } },
        parts: [
          { type: 'text', text: 'look' },
          { type: 'file', mime: 'image/png', filename: 'a.png', url },
        ],
      },
      {
        info: { id: 'b', role: 'assistant', time: { created: ms + 1000, completed: ms + 3000 } },
        parts: [
          {
            type: 'tool',
            tool: 'read',
            callID: 'c',
            state: {
              status: 'completed',
              input: {},
              output: 'x',
              time: { start: ms + 1500, end: ms + 2000 },
              attachments: [{ type: 'file', mime: 'image/png', url }],
            },
          },
        ],
      },
    ],
  }),
};

test.each(Object.entries(sessions))('%s', (name, text) => {
  const session = recogniseSession(text, '');
  expect(session?.agent.name).toBe(name);
  const run = session?.run;
  if (run === undefined) throw new Error('no session');
  const asked = run.steps.flatMap((step) => (step.type === 'message' ? (step.media ?? []) : []));
  expect(asked).toMatchObject([{ kind: expect.stringMatching(/^(?:image|file)$/), base64: png }]);
  expect(toolCalls(run).flatMap(({ media = [] }) => media)).toMatchObject([{ base64: png }]);
});
