// The smallest whole output and session file of each agent: one tool call at least, tokens where the format
// has any. Written by hand after the recordings; for tests that hold for every agent alike.

export interface AgentSample {
  readonly agent: string;
  /** `prints` what it prints, `keeps` what it keeps. */
  readonly kind: 'prints' | 'keeps';
  readonly name: string;
  readonly text: string;
}

const START_MS = Date.UTC(2026, 0, 1);
const iso = (second: number): string => new Date(START_MS + second * 1000).toISOString();
const naive = (second: number): string => iso(second).replace(/Z$/, '000');
const lines = (...events: object[]): string => events.map((event) => JSON.stringify(event)).join('\n');

const opencode = lines(
  {
    type: 'step_start',
    timestamp: START_MS + 1000,
    sessionID: 'ses_1',
    part: { messageID: 'msg_x', type: 'step-start' },
  },
  {
    type: 'tool_use',
    timestamp: START_MS + 2000,
    sessionID: 'ses_1',
    part: {
      tool: 'bash',
      callID: 'c1',
      state: {
        status: 'completed',
        input: { command: 'ls' },
        output: 'out',
        metadata: { exit: 3 },
        time: { start: START_MS + 1500, end: START_MS + 1900 },
      },
    },
  },
  {
    type: 'step_finish',
    timestamp: START_MS + 2100,
    sessionID: 'ses_1',
    part: {
      messageID: 'msg_x',
      reason: 'tool-calls',
      tokens: { input: 10, output: 4, reasoning: 0, cache: { read: 5, write: 0 } },
    },
  },
);

const opencodeExport = JSON.stringify(
  {
    info: {
      id: 'ses_1',
      directory: '/w',
      title: 't',
      version: '1.18.33',
      time: { created: START_MS, updated: START_MS + 9000 },
    },
    messages: [
      {
        info: { id: 'msg_1', role: 'user', sessionID: 'ses_1', time: { created: START_MS } },
        parts: [{ type: 'text', text: 'hi' }],
      },
      {
        info: {
          id: 'msg_2',
          role: 'assistant',
          sessionID: 'ses_1',
          modelID: 'm',
          providerID: 'p',
          cost: 0.01,
          tokens: { input: 10, output: 4, reasoning: 0, cache: { read: 5, write: 0 } },
          time: { created: START_MS + 1000, completed: START_MS + 4000 },
        },
        parts: [
          {
            type: 'tool',
            tool: 'bash',
            callID: 'c1',
            state: {
              status: 'completed',
              input: { command: 'ls' },
              output: 'out',
              metadata: { exit: 3 },
              time: { start: START_MS + 1500, end: START_MS + 1900 },
            },
          },
          { type: 'text', text: 'done' },
        ],
      },
    ],
  },
  null,
  2,
);

const pi = lines(
  { type: 'session', version: 3, id: 's', timestamp: iso(0), cwd: '/w' },
  { type: 'agent_start' },
  { type: 'message_start', message: { role: 'assistant', timestamp: START_MS + 1000 } },
  {
    type: 'message_end',
    message: {
      role: 'assistant',
      timestamp: START_MS + 1000,
      provider: 'p',
      model: 'm',
      stopReason: 'toolUse',
      usage: { input: 10, output: 4, cacheRead: 5, cacheWrite: 0 },
      content: [{ type: 'toolCall', id: 'c1', name: 'bash', arguments: { command: 'ls' } }],
    },
  },
  { type: 'tool_execution_start', toolCallId: 'c1', toolName: 'bash', args: { command: 'ls' } },
  {
    type: 'tool_execution_end',
    toolCallId: 'c1',
    toolName: 'bash',
    isError: true,
    result: { content: [{ type: 'text', text: 'out\n\nCommand exited with code 3' }] },
  },
  { type: 'agent_end' },
);

const piSession = lines(
  { type: 'session', version: 3, id: 's', timestamp: iso(0), cwd: '/w' },
  { type: 'model_change', id: 'e0', parentId: null, timestamp: iso(0), provider: 'p', modelId: 'm' },
  {
    type: 'message',
    id: 'e1',
    parentId: 'e0',
    timestamp: iso(2),
    message: {
      role: 'assistant',
      timestamp: START_MS + 1000,
      provider: 'p',
      model: 'm',
      stopReason: 'toolUse',
      usage: { input: 10, output: 4, cacheRead: 5, cacheWrite: 0 },
      content: [{ type: 'toolCall', id: 'c1', name: 'bash', arguments: { command: 'ls' } }],
    },
  },
  {
    type: 'message',
    id: 'e2',
    parentId: 'e1',
    timestamp: iso(3),
    message: {
      role: 'toolResult',
      timestamp: START_MS + 3000,
      toolCallId: 'c1',
      toolName: 'bash',
      isError: true,
      content: [{ type: 'text', text: 'out\n\nCommand exited with code 3' }],
    },
  },
);

