// The tracks of the timeline and the rows of bars within them.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spanKinds } from '../../../../shared/span.ts';
import {
  buildSpanTracks,
  firstChunks,
  MAX_BAR_ROWS,
  MIN_RECT_PX,
  rowAtPoint,
  type SpanTrack,
  spanTrackOf,
  visibleRects,
} from '../../../../viewer/model/timeline/span-tracks.ts';
import { createScale, showWindow } from '../../../../viewer/model/timeline/time-scale.ts';
import { indexRows, rowEndNs, rowStartNs } from '../../../../viewer/model/trace/trace-tree.ts';
import { aModelCall, aTrace, spanIdOf, type TraceRow } from '../../../support/trace-builders.ts';

const MS = 1e6;
const trackNamed = (tracks: readonly SpanTrack[], id: string) => tracks.find((track) => track.id === id)!;

const anyRow: fc.Arbitrary<TraceRow> = fc.record({
  startNs: fc.integer({ min: 0, max: 100 }).map((n) => n * MS),
  lengthNs: fc.oneof(
    fc.integer({ min: 0, max: 30 }).map((n) => n * MS),
    fc.constantFrom(0, -MS, Number.NaN),
  ),
  kind: fc.constantFrom(...spanKinds),
  status: fc.constantFrom('ok' as const, 'error' as const),
});
const anyTrace = fc.array(anyRow, { maxLength: 120 }).map((rows) =>
  aTrace(
    rows.toSorted((a, b) => a.startNs - b.startNs),
    130 * MS,
  ),
);

/** The most spans that run at one moment; those without length run at none. */
function mostAtOnce(spans: readonly (readonly [number, number])[]): number {
  const counts = spans.map(([start]) => spans.filter(([from, to]) => from <= start && start < to).length);
  return Math.max(0, ...counts);
}

describe('the tracks', () => {
  it('hold every span once, in the track of its kind', () => {
    fc.assert(
      fc.property(anyTrace, (columns) => {
        const tracks = buildSpanTracks(columns);
        const counted = tracks.flatMap((track) => track.barRows.map((barRow) => barRow.spansBefore.at(-1)!));
        expect(counted.reduce((sum, count) => sum + count, 0)).toBe(columns.count);
        for (const track of tracks)
          for (const barRow of track.barRows)
            for (const row of barRow.rows) expect(spanTrackOf(spanKinds[columns.kind[row]!]!)).toBe(track.id);
      }),
    );
  });

  it('never lay spans of one row of bars over each other, and use no more rows than overlap needs', () => {
    fc.assert(
      fc.property(anyTrace, (columns) => {
        for (const track of buildSpanTracks(columns)) {
          const rows = track.barRows.flatMap((barRow) => [...barRow.rows]);
          for (const { startNs, endNs, count } of track.barRows)
            for (let i = 1; i < count; i++) expect(startNs[i]).toBeGreaterThanOrEqual(endNs[i - 1]!);
          const needed = mostAtOnce(rows.map((row) => [rowStartNs(columns, row), rowEndNs(columns, row)]));
          // A span without length shares its moment with others but needs a row of its own to be seen.
          const flat = rows.some((row) => rowStartNs(columns, row) === rowEndNs(columns, row)) ? 1 : 0;
          expect(track.barRows.length).toBeLessThanOrEqual(Math.min(needed + flat, MAX_BAR_ROWS));
        }
      }),
    );
  });

  it('stand in the order of the page; steps and unknown kinds only where there are some', () => {
    const labels = (rows: TraceRow[]) => buildSpanTracks(aTrace(rows)).map((track) => track.label);
    expect(labels([])).toEqual(['Run', 'Model calls', 'Tools', 'Verifier']);
    const all = spanKinds.map((kind) => ({ startNs: 0, lengthNs: 1, kind }));
    expect(labels(all)).toEqual(['Run', 'Model calls', 'Tools', 'Steps', 'Other', 'Verifier']);
  });

  it('put the span that encloses another above it', () => {
    const columns = aTrace([
      { startNs: 0, lengthNs: 9, kind: 'container' },
      { startNs: 0, lengthNs: 9, kind: 'adapter_run' },
    ]);
    expect(trackNamed(buildSpanTracks(columns), 'run').barRows.map((barRow) => [...barRow.rows])).toEqual([
      [1],
      [0],
    ]);
  });

  it('gather what fits no row as blocks in the last one', () => {
    const columns = aTrace(
      Array.from({ length: 100 }, (_, row) => ({ startNs: row, lengthNs: 1000, status: 'error' as const })),
    );
    const other = trackNamed(buildSpanTracks(columns), 'other');
    expect(other.barRows).toHaveLength(MAX_BAR_ROWS);
    const [rect] = visibleRects(other, createScale(columns.lengthNs, 500)).slice(-1);
    expect(rect).toMatchObject({
      barRow: MAX_BAR_ROWS - 1,
      count: 100 - MAX_BAR_ROWS + 1,
      errors: 100 - MAX_BAR_ROWS + 1,
      recovered: 0,
    });
  });
});

