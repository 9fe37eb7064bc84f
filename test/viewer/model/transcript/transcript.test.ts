// The transcript of a run: what was said, done and changed, in order.
import { describe, expect, it } from 'vitest';
import type { SpanJson } from '../../../../shared/wire.ts';
import { entryAt, type TranscriptEntry } from '../../../../viewer/model/transcript/entry.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import {
  aChange,
  aModelCall,
  aSpanJson,
  CLOCK_START_NS,
  spanIdOf,
  TRACE_ID,
} from '../../../support/trace-builders.ts';

const build = (spans: SpanJson[], changes = [] as Parameters<typeof buildTranscript>[1]) =>
  buildTranscript(spans, changes, CLOCK_START_NS);
const kindsAndTexts = (entries: TranscriptEntry[]) => entries.map(({ kind, text }) => [kind, text]);

const said = (...parts: unknown[]) => ({
  'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts }]),
});
const asked = (...texts: string[]) => ({
  'gen_ai.input.messages': JSON.stringify(
    texts.map((content) => ({ role: 'user', parts: [{ type: 'text', content }] })),
  ),
});
const aCall = (parts: Parameters<typeof aSpanJson>[0]) =>
  aSpanJson({ kind: 'model_call', name: 'chat local/scripted-model', ...parts });
const aTool = (attributes: SpanJson['attributes'], parts: Parameters<typeof aSpanJson>[0] = {}) =>
  aSpanJson({ kind: 'tool_call', name: 'execute_tool bash', attributes, ...parts });

const failingTests =
  'running 3 tests\ntest tests::empty ... ok\ntest tests::bad ... FAILED\ntest result: FAILED. 2 passed; 1 failed; 0 ignored\n';

