// The geometry of the tracks: which there are, in which order, how high, and which row of bars lies at a height.
import { describe, expect, it } from 'vitest';
import { buildSpanTracks, type SpanTrack } from '../../../../viewer/model/timeline/span-tracks.ts';
import {
  barRowAt,
  barTop,
  layTracks,
  type TrackSources,
  tracksHeight,
} from '../../../../viewer/model/timeline/tracks.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const MS = 1e6;
const call = (kind: TraceRow['kind'], startMs: number, lengthMs: number): TraceRow => ({
  kind: kind ?? 'other',
  startNs: startMs * MS,
  lengthNs: lengthMs * MS,
});

function sourcesOf(rows: readonly TraceRow[], parts: Partial<TrackSources> = {}): TrackSources {
  const columns = aTrace(rows);
  return {
    columns,
    tracks: buildSpanTracks(columns),
    lanes: [],
    childCount: null,
    hasChanges: false,
    hasTerminal: true,
    trackShown: (track: SpanTrack) => track,
    ...parts,
  };
}

const idsOf = (sources: TrackSources, compact = false) => layTracks(sources, compact).map(({ id }) => id);

describe('the tracks', () => {
  const rows = [
    call('adapter_run', 0, 90),
    call('model_call', 1, 5),
    call('tool_call', 7, 5),
    call('verify', 80, 9),
  ];

  it('stand in the order of the page, files and terminal before the verifier', () => {
    expect(idsOf(sourcesOf(rows, { hasChanges: true }))).toEqual([
      'run',
      'model',
      'tool',
      'files',
      'terminal',
      'verify',
    ]);
    expect(idsOf(sourcesOf(rows))).not.toContain('files');
  });

  it('stand one below the other without a gap', () => {
    const tracks = layTracks(sourcesOf(rows), false);
    let y = 0;
    for (const track of tracks) {
      expect(track.y).toBe(y);
      y += track.height;
    }
    expect(tracksHeight(tracks)).toBe(y);
  });

  it('are those of model and tools where there is little room, and the run where one of them is missing', () => {
    expect(idsOf(sourcesOf(rows), true)).toEqual(['model', 'tool']);
    expect(idsOf(sourcesOf([call('adapter_run', 0, 9), call('tool_call', 1, 2)]), true)).toEqual([
      'run',
      'tool',
    ]);
  });

  it('say what was not recorded in place of bars', () => {
    const tracks = layTracks(sourcesOf([call('tool_call', 0, 1)], { hasTerminal: false }), false);
    const missing = tracks.flatMap(({ id, missing: words }) => (words === null ? [] : [`${id}: ${words}`]));
    expect(missing).toEqual(['model: not recorded', 'terminal: not recorded']);
  });

  it('can be opened where something lies below their spans, and are then those that are handed in', () => {
    const nested = [call('tool_call', 0, 9), { ...call('other', 1, 2), parent: 0 }];
    const childCount = Uint32Array.of(1, 0);
    const toolOf = (sources: TrackSources) => layTracks(sources, false).find(({ id }) => id === 'tool');
    expect(toolOf(sourcesOf(nested))?.opened).toBeNull();
    expect(toolOf(sourcesOf(nested, { childCount }))?.opened).toBe(false);
    const trackShown = (track: SpanTrack) => ({ ...track, barRows: track.barRows, label: 'Opened' });
    expect(toolOf(sourcesOf(nested, { childCount, trackShown }))).toMatchObject({
      opened: true,
      label: 'Opened',
    });
  });

  it('fold a crowd of plumbing into how many began when', () => {
    const crowd = Array.from({ length: 300 }, (_, index) => call('other', index, 1));
    const other = layTracks(sourcesOf(crowd), false).find(({ id }) => id === 'other');
    expect(other).toMatchObject({ opened: false, spans: { count: 300, barRows: [] } });
    expect(other?.density?.length).toBe(300);
  });
});

describe('a row of bars', () => {
  const overlapping = [call('tool_call', 0, 9), call('tool_call', 1, 9), call('tool_call', 2, 9)];

  it('lies at its height, and the nearest one above and below all of them', () => {
    const track = layTracks(sourcesOf(overlapping), false).find(({ id }) => id === 'tool')!;
    expect(track.spans?.barRows).toHaveLength(3);
    const middles = [0, 1, 2].map((row) => track.y + barTop(track) + row * track.pitch + track.barHeight / 2);
    expect(middles.map((y) => barRowAt(track, y))).toEqual([0, 1, 2]);
    expect([track.y, track.y + track.height].map((y) => barRowAt(track, y))).toEqual([0, 2]);
  });

  it('lies within its track, however many there are', () => {
    for (const count of [1, 2, 3, 4, 12]) {
      const spans = Array.from({ length: count }, (_, index) => call('tool_call', index, 50));
      const track = layTracks(sourcesOf(spans), false).find(({ id }) => id === 'tool')!;
      expect(barTop(track)).toBeGreaterThanOrEqual(0);
      const last = barTop(track) + (count - 1) * track.pitch + track.barHeight;
      expect(last).toBeLessThanOrEqual(track.height);
    }
  });
});