const usage = {
  input_tokens: 15,
  cached_input_tokens: 5,
  cache_write_input_tokens: 0,
  output_tokens: 4,
  reasoning_output_tokens: 1,
};
const command = {
  id: 'item_1',
  type: 'command_execution',
  command: 'ls',
  aggregated_output: 'out',
  exit_code: 3,
  status: 'failed',
};
const codex = lines(
  { type: 'thread.started', thread_id: 's' },
  { type: 'turn.started' },
  {
    type: 'item.started',
    item: { ...command, status: 'in_progress', exit_code: null, aggregated_output: '' },
  },
  { type: 'item.completed', item: command },
  { type: 'turn.completed', usage },
);
const rollout = lines(
  { timestamp: iso(0), type: 'session_meta', payload: { id: 's', cwd: '/w', cli_version: '0.169.0' } },
  {
    timestamp: iso(2),
    type: 'response_item',
    payload: { type: 'function_call', name: 'exec_command', arguments: '{"cmd":"ls"}', call_id: 'c1' },
  },
  { timestamp: iso(2), type: 'token_usage_record', payload: { usage, thread_token_usage: usage } },
  {
    timestamp: iso(3),
    type: 'event_msg',
    payload: {
      type: 'item_completed',
      item: {
        type: 'CommandExecution',
        id: 'c1',
        status: 'failed',
        exit_code: 3,
        aggregated_output: 'out',
        duration: { secs: 0, nanos: 5000 },
      },
      started_at_ms: START_MS + 2500,
      completed_at_ms: START_MS + 2900,
    },
  },
  {
    timestamp: iso(3),
    type: 'response_item',
    payload: {
      type: 'function_call_output',
      call_id: 'c1',
      output: 'Process exited with code 3\nOutput:\nout',
    },
  },
);

const gemini = lines(
  { type: 'init', timestamp: iso(0), session_id: 's', model: 'm' },
  { type: 'message', timestamp: iso(0), role: 'user', content: 'go' },
  {
    type: 'tool_use',
    timestamp: iso(2),
    tool_name: 'run_shell_command',
    tool_id: 'c1',
    parameters: { command: 'ls' },
  },
  { type: 'tool_result', timestamp: iso(3), tool_id: 'c1', status: 'success', output: 'out' },
  {
    type: 'result',
    timestamp: iso(4),
    status: 'success',
    stats: { total_tokens: 19, input_tokens: 15, output_tokens: 4, cached: 5 },
  },
);
const geminiChat = lines(
  { sessionId: 's', projectHash: 'h', startTime: iso(0), kind: 'main' },
  { id: 'u', timestamp: iso(0), type: 'user', content: [{ text: 'go' }] },
  { $set: { lastUpdated: iso(0) } },
  {
    id: 'a',
    timestamp: iso(2),
    type: 'gemini',
    content: '',
    model: 'm',
    tokens: { input: 15, output: 4, cached: 5, thoughts: 0, tool: 0, total: 19 },
    toolCalls: [
      {
        id: 'c1',
        name: 'run_shell_command',
        args: { command: 'ls' },
        status: 'success',
        timestamp: iso(3),
        resultDisplay: 'out',
        result: [{ functionResponse: { response: { output: 'Output: out\nExit Code: 3\n' } } }],
      },
    ],
  },
);

const claudeAnswer = {
  id: 'm1',
  model: 'claude-x',
  role: 'assistant',
  stop_reason: 'tool_use',
  content: [{ type: 'tool_use', id: 'c1', name: 'Bash', input: { command: 'ls' } }],
  usage: { input_tokens: 10, cache_read_input_tokens: 5, output_tokens: 4 },
};
const claudeResult = {
  role: 'user',
  content: [{ type: 'tool_result', tool_use_id: 'c1', is_error: true, content: 'Exit code 3\nout' }],
};
const claude = lines(
  {
    type: 'system',
    subtype: 'init',
    session_id: 's',
    cwd: '/w',
    model: 'claude-x',
    permissionMode: 'default',
    claude_code_version: '2.0',
  },
  { type: 'assistant', session_id: 's', parent_tool_use_id: null, message: claudeAnswer },
  { type: 'user', session_id: 's', parent_tool_use_id: null, message: claudeResult },
  {
    type: 'result',
    subtype: 'success',
    session_id: 's',
    is_error: false,
    num_turns: 1,
    usage: claudeAnswer.usage,
  },
);
const transcript = lines(
  {
    type: 'user',
    uuid: 'u',
    parentUuid: null,
    sessionId: 's',
    timestamp: iso(0),
    cwd: '/w',
    version: '2.0',
    message: { role: 'user', content: 'go' },
  },
  { type: 'assistant', uuid: 'a', parentUuid: 'u', sessionId: 's', timestamp: iso(2), message: claudeAnswer },
  { type: 'user', uuid: 'r', parentUuid: 'a', sessionId: 's', timestamp: iso(3), message: claudeResult },
);