describe('what the agent said', () => {
  it('is read from the output messages, as JSON text or as a structure', () => {
    const parts = [
      { type: 'reasoning', content: 'Hm.' },
      { type: 'text', content: 'Let me read the code.' },
    ];
    const structure = { 'gen_ai.output.messages': [{ role: 'assistant', parts }] };
    for (const attributes of [said(...parts), structure])
      expect(kindsAndTexts(build([aCall({ attributes })]))).toEqual([
        ['reasoning', 'Hm.'],
        ['message', 'Let me read the code.'],
      ]);
  });

  it('starts where its stream did, and tells model, stream and tokens once', () => {
    const attributes = {
      ...said({ type: 'text', content: 'Hello' }),
      'gen_ai.request.model': 'local/scripted-model',
      'gen_ai.response.time_to_first_chunk': 0.391,
      'gen_ai.usage.input_tokens': 1200,
      'gen_ai.usage.output_tokens': 45,
    };
    const [entry] = build([aCall({ startMs: 1216, endMs: 1691, attributes })]);
    expect(entry).toMatchObject({
      startNs: 1607e6,
      endNs: 1691e6,
      facts: ['chat scripted-model', '84 ms stream', '1,200 → 45 tokens'],
    });
  });

  it('takes the normalised numbers of the model calls where they are at hand', () => {
    const span = aCall({ endMs: 100, attributes: said({ type: 'text', content: 'Hello' }) });
    const call = aModelCall({ model: 'm', inputTokens: 7, timeToFirstChunkMs: 40 });
    const [entry] = buildTranscript([span], [], CLOCK_START_NS, [call]);
    expect(entry).toMatchObject({ startNs: 40e6, facts: ['chat m', '60 ms stream', '7 → unknown tokens'] });
  });

  it('stands piece by piece where the recorder saw each end', () => {
    const span = aCall({
      endMs: 100,
      attributes: said({ type: 'text', content: 'one' }, { type: 'text', content: 'two' }),
      events: [
        { timeNs: String(BigInt(CLOCK_START_NS) + 30_000_000n), name: 'bench.message', attributes: {} },
        { timeNs: String(BigInt(CLOCK_START_NS) + 80_000_000n), name: 'bench.message', attributes: {} },
      ],
    });
    expect(build([span]).map(({ text, startNs, endNs }) => [text, startNs / 1e6, endNs! / 1e6])).toEqual([
      ['one', 0, 30],
      ['two', 30, 80],
    ]);
  });

  it('is found in the older forms of other dialects', () => {
    const forms = [
      { 'ai.response.text': 'said' },
      { 'gen_ai.completion.0.content': 'said' },
      { 'llm.output_messages.0.message.content': 'said' },
      { 'output.value': 'said' },
      { 'gen_ai.output.messages': [{ role: 'model', parts: [{ text: 'said' }] }] },
      { 'gen_ai.output.messages': [{ role: 'assistant', content: [{ type: 'text', text: 'said' }] }] },
      { 'gen_ai.output.messages': [{ role: 'assistant', content: 'said' }] },
    ];
    for (const attributes of forms)
      expect(kindsAndTexts(build([aCall({ attributes })]))).toEqual([['message', 'said']]);
  });

  it('is found wherever the calls tab finds it, answers and questions alike', () => {
    const forms = [
      { 'lmnr.span.input': '[{"role":"user","content":"fix it"}]', 'lmnr.span.output': 'said' },
      {
        'traceloop.entity.input': '{"messages":[{"role":"user","content":"fix it"}]}',
        'output.value': 'said',
      },
      { 'ai.prompt': '{"prompt":"fix it"}', 'ai.response.text': 'said' },
      { 'input.value': 'fix it', 'output.value': 'said' },
    ];
    for (const attributes of forms)
      expect(kindsAndTexts(build([aCall({ attributes })]))).toEqual([
        ['prompt', 'fix it'],
        ['message', 'said'],
      ]);
  });

  it('is no message where JSON of no known form was recorded', () => {
    const attributes = { 'input.value': '{"temperature":1}', 'output.value': '{"answer":42}' };
    expect(build([aCall({ attributes })]).map((entry) => entry.kind)).toEqual(['phase']);
  });

  it('is no message where it was empty or of no known form', () => {
    const odd = ['{', '[[[', '{"a":1}', [{ parts: 7 }], [{ parts: [{ type: 'image' }] }], '[null]', 5];
    for (const value of odd) {
      const entries = build([aCall({ attributes: { 'gen_ai.output.messages': value } })]);
      expect(entries.map((entry) => entry.kind)).toEqual(['phase']);
    }
  });

  it('counts a call without words as a phase that says what it asked for', () => {
    const attributes = said({ type: 'tool_call', id: 'c1', name: 'bash', arguments: {} });
    const entries = build([
      aCall({ endMs: 5, attributes }),
      aTool({ 'gen_ai.tool.call.id': 'c1' }, { startMs: 6 }),
    ]);
    expect(entries[0]).toMatchObject({
      kind: 'phase',
      text: 'chat local/scripted-model',
      facts: ['asked for bash', '5 ms'],
    });
    expect(entries.map((entry) => entry.kind)).toEqual(['phase', 'tool']);
  });
});

describe('what the agent was asked', () => {
  it('stands once, however often the history is sent again', () => {
    const entries = build([
      aCall({ attributes: { ...asked('fix it'), ...said({ type: 'text', content: 'a' }) } }),
      aCall({
        startMs: 9,
        attributes: { ...asked('fix it', 'and test it'), ...said({ type: 'text', content: 'b' }) },
      }),
    ]);
    expect(kindsAndTexts(entries)).toEqual([
      ['prompt', 'fix it'],
      ['message', 'a'],
      ['prompt', 'and test it'],
      ['message', 'b'],
    ]);
  });

  it('keeps a prompt that was given twice', () => {
    const entries = build([
      aCall({ attributes: asked('go on') }),
      aCall({ startMs: 5, attributes: asked('go on', 'go on') }),
    ]);
    expect(entries.filter((entry) => entry.kind === 'prompt')).toHaveLength(2);
  });
});

