// What a point of the timeline means: a bar, a mark before the bars, a named moment on the ruler, else a moment alone.
import { describe, expect, it } from 'vitest';
import {
  type HitSurface,
  hitTest,
  hitTestRuler,
  markerNear,
} from '../../../../viewer/model/timeline/hit-test.ts';
import { buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import { createScale } from '../../../../viewer/model/timeline/time-scale.ts';
import type { Mark } from '../../../../viewer/model/timeline/track-marks.ts';
import { barTop, layTracks, RULER_PX } from '../../../../viewer/model/timeline/tracks.ts';
import { aTrace } from '../../../support/trace-builders.ts';

// 1,000 ns over 1,000 px: a pixel is a nanosecond.
const LENGTH = 1000;
const columns = aTrace(
  [
    { kind: 'tool_call', startNs: 100, lengthNs: 200 },
    { kind: 'tool_call', startNs: 600, lengthNs: 0, status: 'error' },
    { kind: 'verify', startNs: 800, lengthNs: 100 },
  ],
  LENGTH,
);
const tracks = layTracks(
  {
    columns,
    tracks: buildSpanTracks(columns),
    lanes: [],
    childCount: null,
    hasChanges: true,
    hasTerminal: true,
    trackShown: (track) => track,
  },
  false,
);
const mark = (kind: Mark['kind'], tNs: number, row: number): Mark => ({
  kind,
  tNs,
  row,
  track: kind === 'error' ? 'tool' : null,
  changeIndex: kind === 'change' ? 0 : -1,
  label: kind,
  isRecovered: false,
});
const surface: HitSurface = {
  scale: createScale(LENGTH, LENGTH),
  tracks,
  errors: new Map([['tool', [mark('error', 250, 1)]]]),
  changes: [mark('change', 400, 0)],
  scores: [{ tNs: 850, label: 'pass_rate' }],
  markers: [{ tNs: 500, kind: 'own', label: 'here', rowKey: null }],
};

/** A point of a track: on its upper edge, or in the middle of its first row of bars. */
function pointOf(id: string, x: number, on: 'edge' | 'bars') {
  const track = tracks.find((one) => one.id === id)!;
  const y = on === 'edge' ? 1 : barTop(track) + track.barHeight / 2;
  return { x, y: RULER_PX + track.y + y };
}
const hit = (id: string, x: number, on: 'edge' | 'bars', slackPx = 0) =>
  hitTest(surface, pointOf(id, x, on), slackPx);

describe('a point', () => {
  it('on a bar means its span, at the moment under the pointer', () => {
    expect(hit('tool', 150, 'bars')).toEqual({ tNs: 150, row: 0, mark: null });
    expect(hit('tool', 310, 'bars')).toEqual({ tNs: 310, row: -1, mark: null });
  });

  it('beside a narrow bar means it as far as the pointer is inexact', () => {
    expect(hit('tool', 595, 'bars').row).toBe(-1);
    expect(hit('tool', 595, 'bars', 8).row).toBe(1);
  });

  it('on the upper edge of a track means the error there, at its own moment', () => {
    expect(hit('tool', 252, 'edge')).toMatchObject({ tNs: 250, row: 1, mark: { kind: 'error' } });
    expect(hit('tool', 252, 'bars').mark).toBeNull();
    expect(hit('tool', 270, 'edge').mark).toBeNull();
  });

  it('on the track of files means a change, on that of the verifier a verdict', () => {
    expect(hit('files', 403, 'bars')).toMatchObject({ tNs: 400, row: 0, mark: { kind: 'change' } });
    expect(hit('verify', 848, 'edge')).toEqual({
      tNs: 850,
      row: -1,
      mark: { tNs: 850, label: 'pass_rate', row: -1, kind: 'score' },
    });
    expect(hit('verify', 848, 'bars')).toMatchObject({ row: 2, mark: null });
  });

  it('below and above all tracks is a moment alone', () => {
    const y = RULER_PX + tracks.reduce((sum, track) => sum + track.height, 0) + 1;
    expect(hitTest(surface, { x: 150, y }, 0)).toEqual({ tNs: 150, row: -1, mark: null });
    expect(hitTest(surface, { x: 150, y: RULER_PX - 1 }, 0)).toEqual({ tNs: 150, row: -1, mark: null });
  });
});

describe('the ruler', () => {
  it('means a named moment near by, else the moment itself', () => {
    expect(hitTestRuler(surface, 504)).toMatchObject({ tNs: 500, mark: { kind: 'marker', label: 'here' } });
    expect(hitTestRuler(surface, 520)).toEqual({ tNs: 520, row: -1, mark: null });
    expect(markerNear(surface, 495)?.label).toBe('here');
    expect(markerNear(surface, 494)).toBeNull();
  });
});
