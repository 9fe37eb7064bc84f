// The track of plumbing, folded: when it is, and what it shows instead of bars.
import { describe, expect, test } from 'vitest';
import type { SpanKind } from '../../../../shared/span.ts';
import { buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import { startsFolded, startsIn } from '../../../../viewer/model/timeline/track-density.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const sequence = (kind: SpanKind, count: number): TraceRow[] =>
  Array.from({ length: count }, (_, at) => ({ kind, startNs: at * 10, lengthNs: 5 }));
const pile = (kind: SpanKind, count: number): TraceRow[] =>
  Array.from({ length: count }, () => ({ kind, startNs: 0, lengthNs: 100 }));

function folded(rows: TraceRow[]): string[] {
  return buildSpanTracks(aTrace(rows))
    .filter(startsFolded)
    .map((track) => track.id);
}

describe('the track of all other spans', () => {
  test('is folded where it holds many spans, or many at one moment', () => {
    expect(folded(sequence('other', 201))).toEqual(['other']);
    expect(folded(pile('other', 4))).toEqual(['other']);
    expect(folded([...sequence('other', 200), ...sequence('tool_call', 9)])).toEqual([]);
    expect(folded(pile('other', 3))).toEqual([]);
  });

  test('is the only one: what the agent did is never folded', () => {
    for (const kind of ['adapter_run', 'model_call', 'tool_call', 'agent_step', 'verify'] as const)
      expect(folded([...sequence(kind, 500), ...pile(kind, 20)])).toEqual([]);
  });

  test('tells when each of its spans began, in order, and of no other', () => {
    const columns = aTrace([
      { kind: 'other', startNs: 10, lengthNs: 1 },
      { kind: 'tool_call', startNs: 20, lengthNs: 50 },
      { kind: 'other', startNs: 30, lengthNs: 1 },
    ]);
    expect([...startsIn('other', columns)]).toEqual([10, 30]);
  });
});