describe('a tool call', () => {
  const argumentOf = (tool: string, args: unknown) =>
    build([
      aSpanJson({
        kind: 'adapter_run',
        name: 'run',
        attributes: { 'process.working_directory': '/workspace/sum_inputs' },
      }),
      aTool({ 'gen_ai.tool.name': tool, 'gen_ai.tool.call.arguments': JSON.stringify(args) }),
    ]).find((entry) => entry.kind === 'tool')?.argument;

  it('shows of its arguments the one that says what was done', () => {
    expect(argumentOf('bash', { command: 'cargo test', timeout: 5 })).toBe('cargo test');
    expect(argumentOf('shell', { command: ['bash', '-lc', 'cargo test'] })).toBe('cargo test');
    expect(argumentOf('exec', { cmd: ['ls', '-l'] })).toBe('ls -l');
    expect(argumentOf('read', { path: 'src/lib.rs' })).toBe('src/lib.rs');
    expect(argumentOf('edit', { filePath: '/workspace/sum_inputs/src/lib.rs', oldString: 'a' })).toBe(
      'src/lib.rs',
    );
    expect(argumentOf('read', { path: '/etc/passwd' })).toBe('/etc/passwd');
    expect(argumentOf('grep', { pattern: 'unwrap', path: 'src' })).toBe('unwrap in src');
    expect(argumentOf('todo', { items: 2, done: false })).toBe('items: 2, done: false');
    expect(argumentOf('odd', JSON.parse('{"__proto__":{"command":"rm"}}'))).toBe(
      '__proto__: {"command":"rm"}',
    );
    expect(argumentOf('none', null)).toBeNull();
  });

  it('shortens paths by the directory that a change gives away, where no span says it', () => {
    const edit = aTool({ 'gen_ai.tool.call.arguments': '{"filePath":"/w/a/src/lib.rs"}' });
    const read = aTool(
      { 'gen_ai.tool.call.arguments': '{"filePath":"/w/a/Cargo.toml"}' },
      { spanId: spanIdOf(1) },
    );
    const change = aChange({ traceId: TRACE_ID, spanId: spanIdOf(0), path: 'src/lib.rs' });
    expect(build([read, edit], [change]).map((entry) => entry.argument)).toEqual([
      'Cargo.toml',
      'src/lib.rs',
    ]);
    expect(build([read, edit]).map((entry) => entry.argument)).toEqual([
      '/w/a/Cargo.toml',
      '/w/a/src/lib.rs',
    ]);
  });

  it('keeps the word of the agent, the exit code and the tests apart', () => {
    const [entry] = build([
      aTool(
        {
          'gen_ai.tool.name': 'bash',
          'gen_ai.tool.call.arguments': '{"command":"cargo test"}',
          'gen_ai.tool.call.result': failingTests,
          'bench.tool.status': 'completed',
        },
        { startMs: 2230, endMs: 2693 },
      ),
    ]);
    expect(entry).toMatchObject({
      text: 'bash',
      exitCode: null,
      toolStatus: 'completed',
      tally: { passed: 2, failed: 1 },
      facts: ['463 ms', 'completed, exit code not recorded', '1 test failed'],
      result: failingTests,
    });
  });

  it('shows a recorded exit code, 0 too', () => {
    const [entry] = build([
      aTool({ 'gen_ai.tool.call.arguments': '{"command":"true"}', 'process.exit.code': 0 }, { endMs: 3 }),
    ]);
    expect(entry).toMatchObject({ exitCode: 0, facts: ['3 ms', 'exit code 0'] });
  });

  it('counts the lines that a reading tool gave', () => {
    const [entry] = build([
      aTool(
        { 'gen_ai.tool.name': 'read', 'gen_ai.tool.call.result': 'a\nb\n', 'bench.tool.status': 'completed' },
        { endMs: 6 },
      ),
    ]);
    expect(entry?.facts).toEqual(['6 ms', '2 lines']);
  });

  it('counts no length from a start that was never sent', () => {
    const span = aSpanJson({ kind: 'tool_call', name: 'bash', endMs: 40 });
    const [entry] = buildTranscript([{ ...span, startNs: '0' }], [], CLOCK_START_NS);
    expect(entry).toMatchObject({ startNs: 0, endNs: 40e6, facts: ['length not known'] });
  });

  it('keeps what a suspect clock says within the run', () => {
    const tool = (name: string, startMs: number, more: object = {}) =>
      aSpanJson({ kind: 'tool_call', name, startMs, endMs: startMs + 5, ...more });
    const entries = build([tool('bash', 10), tool('far', 9e9, { flags: ['clockSuspect'] })]);
    expect(entries.map(({ text, startNs }) => [text, startNs])).toEqual([
      ['bash', 10e6],
      ['far', 15e6],
    ]);
  });

  it('says why it failed, and that it never ended', () => {
    const [failed, open] = build([
      aTool({}, { status: 'error', statusMessage: 'no such file' }),
      aTool({}, { startMs: 1, endMs: null }),
    ]);
    expect(failed?.error).toBe('no such file');
    expect(open).toMatchObject({ endNs: null, facts: ['never ended'] });
  });

  it('carries the file changes that it made', () => {
    const diff = '@@ -1 +1 @@\n-a\n+b\n';
    const mine = aChange({ atMs: 3, diff, traceId: TRACE_ID, spanId: spanIdOf(0) });
    const entries = build(
      [aTool({ 'gen_ai.tool.name': 'edit' }, { endMs: 4 })],
      [aChange({ atMs: 9, path: 'stray' }), mine],
    );
    expect(entries[0]).toMatchObject({
      text: 'edit',
      changes: [{ path: 'src/lib.rs', added: 1, removed: 1, index: 1 }],
    });
    expect(entries[1]).toMatchObject({
      kind: 'change',
      text: 'stray',
      rowKey: null,
      startNs: 9e6,
      changes: [{ added: null }],
    });
  });

  it('that no span tells of stands where the model asked for it, and says so', () => {
    const attributes = said(
      { type: 'text', content: 'I look.' },
      { type: 'tool_call', id: 'c9', name: 'read', arguments: { path: 'a' } },
    );
    const entries = build([aCall({ endMs: 20, attributes })]);
    expect(entries[1]).toMatchObject({
      kind: 'tool',
      text: 'read',
      argument: 'a',
      startNs: 20e6,
      timing: 'derived',
      facts: ['asked for by the model', 'result not recorded'],
    });
  });

  it('is not shown twice where its span does not repeat the id that the model gave it', () => {
    const attributes = said({ type: 'tool_call', id: 'c9', name: 'read', arguments: { path: 'a' } });
    const entries = build([aCall({ attributes }), aTool({ 'gen_ai.tool.name': 'read' }, { startMs: 6 })]);
    expect(entries.map((entry) => entry.kind)).toEqual(['phase', 'tool']);
  });
});

