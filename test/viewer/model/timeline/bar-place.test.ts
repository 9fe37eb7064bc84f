// Where the active span's outline stands: on its own bar, in its own line, or nowhere.
import { describe, expect, test } from 'vitest';
import { spanKinds } from '../../../../shared/span.ts';
import type { TraceColumns } from '../../../../shared/trace-columns.ts';
import { barOf } from '../../../../viewer/model/timeline/bar-place.ts';
import { buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import type { TimelineTrack } from '../../../../viewer/model/timeline/tracks.ts';

/** Tool calls of these starts and ends, in milliseconds. */
function toolCalls(spans: readonly (readonly [startMs: number, endMs: number])[]): TraceColumns {
  const count = spans.length;
  const spanId = new Uint8Array(count * 8);
  for (let row = 0; row < count; row++) spanId[row * 8 + 7] = row + 1;
  return {
    count,
    startNs: '0',
    lengthNs: Math.max(...spans.map(([, endMs]) => endMs)) * 1e6,
    names: ['tool'],
    traceIds: ['1'.padStart(32, '0')],
    offset: Float64Array.from(spans, ([startMs]) => startMs * 1e6),
    duration: Float64Array.from(spans, ([startMs, endMs]) => (endMs - startMs) * 1e6),
    name: new Uint32Array(count),
    trace: new Uint32Array(count),
    parent: new Int32Array(count).fill(-1),
    kind: new Uint8Array(count).fill(spanKinds.indexOf('tool_call')),
    status: new Uint8Array(count),
    timing: new Uint8Array(count),
    flags: new Uint16Array(count),
    spanId,
  };
}

function trackOf(columns: TraceColumns): TimelineTrack {
  const track = buildSpanTracks(columns).find((one) => one.id === 'tool');
  if (!track) throw new Error('no track of tools');
  return {
    id: 'tool',
    label: 'Tools',
    spans: track,
    y: 30,
    height: 40,
    barHeight: 10,
    pitch: 12,
    missing: null,
    opened: null,
    density: null,
  };
}

describe('the bar of a span', () => {
  test('spans its own start and end', () => {
    const columns = toolCalls([
      [0, 10],
      [20, 35],
    ]);
    expect(barOf(columns, [trackOf(columns)], 1)).toMatchObject({ startNs: 20e6, endNs: 35e6, height: 10 });
  });

  test('stands a line lower where it overlaps another', () => {
    const columns = toolCalls([
      [0, 30],
      [10, 20],
    ]);
    const track = trackOf(columns);
    const first = barOf(columns, [track], 0);
    const second = barOf(columns, [track], 1);
    expect(Math.abs((second?.y ?? 0) - (first?.y ?? 0))).toBe(track.pitch);
  });

  test('is found among others of the same start', () => {
    const columns = toolCalls([
      [5, 6],
      [5, 9],
      [5, 7],
    ]);
    const ends = [0, 1, 2].map((row) => barOf(columns, [trackOf(columns)], row)?.endNs);
    expect(ends).toEqual([6e6, 9e6, 7e6]);
  });

  test('is null for no row, and where its track is not shown', () => {
    const columns = toolCalls([[0, 10]]);
    expect(barOf(columns, [trackOf(columns)], -1)).toBeNull();
    expect(barOf(columns, [], 0)).toBeNull();
  });
});