const qwen = lines(
  {
    type: 'system',
    subtype: 'init',
    session_id: 's',
    cwd: '/w',
    model: 'qwen3',
    permission_mode: 'yolo',
    qwen_code_version: '0.15.10',
  },
  {
    type: 'assistant',
    session_id: 's',
    parent_tool_use_id: null,
    message: {
      id: 'm1',
      model: 'qwen3',
      content: [{ type: 'tool_use', id: 'c1', name: 'run_shell_command', input: { command: 'ls' } }],
      usage: { input_tokens: 15, cache_read_input_tokens: 5, output_tokens: 4 },
    },
  },
  {
    type: 'user',
    session_id: 's',
    parent_tool_use_id: null,
    message: { content: [{ type: 'tool_result', tool_use_id: 'c1', is_error: false, content: 'out' }] },
  },
);
const qwenChat = lines(
  {
    uuid: 'u',
    sessionId: 's',
    timestamp: iso(0),
    type: 'user',
    cwd: '/w',
    message: { role: 'user', parts: [{ text: 'go' }] },
  },
  {
    uuid: 't',
    sessionId: 's',
    timestamp: iso(2),
    type: 'system',
    subtype: 'ui_telemetry',
    systemPayload: {
      uiEvent: {
        'event.name': 'qwen-code.api_response',
        'event.timestamp': iso(2),
        duration_ms: 1000,
        input_token_count: 15,
        output_token_count: 4,
      },
    },
  },
  {
    uuid: 'a',
    sessionId: 's',
    timestamp: iso(2),
    type: 'assistant',
    model: 'qwen3',
    message: {
      role: 'model',
      parts: [{ functionCall: { id: 'c1', name: 'run_shell_command', args: { command: 'ls' } } }],
    },
    usageMetadata: {
      promptTokenCount: 15,
      candidatesTokenCount: 4,
      cachedContentTokenCount: 5,
      totalTokenCount: 19,
    },
  },
  {
    uuid: 'r',
    sessionId: 's',
    timestamp: iso(3),
    type: 'tool_result',
    toolCallResult: { callId: 'c1', status: 'success' },
    message: {
      role: 'user',
      parts: [
        {
          functionResponse: {
            id: 'c1',
            name: 'run_shell_command',
            response: { output: 'out\nExit Code: 3' },
          },
        },
      ],
    },
  },
);

const openhandsEvents = [
  {
    id: 'e1',
    timestamp: naive(1),
    source: 'environment',
    kind: 'ConversationStateUpdateEvent',
    key: 'stats',
    value: {
      usage_to_metrics: {
        default: {
          model_name: 'm',
          accumulated_cost: 0.1,
          accumulated_token_usage: {
            prompt_tokens: 15,
            completion_tokens: 4,
            cache_read_tokens: 5,
            cache_write_tokens: 0,
            reasoning_tokens: 0,
          },
        },
      },
    },
  },
  {
    id: 'e2',
    timestamp: naive(2),
    source: 'agent',
    kind: 'ActionEvent',
    tool_name: 'terminal',
    tool_call_id: 'c1',
    llm_response_id: 'r',
    thought: [],
    tool_call: { name: 'terminal', arguments: '{"command":"ls"}' },
  },
  {
    id: 'e3',
    timestamp: naive(3),
    source: 'environment',
    kind: 'ObservationEvent',
    tool_name: 'terminal',
    tool_call_id: 'c1',
    observation: {
      content: [{ type: 'text', text: 'out' }],
      is_error: false,
      exit_code: 3,
      metadata: { exit_code: 3, working_dir: '/w' },
    },
  },
];
const openhandsPrinted = openhandsEvents
  .map((event) => `--JSON Event--\n${JSON.stringify(event, null, 2)}`)
  .join('\n');
