// A track opened: what stands in its rows of bars, at which depth, and that no row holds two spans at one moment.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SpanKind } from '../../../../shared/span.ts';
import type { TraceColumns } from '../../../../shared/trace-columns.ts';
import { openTrack } from '../../../../viewer/model/timeline/depth-tracks.ts';
import { buildSpanTracks, type SpanTrackId } from '../../../../viewer/model/timeline/span-tracks.ts';
import { buildTree } from '../../../../viewer/model/trace/trace-tree.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

function opened(trace: TraceColumns, id: SpanTrackId) {
  const track = buildSpanTracks(trace).find((one) => one.id === id);
  if (!track) throw new Error(`no track ${id}`);
  return openTrack(track, trace, buildTree(trace));
}

const aRow = (kind: SpanKind, parent: number, startNs = 0, lengthNs = 100): TraceRow => ({
  kind,
  parent,
  startNs,
  lengthNs,
});

describe('a track opened', () => {
  test('holds its own spans and all below them, whatever their kind, each at its depth', () => {
    const trace = aTrace([
      aRow('adapter_run', -1),
      aRow('tool_call', 0),
      aRow('other', 1, 10, 50),
      aRow('other', 2, 20, 10),
      aRow('model_call', 0, 60, 20),
    ]);
    const tools = opened(trace, 'tool');
    expect(tools.barRows.map((barRow) => [...barRow.rows])).toEqual([[1], [2], [3]]);
    expect(tools.depths).toEqual([0, 1, 2]);
    expect(tools.count).toBe(3);
    expect(opened(trace, 'run').count).toBe(5);
  });

  test('gives spans that overlap at one depth rows of their own', () => {
    const trace = aTrace([aRow('tool_call', -1), aRow('other', 0, 0, 60), aRow('other', 0, 40, 60)]);
    const tools = opened(trace, 'tool');
    expect(tools.barRows.map((barRow) => [...barRow.rows])).toEqual([[0], [1], [2]]);
    expect(tools.depths).toEqual([0, 1, 1]);
  });

  test('holds a span of its own kind below another of its own kind once', () => {
    const trace = aTrace([aRow('tool_call', -1), aRow('tool_call', 0, 10, 20)]);
    expect(opened(trace, 'tool').barRows.map((barRow) => [...barRow.rows])).toEqual([[0], [1]]);
  });

  test('keeps a chain of 5,000 within 24 rows and counts all of it', () => {
    const chain = Array.from({ length: 5000 }, (_, row) => aRow('other', row - 1, row, 10_000 - 2 * row));
    const other = opened(aTrace(chain), 'other');
    expect(other.barRows.length).toBeLessThanOrEqual(24);
    const spans = other.barRows.reduce((sum, barRow) => sum + (barRow.spansBefore[barRow.count] ?? 0), 0);
    expect(spans).toBe(5000);
  });

  test('law: every span below is in exactly one row, and no row holds two at one moment', () => {
    const rows = fc.array(
      fc.record({
        startNs: fc.nat(1000),
        lengthNs: fc.nat(300),
        up: fc.nat(),
        kind: fc.constantFrom<SpanKind>('tool_call', 'other', 'model_call'),
      }),
      { minLength: 1, maxLength: 60 },
    );
    fc.assert(
      fc.property(rows, (made) => {
        const trace = aTrace(
          made.map(({ up, ...row }, index) => ({
            ...row,
            parent: index === 0 ? -1 : (up % (index + 1)) - 1,
          })),
        );
        const track = opened(trace, 'tool');
        let spans = 0;
        for (const barRow of track.barRows) {
          spans += barRow.spansBefore[barRow.count] ?? 0;
          for (let item = 1; item < barRow.count; item++)
            expect(barRow.startNs[item]).toBeGreaterThanOrEqual(barRow.endNs[item - 1] ?? 0);
        }
        expect(spans).toBe(track.count);
        expect(track.depths).toEqual([...track.depths].sort((a, b) => a - b));
      }),
    );
  });
});