describe('the rest of a run', () => {
  it('reads as phases where nothing was said, as on the seed page', () => {
    const entries = build([
      aSpanJson({ kind: 'task_setup', name: 'prepare', endMs: 1 }),
      aSpanJson({
        kind: 'adapter_run',
        name: 'openhands',
        startMs: 1,
        endMs: 13_173,
        attributes: { 'process.exit.code': 0 },
      }),
      aTool({ applied_count: 0 }, { name: 'applied_plugins', startMs: 1 }),
      aSpanJson({ kind: 'cleanup', name: 'cleanup', startMs: 13_173 }),
    ]);
    expect(entries.map(({ kind, text, facts }) => [kind, text, facts])).toEqual([
      ['phase', 'prepare', ['1 ms']],
      ['phase', 'openhands', ['13.17 s', 'exit code 0']],
      ['tool', 'applied_plugins', ['0 ms']],
      ['phase', 'cleanup', ['0 ms']],
    ]);
  });

  it('shows what the verifier printed and counted', () => {
    const [entry] = build([
      aSpanJson({
        kind: 'verify',
        name: 'cargo test',
        endMs: 90,
        attributes: { 'bench.verify.output': failingTests },
      }),
    ]);
    expect(entry).toMatchObject({
      kind: 'verify',
      result: failingTests,
      tally: { failures: ['tests::bad'] },
      facts: ['90 ms', '1 test failed'],
    });
  });

  it('knows the line of the output that says what failed, in the output of any runner', () => {
    const outputs: [output: string, line: number][] = [
      ['ok 1 - a\nnot ok 2 - adds\n  ---\n  error: expected 4\n  ...\n1..2\n', 3],
      ['FAILED tests/test_a.py::test_b - assert 1 == 2\n1 failed, 3 passed in 0.1s\n', 0],
      ['nothing that is known\n', -1],
    ];
    for (const [output, line] of outputs) {
      const attributes = { 'bench.verify.output': output };
      const [entry] = build([aSpanJson({ kind: 'verify', status: 'error', attributes })]);
      expect(entry?.failureLine).toBe(line < 0 ? null : line);
    }
  });

  it('states no length for a span whose time is not known', () => {
    const [entry] = build([aSpanJson({ kind: 'verify', timing: 'none' })]);
    expect(entry?.facts).toEqual(['time not recorded']);
  });

  it('puts the run before its container and what they hold, where all start together', () => {
    const entries = build([
      aTool({}),
      aSpanJson({ kind: 'container', name: 'container' }),
      aSpanJson({ kind: 'adapter_run', name: 'run' }),
    ]);
    expect(entries.map((entry) => entry.text)).toEqual(['run', 'container', 'bash']);
  });

  it('leaves steps and plumbing to the tree, but not their failures', () => {
    const entries = build([
      aSpanJson({ kind: 'agent_step', name: 'turn' }),
      aSpanJson({ kind: 'other', name: 'GET', status: 'error', statusMessage: '502' }),
      aTool({}),
    ]);
    expect(kindsAndTexts(entries)).toEqual([
      ['phase', 'GET'],
      ['tool', 'bash'],
    ]);
  });

  it('shows the roots of a trace that holds nothing else', () => {
    const entries = build([
      aSpanJson({ name: 'POST /run' }),
      aSpanJson({ name: 'inner', parentSpanId: spanIdOf(0) }),
    ]);
    expect(kindsAndTexts(entries)).toEqual([['phase', 'POST /run']]);
  });

  it('gives every entry an id of its own and keeps the order of time', () => {
    const spans = [
      aTool({}, { startMs: 9 }),
      aCall({ startMs: 1, attributes: said({ type: 'text', content: 'a' }, { type: 'text', content: 'b' }) }),
    ];
    const entries = build(spans, [aChange({ atMs: 5 }), aChange({ atMs: 5 })]);
    expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length);
    expect(entries.map((entry) => entry.startNs / 1e6)).toEqual([1, 1, 5, 5, 9]);
  });

  it('finds the entry on show at a moment', () => {
    const entries = build([aTool({}, { startMs: 10 }), aTool({}, { startMs: 20 })]);
    expect([0, 10, 19, 20, 99].map((ms) => entryAt(entries, ms * 1e6))).toEqual([-1, 0, 0, 1, 1]);
  });
});

