// Every line of a file is read, repeated or left out for a reason, whatever was done to the file: lines taken away,
// doubled, swapped, cut, or made of other types. What the tables of the import page say of a kind is what the readers do.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readBareOutput } from '../../../adapter/agents/reading/arrivals.ts';
import {
  isKind,
  type LineKinds,
  type LineTally,
  tallyWords,
} from '../../../adapter/agents/reading/line-account.ts';
import { agents } from '../../../adapter/agents/registry.ts';
import { recogniseFormat } from '../../../adapter/import/formats.ts';
import { importFiles } from '../../../adapter/import/import.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';
import { readExample, readRecording, recordingPath, samplePath } from '../../support/recordings.ts';

const streams = ['codex/0.169.0', 'gemini/0.61.0', 'opencode/1.18.33', 'pi/0.73.1'].map(
  (name) => `${name}/streams`,
);
const recorded = streams.flatMap((folder) =>
  readdirSync(recordingPath(folder))
    .filter((name) => /\.jsonl?$/.test(name))
    .map((name) => ({ name: `${folder}/${name}`, text: readRecording(`${folder}/${name}`) })),
);
/** Files of real agents, trimmed; a folder of them may hold other things, too. */
const samples = readdirSync(samplePath(''), { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && !/README/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .map((path) => ({ name: path.slice(samplePath('').length), text: readFileSync(path, 'utf8') }))
  .filter(({ text }) => tallyOf(text) !== null);
/** Every recording of an agent in the project: real ones, and the smallest of each kind. */
const runs = [
  ...recorded,
  ...samples,
  ...agentSamples.map(({ agent, name, text }) => ({ name: `${agent} ${name}`, text })),
];

function linesIn(text: string): number {
  return text === '' ? 0 : text.split('\n').length - (text.endsWith('\n') ? 1 : 0);
}

function addsUp({ total, read, repeated, leftOut }: LineTally): void {
  const left = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  expect(read + repeated + left).toBe(total);
  expect(Math.min(read, repeated, ...leftOut.values())).toBeGreaterThanOrEqual(0);
}

/** What one file of a run tells of its lines; null where nobody knows the file any more. */
function tallyOf(text: string): LineTally | null {
  const format = recogniseFormat(text);
  if (format === null || 'reason' in format || format.phase !== 'run') return null;
  return format.read({ file: 'f', text, format }).run.lines ?? null;
}

/** A text with one thing done to it. */
type Bend = (text: string, at: number, other: number) => string;
const onLines =
  (bend: (lines: string[], at: number, other: number) => void): Bend =>
  (text, at, other) => {
    const lines = text.split('\n');
    bend(lines, at % lines.length, other % lines.length);
    return lines.join('\n');
  };
const wrongValues = ['7', '"x"', 'null', 'true', '[]', '{}', '[[{}]]', '-1e308'];
const bends: Readonly<Record<string, Bend>> = {
  'a line taken away': onLines((lines, at) => lines.splice(at, 1)),
  'a line doubled': onLines((lines, at) => lines.splice(at, 0, lines[at] ?? '')),
  'two lines swapped': onLines((lines, at, other) => {
    [lines[at], lines[other]] = [lines[other] ?? '', lines[at] ?? ''];
  }),
  'a line cut': onLines((lines, at, other) => {
    lines[at] = (lines[at] ?? '').slice(0, other);
  }),
  'the text cut': (text, at) => text.slice(0, at % (text.length + 1)),
  'a value of another type': (text, at, other) => {
    const values = [...text.matchAll(/(?<=:\s?)(?:"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)/g)];
    const value = values[at % Math.max(1, values.length)];
    if (value === undefined) return text;
    const wrong = wrongValues[other % wrongValues.length];
    return text.slice(0, value.index) + wrong + text.slice(value.index + value[0].length);
  },
};

describe.each(runs)('$name', ({ name, text }) => {
  test('accounts for each of its lines', () => {
    const tally = tallyOf(text);
    if (tally === null) throw new Error('a recording that nobody knows');
    addsUp(tally);
    if (tally.unit === 'line') expect(tally.total).toBe(linesIn(text));
    expect(tally.read).toBeGreaterThan(0);
    // One sample was made with lines of every kind of damage.
    const isDamaged = name.includes('broken-lines');
    expect(tally.leftOut.has('of an unknown type')).toBe(isDamaged);
  });

  test('and of each of them when the file is bent', () => {
    // A small file can be bent more often in the time that a large one takes.
    const numRuns = Math.max(2, Math.min(20, Math.floor(300_000 / text.length)));
    fc.assert(
      fc.property(fc.constantFrom(...Object.values(bends)), fc.nat(), fc.nat(), (bend, at, other) => {
        const bent = bend(text, at, other);
        const tally = tallyOf(bent);
        if (tally === null) return;
        addsUp(tally);
        if (tally.unit === 'line') expect(tally.total).toBe(linesIn(bent));
      }),
      { numRuns },
    );
  });
});

describe('what is done to a file shows in its numbers', () => {
  const transcript =
    agentSamples.find(({ agent, kind }) => agent === 'claude-code' && kind === 'keeps')?.text ?? '';

  test('a line that is told again is repeated', () => {
    const [first = '', ...others] = transcript.split('\n');
    const twice = tallyOf([first, first, ...others].join('\n'));
    expect(twice?.repeated).toBe((tallyOf(transcript)?.repeated ?? 0) + 1);
  });

  test('a line of an unknown type, a cut one, a blank one and one of another program are left out, each with its reason', () => {
    const lines = [
      transcript.trimEnd(),
      '{"type":"from_the_future"}',
      '{"type":"user","mess',
      '',
      'Warning: x',
    ];
    expect(tallyWords(tallyOf(`${lines.join('\n')}\n`) as LineTally)).toMatch(
      / 4 left out \(1 of an unknown type; 1 cut or broken, kept as a log line; 1 blank; 1 no event, kept as a log line\)$/,
    );
  });
});

/** The table's word for a kind: what its lines may become. */
function usesOf({ read, repeated = {}, leftOut = {} }: LineKinds, kind: string): string[] {
  const told = (names: readonly string[]) => names.some((name) => isKind(name, kind));
  return [
    ...(told(read) ? ['read'] : []),
    ...(told(Object.keys(repeated)) ? ['repeated'] : []),
    ...(told(Object.keys(leftOut)) ? ['left out'] : []),
  ];
}

describe('the tables say of a kind what the readers do with its lines', () => {
  test.each(agents.filter(({ printed }) => printed !== undefined))(
    '$name prints',
    ({ name, printed, reader }) => {
      const texts = [
        ...agentSamples
          .filter((sample) => sample.agent === name && sample.kind === 'prints')
          .map(({ text }) => text),
        ...recorded
          .filter((file) => file.name.startsWith(name) && file.name.endsWith('stdout.jsonl'))
          .map(({ text }) => text),
      ];
      let kinds = 0;
      for (const text of texts) {
        const stream = readBareOutput(text);
        const open = reader?.(stream);
        if (open === undefined || printed === undefined) throw new Error('prints nothing that is read');
        for (const line of stream.lines) open.push(line);
        const { lines } = open.end(stream);
        for (const [kind, uses] of lines?.uses ?? []) {
          kinds++;
          for (const use of uses)
            expect([kind, usesOf(printed, kind)]).toEqual([kind, expect.arrayContaining([use])]);
        }
      }
      expect(kinds).toBeGreaterThan(1);
    },
  );

  test.each(agents.filter(({ kept }) => kept !== undefined))(
    '$name keeps',
    ({ name, kept = {}, parseSession }) => {
      const texts = [
        ...recorded,
        ...agentSamples.map((sample) => ({ name: sample.agent, text: sample.text })),
      ].filter((file) => file.name.startsWith(name));
      let kinds = 0;
      for (const { text } of texts)
        for (const [kind, uses] of parseSession?.(text, '')?.lines?.uses ?? []) {
          kinds++;
          const told = Object.values(kept).flatMap((table) => usesOf(table, kind));
          for (const use of uses) expect([kind, told]).toEqual([kind, expect.arrayContaining([use])]);
        }
      expect(kinds).toBeGreaterThan(0);
    },
  );
});

describe('files of no agent', () => {
  let receiver: OtlpReceiver;
  let folder: string;
  beforeAll(async () => {
    receiver = await OtlpReceiver.start();
    folder = mkdtempSync(join(tmpdir(), 'playhead-lines-'));
  });
  afterAll(async () => {
    await receiver.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const span = (digit: string) =>
    JSON.stringify({
      resourceSpans: [
        { scopeSpans: [{ spans: [{ traceId: digit.repeat(32), spanId: digit.repeat(16), name: 's' }] }] },
      ],
    });
  const log = JSON.stringify({
    resourceLogs: [{ scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] }],
  });
  const files: Readonly<Record<string, string>> = {
    asciicast: readExample('opencode-rust-error-handling-solved/terminal.cast'),
    'otlp-lines': [
      span('1'),
      span('2'),
      log,
      '{"resourceLogs":[]}',
      '{"resourceMetrics":[]}',
      span('3'),
      '',
    ].join('\n'),
    'score-sheet': ['a', 'b', 'c'].map((task) => `{"cell_id":"s/x/m/f/${task}","pass":1}\n`).join(''),
    spool: `{"playhead_spool":1,"cell":"s/x/m/f/t"}\n${[span('4'), span('5')]
      .map((body) => `${JSON.stringify({ signal: 'traces', body })}\n`)
      .join('')}`,
  };

  test.each(Object.entries(files))('%s: its numbers add up, also when it is bent', async (format, text) => {
    const file = join(folder, `${format}.bin`);
    let checked = 0;
    for (const [index, bend] of [(whole: string) => whole, ...Object.values(bends)].entries())
      for (const at of index === 0 ? [0] : [1, 3]) {
        const bent = bend(text, at, at * 7);
        writeFileSync(file, bent);
        const cellId = format === 'asciicast' || format === 'otlp-lines' ? 's/x/m/f/t' : undefined;
        const report = await importFiles([file], { endpoint: receiver.url, cellId });
        for (const { format: told, lines } of report.entries) {
          if (told !== format || lines === null) continue;
          addsUp(lines);
          expect(lines.total).toBe(linesIn(bent));
          checked++;
        }
      }
    expect(checked).toBeGreaterThan(4);
  });
});