describe('the rectangles of a track', () => {
  const anyWindow = fc.tuple(
    fc.integer({ min: 0, max: 129 }),
    fc.integer({ min: 1, max: 40 }),
    fc.integer({ min: 10, max: 400 }),
  );

  it('tell after how many of their errors a model answered again', () => {
    const failed = (ms: number) => ({
      startNs: ms * MS,
      lengthNs: MS,
      kind: 'tool_call' as const,
      status: 'error' as const,
    });
    const answer = { startNs: 50 * MS, lengthNs: MS, kind: 'model_call' as const };
    const columns = aTrace([failed(0), failed(2), answer, failed(60)], 100 * MS);
    const tools = trackNamed(buildSpanTracks(columns), 'tool');
    const counts = (widthPx: number) =>
      visibleRects(tools, createScale(100 * MS, widthPx)).map(({ errors, recovered }) => [errors, recovered]);
    expect(counts(1000)).toEqual([
      [1, 1],
      [1, 1],
      [1, 0],
    ]);
    expect(counts(1)).toEqual([[3, 2]]);
  });

  it('stand for every span in sight exactly once, with their errors', () => {
    fc.assert(
      fc.property(anyTrace, anyWindow, (columns, [fromMs, lengthMs, widthPx]) => {
        const scale = showWindow(
          createScale(columns.lengthNs, widthPx),
          fromMs * MS,
          (fromMs + lengthMs) * MS,
        );
        for (const track of buildSpanTracks(columns)) {
          const rects = visibleRects(track, scale);
          const rows = track.barRows.flatMap((barRow) => [...barRow.rows]);
          const inSight = rows.filter(
            (row) => rowEndNs(columns, row) >= scale.fromNs && rowStartNs(columns, row) <= scale.toNs,
          );
          expect(rects.reduce((sum, rect) => sum + rect.count, 0)).toBe(inSight.length);
          const errors = inSight.filter((row) => columns.status[row] === 2).length;
          expect(rects.reduce((sum, rect) => sum + rect.errors, 0)).toBe(errors);
        }
      }),
    );
  });

  it('are no more than one every two pixels a row of bars, whatever the zoom', () => {
    fc.assert(
      fc.property(anyTrace, anyWindow, (columns, [fromMs, lengthMs, widthPx]) => {
        const scale = showWindow(
          createScale(columns.lengthNs, widthPx),
          fromMs * MS,
          (fromMs + lengthMs) * MS,
        );
        for (const track of buildSpanTracks(columns)) {
          const rects = visibleRects(track, scale);
          expect(rects.length).toBeLessThanOrEqual(track.barRows.length * (widthPx / MIN_RECT_PX + 2));
          for (const { x, width } of rects) {
            expect(x).toBeGreaterThanOrEqual(-1);
            expect(x + width).toBeLessThanOrEqual(widthPx + 1 + MIN_RECT_PX);
            expect(width).toBeGreaterThanOrEqual(MIN_RECT_PX);
          }
        }
      }),
    );
  });

  it('show a span of no length', () => {
    const columns = aTrace([{ startNs: 50 * MS, lengthNs: 0, kind: 'tool_call' }], 100 * MS);
    const rects = visibleRects(
      trackNamed(buildSpanTracks(columns), 'tool'),
      createScale(columns.lengthNs, 200),
    );
    expect(rects).toEqual([
      { row: 0, barRow: 0, x: 100, width: MIN_RECT_PX, waitingPx: 0, count: 1, errors: 0, recovered: 0 },
    ]);
  });

  it('draw the part of a model call that waited for the first chunk, where that is known', () => {
    const columns = aTrace(
      [
        { startNs: 0, lengthNs: 40 * MS, kind: 'model_call' },
        { startNs: 50 * MS, lengthNs: 40 * MS, kind: 'model_call' },
      ],
      100 * MS,
    );
    const calls = [
      aModelCall({ spanId: spanIdOf(0), timeToFirstChunkMs: 30 }),
      aModelCall({ spanId: spanIdOf(1), timeToFirstChunkMs: null }),
      aModelCall({ spanId: spanIdOf(77), timeToFirstChunkMs: 1 }),
    ];
    const chunks = firstChunks(calls, columns, indexRows(columns));
    expect([...chunks]).toEqual([[0, 30 * MS]]);
    const track = trackNamed(buildSpanTracks(columns), 'model');
    const whole = createScale(columns.lengthNs, 1000);
    expect(visibleRects(track, whole, chunks).map((rect) => rect.waitingPx)).toEqual([300, 0]);
    const late = showWindow(whole, 35 * MS, 45 * MS);
    expect(visibleRects(track, late, chunks).map((rect) => rect.waitingPx)).toEqual([0]);
  });

  it('are found again under the pointer, thin ones with some slack', () => {
    const columns = aTrace(
      [
        { startNs: 10 * MS, lengthNs: 20 * MS, kind: 'tool_call' },
        { startNs: 60 * MS, lengthNs: 0, kind: 'tool_call' },
      ],
      100 * MS,
    );
    const track = trackNamed(buildSpanTracks(columns), 'tool');
    const scale = createScale(columns.lengthNs, 100);
    const found = [5, 8, 10, 29, 32, 45, 58, 61, 64, 70].map((px) => rowAtPoint(track, scale, px, 0));
    expect(found).toEqual([-1, 0, 0, 0, 0, -1, 1, 1, 1, -1]);
    expect(rowAtPoint(track, scale, 20, 7)).toBe(-1);
  });

  it('cost as many searches as rectangles at 100,000 spans', () => {
    const columns = aTrace(
      Array.from({ length: 100_000 }, (_, row) => ({
        startNs: row * 1000,
        lengthNs: 900,
        kind: 'tool_call' as const,
      })),
    );
    const track = trackNamed(buildSpanTracks(columns), 'tool');
    const rects = visibleRects(track, createScale(columns.lengthNs, 1160));
    expect(rects.length).toBeLessThanOrEqual(1160 / MIN_RECT_PX + 2);
    expect(rects.reduce((sum, rect) => sum + rect.count, 0)).toBe(100_000);
  });
});