const trajectory = JSON.stringify([
  { id: 0, timestamp: naive(0), source: 'user', action: 'message', args: { content: 'go' } },
  {
    id: 1,
    timestamp: naive(2),
    source: 'agent',
    action: 'run',
    args: { command: 'ls' },
    tool_call_metadata: {
      tool_call_id: 'c1',
      function_name: 'execute_bash',
      model_response: {
        id: 'r',
        model: 'm',
        usage: { prompt_tokens: 15, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
      },
    },
  },
  {
    id: 2,
    timestamp: naive(3),
    source: 'environment',
    observation: 'run',
    content: 'out',
    cause: 1,
    tool_call_metadata: { tool_call_id: 'c1', function_name: 'execute_bash' },
    extras: { metadata: { exit_code: 3 } },
  },
]);
const completion = JSON.stringify({
  messages: [],
  response: {
    id: 'r',
    model: 'm',
    choices: [
      {
        finish_reason: 'tool_calls',
        message: {
          content: 'so',
          tool_calls: [{ id: 'c1', function: { name: 'terminal', arguments: '{"command":"ls"}' } }],
        },
      },
    ],
    usage: { prompt_tokens: 15, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
  },
  cost: 0.1,
  timestamp: START_MS / 1000 + 5,
  latency_sec: 1.5,
});

const aiderHistory = `# aider chat started at 2026-01-01 00:00:00\n\n> Aider v0.86.1  \n> Model: m with diff edit format  \n\n#### go  \n\nso:\n\n> Tokens: 1.5k sent, 40 received. Cost: $0.02 message, $0.02 session.  \n> Applied edit to a.py  \n`;
const analytics = lines(
  { event: 'launched', properties: { aider_version: '0.86.1' }, user_id: 'u', time: START_MS / 1000 },
  { event: 'message_send_starting', properties: {}, user_id: 'u', time: START_MS / 1000 + 1 },
  {
    event: 'message_send',
    properties: { main_model: 'm', prompt_tokens: 15, completion_tokens: 4, cost: 0.1 },
    user_id: 'u',
    time: START_MS / 1000 + 3,
  },
  { event: 'exit', properties: { reason: 'Completed' }, user_id: 'u', time: START_MS / 1000 + 4 },
);

const gooseMessages = [
  {
    id: 'a',
    role: 'assistant',
    created: START_MS / 1000 + 2,
    content: [
      {
        type: 'toolRequest',
        id: 'c1',
        toolCall: { status: 'success', value: { name: 'shell', arguments: { command: 'ls' } } },
      },
    ],
  },
  {
    id: 'b',
    role: 'user',
    created: START_MS / 1000 + 3,
    content: [
      {
        type: 'toolResponse',
        id: 'c1',
        toolResult: {
          status: 'success',
          value: { content: [{ type: 'text', text: 'out' }], structuredContent: { exit_code: 3 } },
        },
      },
    ],
  },
];
const gooseTotals = { total_tokens: 19, input_tokens: 15, output_tokens: 4, cache_read_input_tokens: 5 };
const goose = lines(...gooseMessages.map((message) => ({ type: 'message', message })), {
  type: 'complete',
  ...gooseTotals,
});
const gooseDocument = JSON.stringify(
  { messages: gooseMessages, metadata: { ...gooseTotals, status: 'completed' } },
  null,
  2,
);

const cursorEvent = (type: string, more: object) => ({ type, session_id: 's', ...more });
const cursorCall = (subtype: string, call: object) =>
  cursorEvent('tool_call', { subtype, call_id: 'c1', tool_call: { shellToolCall: call } });
const cursorAgent = lines(
  cursorEvent('system', {
    subtype: 'init',
    apiKeySource: 'login',
    cwd: '/w',
    model: 'Auto',
    permissionMode: 'default',
  }),
  cursorEvent('user', { message: { role: 'user', content: [{ type: 'text', text: 'look' }] } }),
  cursorEvent('assistant', { message: { role: 'assistant', content: [{ type: 'text', text: 'I look.' }] } }),
  cursorCall('started', { args: { command: 'ls' } }),
  cursorCall('completed', {
    args: { command: 'ls' },
    result: { success: { command: 'ls', exitCode: 3, stdout: 'out', stderr: '' } },
  }),
  cursorEvent('assistant', { message: { role: 'assistant', content: [{ type: 'text', text: 'Done.' }] } }),
  cursorEvent('result', {
    subtype: 'success',
    is_error: false,
    duration_ms: 1234,
    result: 'I look.Done.',
    usage: { inputTokens: 10, cacheReadTokens: 5, cacheWriteTokens: 0, outputTokens: 4 },
  }),
);

const copilot = lines(
  {
    type: 'session.start',
    data: { sessionId: 's', copilotVersion: '1.0.90', selectedModel: 'm', context: { cwd: '/w' } },
    id: 'e0',
    timestamp: iso(0),
    parentId: null,
  },
  {
    type: 'assistant.message',
    data: {
      messageId: 'm',
      content: '',
      outputTokens: 4,
      toolRequests: [{ toolCallId: 'c1', name: 'bash', arguments: { command: 'ls' } }],
    },
    id: 'e1',
    timestamp: iso(2),
    parentId: 'e0',
  },
  {
    type: 'tool.execution_start',
    data: { toolCallId: 'c1', toolName: 'bash', arguments: { command: 'ls' } },
    id: 'e2',
    timestamp: iso(2),
    parentId: 'e1',
  },
  {
    type: 'tool.execution_complete',
    data: {
      toolCallId: 'c1',
      success: true,
      result: { content: 'out\n<shellId: 0 completed with exit code 3>' },
    },
    id: 'e3',
    timestamp: iso(3),
    parentId: 'e2',
  },
  {
    type: 'session.shutdown',
    data: { modelMetrics: { m: { usage: { inputTokens: 15, outputTokens: 4, cacheReadTokens: 5 } } } },
    id: 'e4',
    timestamp: iso(4),
    parentId: 'e3',
  },
);

const sweAgent = JSON.stringify({
  trajectory: [{ action: 'ls', observation: 'out', response: 'look', execution_time: 0.5 }],
  history: [{ role: 'user', content: 'go' }],
  info: { exit_status: 'submitted', model_stats: { tokens_sent: 15, tokens_received: 4, api_calls: 1 } },
});
const miniFirst = JSON.stringify([
  { role: 'system', content: 'you are' },
  { role: 'user', content: 'go' },
  { role: 'assistant', content: 'look\n\n```mswea_bash_command\nls\n```' },
  { role: 'user', content: '<returncode>3</returncode>\n<output>\nout\n</output>' },
]);
const miniSecond = JSON.stringify({
  trajectory_format: 'mini-swe-agent-1.1',
  info: { mini_version: '2.2.8', exit_status: 'Submitted', config: { model: { model_name: 'm' } } },
  messages: [
    { role: 'user', content: 'go', extra: { timestamp: START_MS / 1000 } },
    {
      role: 'assistant',
      content: 'look',
      extra: {
        timestamp: START_MS / 1000 + 2,
        actions: [{ command: 'ls', tool_call_id: 'c1' }],
        response: {
          model: 'm',
          usage: { prompt_tokens: 15, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
        },
      },
    },
    {
      role: 'tool',
      tool_call_id: 'c1',
      content: 'out',
      extra: { returncode: 3, timestamp: START_MS / 1000 + 3 },
    },
  ],
});

const sample = (agent: string, kind: AgentSample['kind'], name: string, text: string): AgentSample => ({
  agent,
  kind,
  name,
  text,
});

export const agentSamples: readonly AgentSample[] = [
  sample('opencode', 'prints', 'stream', opencode),
  sample('opencode', 'keeps', 'export', opencodeExport),
  sample('pi', 'prints', 'stream', pi),
  sample('pi', 'keeps', 'session', piSession),
  sample('codex', 'prints', 'stream', codex),
  sample('codex', 'keeps', 'rollout', rollout),
  sample('gemini', 'prints', 'stream', gemini),
  sample('gemini', 'keeps', 'chat', geminiChat),
  sample('qwen-code', 'prints', 'stream', qwen),
  sample('qwen-code', 'keeps', 'chat', qwenChat),
  sample('claude-code', 'prints', 'stream', claude),
  sample('claude-code', 'keeps', 'transcript', transcript),
  sample('openhands', 'prints', 'stream', openhandsPrinted),
  sample('openhands', 'keeps', 'trajectory', trajectory),
  sample('openhands', 'keeps', 'completion log', completion),
  sample('aider', 'keeps', 'history', aiderHistory),
  sample('aider', 'keeps', 'analytics log', analytics),
  sample('goose', 'prints', 'stream', goose),
  sample('goose', 'keeps', 'document', gooseDocument),
  sample('cursor-agent', 'prints', 'stream', cursorAgent),
  sample('copilot', 'prints', 'stream', copilot),
  sample('copilot', 'keeps', 'events', copilot),
  sample('swe-agent', 'keeps', 'trajectory', sweAgent),
  sample('mini-swe-agent', 'keeps', 'trajectory, version 1', miniFirst),
  sample('mini-swe-agent', 'keeps', 'trajectory, version 2', miniSecond),
];

/** OpenHands' events as a folder keeps them, an event a file. */
export const openhandsFolder: readonly object[] = openhandsEvents;
