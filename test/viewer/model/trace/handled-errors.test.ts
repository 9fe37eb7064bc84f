// Which errors plumbing met and lived with: by name, by kind, and by what became of the caller.
import { describe, expect, test } from 'vitest';
import { describeOutcome } from '../../../../viewer/model/cells/outcome-sentence.ts';
import { handledErrors } from '../../../../viewer/model/trace/handled-errors.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { aCellDetail, aSpanJson, CLOCK_START_NS, spanIdOf } from '../../../support/trace-builders.ts';

type Parts = Parameters<typeof aSpanJson>[0];

/** A span by number; its parent by number, null for none. */
const span = (id: number, parent: number | null, name: string, more: Parts = {}) =>
  aSpanJson({
    spanId: spanIdOf(id),
    parentSpanId: parent === null ? null : spanIdOf(parent),
    name,
    startMs: id * 10,
    endMs: id * 10 + 5,
    ...more,
  });
const failed = { status: 'error', statusMessage: 'NotFound: auth.json' } as const;
const handledIn = (spans: ReturnType<typeof span>[]) =>
  spans.filter((one) => handledErrors(spans).has(one.traceId + one.spanId)).map((one) => one.name);

describe('an error is handled', () => {
  test('where plumbing failed and its caller did not', () => {
    expect(handledIn([span(1, null, 'Auth.all'), span(2, 1, 'FileSystem.readJson', failed)])).toEqual([
      'FileSystem.readJson',
    ]);
  });

  test('along all the plumbing that it went up through', () => {
    const spans = [
      span(1, null, 'Auth.all'),
      span(2, 1, 'FileSystem.readJson', failed),
      span(3, 2, 'fs.read', failed),
    ];
    expect(handledIn(spans)).toEqual(['FileSystem.readJson', 'fs.read']);
  });

  test('and is not where it reached what tells of the run, or nobody was there to handle it', () => {
    const reached = [
      span(1, null, 'run', { kind: 'adapter_run' }),
      span(2, 1, 'execute_tool read', { kind: 'tool_call', ...failed }),
      span(3, 2, 'FileSystem.readJson', failed),
    ];
    expect(handledIn(reached)).toEqual([]);
    expect(handledIn([span(1, null, 'sql.execute', failed)])).toEqual([]);
    expect(handledIn([span(1, 99, 'sql.execute', failed)])).toEqual([]);
  });

  test('and is not by a name that no rule knows, or of a kind that tells', () => {
    expect(handledIn([span(1, null, 'a'), span(2, 1, 'agent.think', failed)])).toEqual([]);
    const tool = { kind: 'tool_call', ...failed } as const;
    expect(handledIn([span(1, null, 'a'), span(2, 1, 'FileSystem.readJson', tool)])).toEqual([]);
  });

  test('nor in a circle, which ends', () => {
    expect(handledIn([span(1, 2, 'fs.a', failed), span(2, 1, 'fs.b', failed)])).toEqual([]);
  });
});

describe('handled errors', () => {
  const spans = [
    span(1, null, 'opencode:task', { kind: 'adapter_run' }),
    span(2, 1, 'FileSystem.readJson', failed),
    span(3, 1, 'FileSystem.readJson', failed),
    span(4, 1, 'sql.execute', failed),
    span(5, 1, 'execute_tool bash', { kind: 'tool_call' }),
    span(6, 1, 'FileSystem.readJson', failed),
  ];

  test('that follow one another are one entry of the transcript, which holds what each said', () => {
    const entries = buildTranscript(spans, [], CLOCK_START_NS);
    expect(entries.map(({ kind, text }) => [kind, text])).toEqual([
      ['phase', 'opencode:task'],
      ['noise', 'FileSystem.readJson × 2, sql.execute'],
      ['tool', 'bash'],
      ['noise', 'FileSystem.readJson'],
    ]);
    expect(entries[1]).toMatchObject({
      status: 'unset',
      error: null,
      facts: ['3 plumbing errors, handled by what called them'],
      result: [
        '20 ms  FileSystem.readJson: NotFound: auth.json',
        '30 ms  FileSystem.readJson: NotFound: auth.json',
        '40 ms  sql.execute: NotFound: auth.json',
      ].join('\n'),
    });
    expect(entries[3]?.facts).toEqual(['1 plumbing error, handled by what called it']);
  });

  test('are nothing that the outcome’s sentence names', () => {
    const words = (all: typeof spans) =>
      describeOutcome(aCellDetail({ outcome: 'unscored' }), all, [], CLOCK_START_NS)
        .sentence.map((part) => part.text)
        .join('');
    expect(words(spans)).toBe('No verdict and no exit code were recorded.');
    const real = span(5, 1, 'chat', { kind: 'model_call', status: 'error', statusMessage: 'overloaded' });
    expect(words([...spans.slice(0, 4), real, ...spans.slice(5)])).toContain('last error chat: overloaded');
  });
});
