// Each format is recognised by its content, never by a file's name.
import { describe, expect, test } from 'vitest';
import { recogniseFormat } from '../../../adapter/import/formats.ts';
import { readExample, readRecording } from '../../support/recordings.ts';

/** The format's name, or why it is none. */
function formatOf(text: string): unknown {
  const found = recogniseFormat(text);
  return found !== null && 'name' in found ? found.name : found;
}

describe('a format is told by content', () => {
  test.each([
    ['opencode-rust-error-handling-solved/arrivals.jsonl', 'arrivals'],
    ['pi-rust-error-handling-failed/arrivals.jsonl', 'arrivals'],
    ['opencode-rust-error-handling-solved/terminal.cast', 'asciicast'],
    ['opencode-rust-error-handling-solved/cell.json', 'manifest'],
    ['openhands-llama-4-maverick/trace.json', 'otlp-traces'],
    ['openhands-llama-4-maverick/scores.json', 'scores'],
    ['pi-rust-error-handling-failed/session.jsonl', 'agent-session'],
  ])('%s is %s', (file, format) => {
    expect(formatOf(readExample(file))).toBe(format);
  });

  test('asciicast v3, with a byte order mark or without', () => {
    expect(formatOf('{"version":3,"term":{"cols":80,"rows":24}}\n[0.1,"o","x"]\n')).toBe('asciicast');
    expect(formatOf('\uFEFF{"version":2,"width":80,"height":24}\n')).toBe('asciicast');
  });

  test('OTLP logs', () => {
    expect(formatOf('{\n "resourceLogs": []\n}')).toBe('otlp-logs');
  });
});

describe('agents’ bare output', () => {
  test.each([
    'opencode/1.18.33/streams/oc-json.stdout.jsonl',
    'opencode/1.18.33/streams/oc-nomodel.stdout.jsonl',
    'pi/0.73.1/streams/pi.stdout.jsonl',
  ])('%s', (file) => {
    expect(formatOf(readRecording(file))).toBe('agent-output');
  });
});

describe('what cannot be played is named', () => {
  test('the arrivals of an agent that nobody knows', () => {
    const row = { t: 1, epoch_ms: 1_700_000_000_000, stream: 'stdout', line: 'hello' };
    expect(formatOf(JSON.stringify(row))).toEqual({
      reason: 'holds the output of an agent that is not known',
    });
  });

  test('asciicast of version 1 and OTLP metrics', () => {
    expect(formatOf('{"version":1,"width":80,"height":24,"stdout":[[0.1,"x"]]}')).toMatchObject({
      reason: expect.stringContaining('version 1'),
    });
    expect(formatOf('{"resourceMetrics":[]}')).toMatchObject({
      reason: expect.stringContaining('metrics'),
    });
  });

  test.each(['', '{', '[]', 'null', 'diff --git a/x b/x', '{"hello":"world"}', '\u0000\u0001'])(
    'anything else is unknown: %j',
    (text) => {
      expect(formatOf(text)).toBeNull();
    },
  );
});