describe('what a program printed for a terminal', () => {
  const printed =
    '\u001b[31mFAIL\u001b[0m b.test.ts\n\u001b[2K\u001b[1G\u001b[32mok\u001b[39m\nstep 1/3\rstep 3/3\n';
  const shown = 'FAIL b.test.ts\nok\nstep 3/3\n';

  it.each([
    ['as a text', printed],
    ['as JSON', JSON.stringify({ output: printed, exitCode: 1 })],
    ['as a structure', { content: printed }],
  ])('is shown as the terminal would show it: %s', (_, result) => {
    const [entry] = build([aTool({ 'gen_ai.tool.name': 'bash', 'gen_ai.tool.call.result': result })]);
    expect(entry?.result).toBe(shown);
  });

  it('in a result of several texts too', () => {
    const result = { stdout: '\u001b[1ma\u001b[m', stderr: '10%\r20%' };
    const [entry] = build([aTool({ 'gen_ai.tool.name': 'bash', 'gen_ai.tool.call.result': result })]);
    expect(entry?.result).toBe('{"stdout":"a","stderr":"20%"}');
  });

  it('by the verifier, and in what went wrong', () => {
    const verify = aSpanJson({
      kind: 'verify',
      name: 'verify',
      status: 'error',
      statusMessage: '\u001b[31mexit 1\u001b[0m',
      attributes: { 'bench.verify.output': printed },
    });
    expect(build([verify])[0]).toMatchObject({ result: shown, error: 'exit 1' });
  });
});

it('says where an image was shown to the model, in a message of nothing else too', () => {
  const messages = [
    {
      role: 'user',
      parts: [
        { type: 'text', content: 'look' },
        { type: 'blob', mime_type: 'image/png', modality: 'image', content: 'AAAA' },
      ],
    },
    { role: 'user', parts: [{ type: 'uri', uri: 'https://e.test/a.png', modality: 'image' }] },
  ];
  const entries = build([aCall({ attributes: { 'gen_ai.input.messages': JSON.stringify(messages) } })]);
  expect(kindsAndTexts(entries).slice(0, 3)).toEqual([
    ['prompt', 'look'],
    ['prompt', 'image (image/png, 3 B)'],
    ['prompt', 'image (https://e.test/a.png)'],
  ]);
});
