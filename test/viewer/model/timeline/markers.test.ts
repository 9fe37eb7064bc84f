// The named moments of a run.
import { describe, expect, it } from 'vitest';
import { parseAsciicast } from '../../../../shared/terminal.ts';
import { buildMarkers, markerTimes, recordedMarkers } from '../../../../viewer/model/timeline/markers.ts';
import { buildTranscript } from '../../../../viewer/model/transcript/transcript.ts';
import { aSpanJson, CLOCK_START_NS, spanIdOf } from '../../../support/trace-builders.ts';

const transcript = buildTranscript(
  [
    aSpanJson({ kind: 'adapter_run', name: 'pi:task', startMs: 0, endMs: 90 }),
    aSpanJson({
      spanId: spanIdOf(1),
      kind: 'model_call',
      startMs: 10,
      endMs: 20,
      attributes: { 'gen_ai.input.messages': [{ role: 'user', content: 'Fix\nit' }] },
    }),
    aSpanJson({ spanId: spanIdOf(2), kind: 'tool_call', name: 'bash', startMs: 30, endMs: 40 }),
    aSpanJson({ spanId: spanIdOf(3), kind: 'verify', name: 'verify', startMs: 90, endMs: 95 }),
  ],
  [],
  CLOCK_START_NS,
);
const at = (ms: number, label: string) => ({ tNs: ms * 1e6, label });

describe('markers', () => {
  it('are phases, prompts, recorded markers, verdicts and one’s own, in order of time', () => {
    const markers = buildMarkers(transcript, [at(35, '')], [at(96, 'pass_rate')], [at(50, 'here')], 100e6);
    expect(markers.map(({ tNs, kind, label }) => [tNs / 1e6, kind, label])).toEqual([
      [0, 'phase', 'pi:task'],
      [10, 'prompt', 'Fix it'],
      [35, 'asciicast', 'marker'],
      [50, 'own', 'here'],
      [90, 'phase', 'verify'],
      [96, 'score', 'pass_rate'],
    ]);
    expect([...markerTimes(markers)]).toEqual([0, 10e6, 35e6, 50e6, 90e6, 96e6]);
  });

  it('are read from asciicast v2, in absolute seconds, and v3, in intervals, alike', () => {
    const v2 = ['{"version":2,"width":80,"height":24}', '[0.5,"o","a"]', '[1.25,"m","built"]', '[2,"m",""]'];
    const v3 = [
      '{"version":3,"term":{"cols":80,"rows":24}}',
      '[0.5,"o","a"]',
      '[0.75,"m","built"]',
      '[0.75,"m",""]',
    ];
    for (const lines of [v2, v3]) {
      const { events } = parseAsciicast(lines.join('\n'));
      expect(recordedMarkers(events, 3e9)).toEqual([
        { tNs: 4.25e9, label: 'built' },
        { tNs: 5e9, label: '' },
      ]);
    }
  });

  it('of a recording are held to a number and a length that a page can bear', () => {
    const event = { us: 1, code: 'm', data: 'x'.repeat(5000) } as const;
    const markers = recordedMarkers(Array(50_000).fill(event), 0);
    expect(markers.length).toBe(10_000);
    expect(markers[0]?.label.length).toBe(400);
  });

  it('of one moment are one, and what lies outside the run is none', () => {
    const markers = buildMarkers(transcript, [at(0, 'start'), at(500, 'late')], [], [at(-1, 'early')], 100e6);
    expect(markers.map(({ kind, label }) => [kind, label])).toEqual([
      ['asciicast', 'start'],
      ['prompt', 'Fix it'],
      ['phase', 'verify'],
    ]);
  });
});
