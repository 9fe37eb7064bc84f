// The importer against what every known agent prints and keeps, and its page against the importer.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { agents } from '../../../adapter/agents/registry.ts';
import { formats, recogniseFormat } from '../../../adapter/import/formats.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { agentSamples, openhandsFolder } from '../../support/agent-samples.ts';
import type { OtlpJsonSpan } from '../../support/otlp/otlp-receiver.ts';
import { attributesOf, OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';
import { examplePath, readRecording, recordingPath, samplePath } from '../../support/recordings.ts';

const allFormats = formats.map(({ words }) => words).join(', ');

/** The format's name, or why it is none. */
function formatOf(text: string): unknown {
  const found = recogniseFormat(text);
  return found !== null && 'name' in found ? found.name : found;
}

let receiver: OtlpReceiver;
let folder: string;
beforeEach(async () => {
  receiver = await OtlpReceiver.start();
  folder = mkdtempSync(join(tmpdir(), 'playhead-import-'));
});
afterEach(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const load = (files: string[], cellId?: string) => importFiles(files, { endpoint: receiver.url, cellId });
const kindOf = (span: OtlpJsonSpan): unknown => attributesOf(span).get('bench.span.kind');
const ofKind = (kind: string): OtlpJsonSpan[] => receiver.spans().filter((span) => kindOf(span) === kind);

/** The sum of one count over the model calls that were sent; null where none told it. */
function sent(key: string): number | null {
  const told = ofKind('model_call').flatMap((span) => attributesOf(span).get(`gen_ai.usage.${key}`) ?? []);
  return told.length === 0 ? null : told.reduce((sum: number, value) => sum + Number(value), 0);
}

/** The rows of the first table on the importer's page under a heading, cells as text. */
function tableOf(heading: string): string[][] {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/import.md'), 'utf8');
  const lines = page.slice(page.indexOf(heading)).split('\n');
  const from = lines.findIndex((line) => /^\| -/.test(line));
  const rest = lines.slice(from + 1);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('|')),
    )
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

describe('the importer’s page', () => {
  test('lists every agent that has a parser, and says – exactly where it prints or keeps nothing that is read', () => {
    const told = tableOf('## Agents').map(([name, prints, keeps]) => [
      name?.replaceAll('`', ''),
      prints !== '–',
      keeps !== '–',
    ]);
    const known = agents
      .filter(({ reader, parseSession }) => reader ?? parseSession)
      .map(({ name, reader, parseSession }) => [name, reader !== undefined, parseSession !== undefined]);
    expect(told.toSorted()).toEqual(known.toSorted());
  });

  test.each(
    tableOf('## Agents').flatMap(([name = '', prints, keeps]) => [
      ...(prints === '–' ? [] : [[name.replaceAll('`', ''), 'prints'] as const]),
      ...(keeps === '–' ? [] : [[name.replaceAll('`', ''), 'keeps'] as const]),
    ]),
  )('what %s %s is imported, told by its content', async (name, kind) => {
    const samples = agentSamples.filter((sample) => sample.agent === name && sample.kind === kind);
    expect(samples.length).toBeGreaterThan(0);
    for (const [index, sample] of samples.entries()) {
      const report = await load([write(`${index}.bin`, sample.text)], 'a/b');
      expect(report.problems).toEqual([]);
      expect(report.entries[0]?.detail).toMatch(
        new RegExp(`^${name}: \\d+ tool calls, [1-9]\\d* model calls`),
      );
    }
    expect(ofKind('adapter_run')).toHaveLength(samples.length);
  });

  test.each(formats)('lists the format $name by its name', ({ words: held }) => {
    const words = held.split(' ').filter((word) => !/^(?:an?|the)$/.test(word));
    const rows = tableOf('# Importing').map(([name = '']) => name);
    expect(rows.filter((row) => words.every((word) => row.includes(word)))).toHaveLength(1);
  });
});

describe('recorded runs', () => {
  const codex = 'codex/0.169.0/streams';
  const rollout = `${codex}/cx-json.rollout-2026-11-22T07-24-53-01a20224-c53b-7373-a62b-efa537f3b7e9.jsonl`;

  test('codex: stream and session become one cell with codex’s own totals', async () => {
    const files = [rollout, `${codex}/cx-json.arrivals.jsonl`].map(recordingPath);
    const report = await load(files);
    expect(report.problems).toEqual([]);
    expect(report.cells).toEqual(['adhoc/codex/01a20224-c53b-7373-a62b-efa537f3b7e9']);
    expect(report.entries.map(({ format, detail }) => [format, detail])).toEqual([
      ['arrivals', 'codex: 3 tool calls, 4 model calls, 3 lines that are no event'],
      ['agent-session', `joined to ${files[1]}`],
    ]);
    expect([
      sent('input_tokens'),
      sent('cache_read.input_tokens'),
      sent('output_tokens'),
      sent('reasoning.output_tokens'),
    ]).toEqual([11700, 6000, 166, 32]);
    expect(ofKind('tool_call').map((span) => attributesOf(span).get('process.exit.code'))).toEqual([0, 0, 3]);
    expect(receiver.resource().get('gen_ai.agent.version')).toBe('0.169.0');
  });

  test('codex: a line of its session that is cut is a log line of the run that its stream tells, too', async () => {
    const session = write('rollout.jsonl', `${readRecording(rollout)}{"timestamp":"cut`);
    const report = await load([session, recordingPath(`${codex}/cx-json.arrivals.jsonl`)]);
    const joined = report.entries.find(({ file }) => file === session);
    expect(joined?.detail).toMatch(/^joined to /);
    expect([...(joined?.lines?.leftOut.keys() ?? [])]).toContain('cut or broken, kept as a log line');
    expect(JSON.stringify(receiver.bodies('/v1/logs'))).toContain('"cut');
  });

  test('pi: what it kept says nothing that it did not print, and its lines are repeated', async () => {
    const example = examplePath('pi-rust-error-handling-failed');
    const report = await load([`${example}/arrivals.jsonl`, `${example}/session.jsonl`]);
    const kept = report.entries.find(({ file }) => file.endsWith('session.jsonl'));
    expect(kept?.detail).toMatch(/^repeats /);
    expect(kept?.lines).toMatchObject({ read: 0 });
  });

  test('codex: without its session, the run’s tokens stand on the run', async () => {
    await load([recordingPath(`${codex}/cx-json.arrivals.jsonl`)]);
    expect(sent('input_tokens')).toBeNull();
    const [run] = ofKind('adapter_run');
    expect(attributesOf(run!).get('gen_ai.usage.input_tokens')).toBe(11700);
    expect(attributesOf(run!).get('gen_ai.usage.reasoning.output_tokens')).toBe(32);
  });

  test('codex: bare output beside the same with arrivals adds nothing', async () => {
    const files = ['cx-json.stdout.jsonl', 'cx-json.arrivals.jsonl'].map((name) =>
      recordingPath(`${codex}/${name}`),
    );
    const report = await load(files);
    expect(report.entries.map(({ file, detail }) => [file, detail])).toEqual([
      [files[1], 'codex: 3 tool calls, 4 model calls, 3 lines that are no event'],
      [files[0], `repeats ${files[1]}`],
    ]);
    expect(ofKind('adapter_run')).toHaveLength(1);
  });

  test('gemini: stream and chat file become one cell with gemini’s own totals and its diff', async () => {
    const files = ['gemini.arrivals.jsonl', 'gemini.chat.jsonl'].map((name) =>
      recordingPath(`gemini/0.61.0/streams/${name}`),
    );
    const report = await load(files);
    expect(report.problems).toEqual([]);
    expect(report.cells).toHaveLength(1);
    expect([sent('input_tokens'), sent('cache_read.input_tokens'), sent('output_tokens')]).toEqual([
      11700, 6000, 166,
    ]);
    const change = receiver.logs().find((log) => log.eventName === 'bench.file.change');
    const tool = ofKind('tool_call').find((span) => span.name.endsWith('write_file'));
    expect(change?.spanId).toBe(tool?.spanId);
  });

  test('runs of two sessions in one call become two cells, each with its own session', async () => {
    const boom = `${codex}/cx-boom.rollout-2026-11-22T07-25-01-01a20224-e162-7fe0-8a23-3f9f8fc0cbe2.jsonl`;
    const report = await load(
      [`${codex}/cx-json.arrivals.jsonl`, boom, `${codex}/cx-boom.arrivals.jsonl`, rollout].map(
        recordingPath,
      ),
    );
    expect(report.problems).toEqual([]);
    expect(report.cells.toSorted()).toEqual([
      'adhoc/codex/01a20224-c53b-7373-a62b-efa537f3b7e9',
      'adhoc/codex/01a20224-e162-7fe0-8a23-3f9f8fc0cbe2',
    ]);
  });
});

describe('whole files in the forms of other agents', () => {
  test.each([
    ['claude-code/stream-good-then-failed.jsonl', 'agent-output', 'claude-code', 2, 2],
    ['claude-code/session-two-tools.jsonl', 'agent-session', 'claude-code', 2, 5],
    ['claude-code/session-task-list.jsonl', 'agent-session', 'claude-code', 3, 6],
    ['claude-code/session-broken-lines.jsonl', 'agent-session', 'claude-code', 3, 4],
    ['claude-code/session-one-answer.jsonl', 'agent-session', 'claude-code', 0, 1],
    ['claude-code/session-without-ids.jsonl', 'agent-session', 'claude-code', 1, 2],
    ['openhands/events.jsonl', 'agent-output', 'openhands', 3, 4],
    ['openhands/completion-1770109230.500.json', 'agent-session', 'openhands', 0, 1],
    ['openhands/completion-1770109260.250.json', 'agent-session', 'openhands', 0, 1],
    ['aider/analytics.jsonl', 'agent-session', 'aider', 0, 1],
    ['aider/chat-history.md', 'agent-session', 'aider', 0, 1],
    ['swe-agent/demonstration.traj', 'agent-session', 'swe-agent', 5, 5],
    ['swe-agent/replay.traj', 'agent-session', 'swe-agent', 5, 5],
    ['swe-agent/older-long.traj', 'agent-session', 'swe-agent', 7, 7],
    ['swe-agent/older-submitted.traj', 'agent-session', 'swe-agent', 4, 4],
    ['mini-swe-agent/v1-fix.traj.json', 'agent-session', 'mini-swe-agent', 7, 7],
    ['mini-swe-agent/v1-short.traj.json', 'agent-session', 'mini-swe-agent', 2, 2],
  ] as const)('%s', async (file, format, agent, tools, calls) => {
    expect(formatOf(readFileSync(samplePath(file), 'utf8'))).toBe(format);
    const report = await load([samplePath(file)]);
    expect(report.problems).toEqual([]);
    expect(report.entries[0]?.detail).toContain(`${agent}: ${tools} tool calls, ${calls} model calls`);
    expect(ofKind('tool_call')).toHaveLength(tools);
    expect(ofKind('model_call')).toHaveLength(calls);
  });

  test('that is none of an agent’s is refused by name', async () => {
    const file = samplePath('openhands/shown-transcript.txt');
    expect((await load([file])).problems).toEqual([
      `${file}: is in no format that Playhead knows; see docs/import.md. It reads ${allFormats}`,
    ]);
  });
});

describe('a run without a clock', () => {
  const trajectory = agentSamples.find((sample) => sample.agent === 'swe-agent')!.text;

  test('ends when its file was last written, and says so; a second import sends the same', async () => {
    const file = write('x.traj', trajectory);
    utimesSync(file, 1_767_225_600, 1_767_225_600);
    const report = await load([file]);
    expect(report.lines[0]).toContain('it tells no time and is placed at the time of its file');
    const [run] = ofKind('adapter_run');
    expect(run?.endTimeUnixNano).toBe('1767225600000000000');
    expect(attributesOf(run!).get('bench.span.timing')).toBe('none');
    expect(ofKind('tool_call').every((span) => attributesOf(span).get('bench.span.timing') === 'none')).toBe(
      true,
    );
    await load([file]);
    const [first, second] = receiver.bodies('/v1/traces');
    expect(second).toEqual(first);
  });

  test('begins with the other files of its cell', async () => {
    const stream = agentSamples.find((sample) => sample.agent === 'gemini' && sample.kind === 'prints')!.text;
    await load([write('a', stream), write('b.traj', trajectory)], 'a/b');
    const runs = ofKind('adapter_run');
    expect(runs).toHaveLength(2);
    expect(new Set(runs.map((span) => span.startTimeUnixNano)).size).toBe(1);
  });
});

describe('what the spans say', () => {
  test('a folder of events is one conversation', async () => {
    mkdirSync(join(folder, 'conversation/events'), { recursive: true });
    for (const [index, event] of openhandsFolder.entries())
      write(`conversation/events/event-0000${index}-0123abcd.json`, JSON.stringify(event, null, 2));
    // Empty, and cut while it was written.
    for (const state of ['{}', '{\n "stats": {\n  "usage_to']) {
      write('conversation/base_state.json', state);
      const report = await load([join(folder, 'conversation')]);
      expect(report.problems).toEqual([]);
      expect(report.entries[0]?.detail).toMatch(/^openhands: 1 tool calls, 1 model calls/);
    }
  });

  test('a folder that holds no recording is refused', async () => {
    expect((await load([folder])).problems).toEqual([
      expect.stringMatching(
        `^${folder}: is a folder without a recording that Playhead knows \\(0 files looked at\\). It reads `,
      ),
    ]);
  });

  test('tokens that were rounded are estimated, those of a difference derived, and others say nothing', async () => {
    const text = (agent: string, name: string): string =>
      agentSamples.find((s) => s.agent === agent && s.name === name)!.text;
    const files = [text('aider', 'history'), text('openhands', 'stream'), text('gemini', 'chat')].map(
      (content, index) => write(`${index}`, content),
    );
    await load(files, 'a/b');
    const grades = ofKind('model_call').map((span) => attributesOf(span).get('bench.model_call.usage_grade'));
    expect(grades.toSorted()).toEqual(['derived', 'estimated', undefined]);
  });

  test('a subagent’s steps stand below the call that sent it', async () => {
    const at = (second: number) => new Date(Date.UTC(2026, 0, 1) + second * 1000).toISOString();
    const line = (
      second: number,
      uuid: string,
      parentUuid: string,
      type: string,
      content: object[],
      more: object = {},
    ) =>
      JSON.stringify({
        type,
        uuid,
        parentUuid,
        sessionId: 's',
        timestamp: at(second),
        message: { id: uuid, model: 'm', role: type, content },
        ...more,
      });
    const side = { isSidechain: true };
    const text = [
      line(0, 'a', 'x', 'assistant', [
        { type: 'tool_use', id: 'task', name: 'Task', input: { prompt: 'look' } },
      ]),
      line(1, 'b', 'y', 'user', [{ type: 'text', text: 'look' }], side),
      line(2, 'c', 'b', 'assistant', [{ type: 'tool_use', id: 'in', name: 'Bash', input: {} }], side),
      line(3, 'd', 'c', 'user', [{ type: 'tool_result', tool_use_id: 'in', content: 'x' }], side),
      line(4, 'e', 'a', 'user', [{ type: 'tool_result', tool_use_id: 'task', content: 'seen' }]),
    ].join('\n');
    await load([write('t.jsonl', text)]);
    const [outer, inner] = ['Task', 'Bash'].map((name) =>
      ofKind('tool_call').find((span) => span.name.endsWith(name)),
    );
    expect(inner?.parentSpanId).toBe(outer?.spanId);
    const call = ofKind('model_call').find((span) => span.parentSpanId === outer?.spanId);
    expect(call).toBeDefined();
  });
});
