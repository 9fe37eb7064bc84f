// Marks on the tracks: errors, changes and verdicts, folded where they would overlap.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diffTally } from '../../../../viewer/model/changes/diff-tally.ts';
import { createScale, showWindow } from '../../../../viewer/model/timeline/time-scale.ts';
import {
  activityBins,
  changeMarks,
  errorMarks,
  nextMark,
  visibleMarks,
} from '../../../../viewer/model/timeline/track-marks.ts';
import { indexRows } from '../../../../viewer/model/trace/trace-tree.ts';
import { aChange, aTrace, spanIdOf, TRACE_ID } from '../../../support/trace-builders.ts';

const MS = 1e6;
const diff = '--- a/src/lib.rs\n+++ b/src/lib.rs\n@@ -1,2 +1,3 @@\n same\n-old\n+new\n+more\n';

const failed = (startMs: number, lengthMs: number, name = 'bash') => ({
  startNs: startMs * MS,
  lengthNs: lengthMs * MS,
  status: 'error' as const,
  kind: 'tool_call' as const,
  name,
});

describe('the marks', () => {
  it('show an error where its span ended, in order of time', () => {
    const columns = aTrace([failed(0, 9, 'long'), failed(1, 2, 'short'), { startNs: 3 * MS, lengthNs: MS }]);
    expect(errorMarks(columns)).toEqual([
      {
        kind: 'error',
        tNs: 3 * MS,
        row: 1,
        track: 'tool',
        changeIndex: -1,
        label: 'short',
        isRecovered: false,
      },
      {
        kind: 'error',
        tNs: 9 * MS,
        row: 0,
        track: 'tool',
        changeIndex: -1,
        label: 'long',
        isRecovered: false,
      },
    ]);
  });

  it('tell an error after which a model answered again from one that ended the run', () => {
    const call = { startNs: 5 * MS, lengthNs: MS, kind: 'model_call' as const };
    const refused = { ...call, startNs: 9 * MS, status: 'error' as const };
    const verify = { ...failed(2, 1), kind: 'verify' as const };
    const columns = aTrace([failed(0, 1), verify, call, failed(7, 1), refused]);
    expect(errorMarks(columns).map(({ isRecovered }) => isRecovered)).toEqual([true, false, false, false]);
  });

  it('show a file change with its lines and the tool call that made it, held within the clock', () => {
    const columns = aTrace([{ startNs: 0, lengthNs: 10 * MS }]);
    const changes = [
      aChange({ atMs: 999, path: 'late' }),
      aChange({ atMs: 4, diff, traceId: TRACE_ID, spanId: spanIdOf(0) }),
      aChange({ atMs: -5, path: 'early' }),
    ];
    const marks = changeMarks(changes, columns, indexRows(columns));
    expect(marks.map(({ tNs, row, changeIndex, label }) => [tNs / MS, row, changeIndex, label])).toEqual([
      [0, -1, 2, 'early'],
      [4, 0, 1, 'src/lib.rs +2 −1'],
      [10, -1, 0, 'late'],
    ]);
  });

  it('are folded where they would cover each other, and none is lost', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 60 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 30 }), (starts, gapPx) => {
        const columns = aTrace(
          starts.map((ms) => failed(ms, 0)),
          1000 * MS,
        );
        const marks = errorMarks(columns);
        const shown = visibleMarks(marks, createScale(1000 * MS, 500), gapPx);
        expect(shown.reduce((sum, { count }) => sum + count, 0)).toBe(marks.length);
        for (let i = 1; i < shown.length; i++)
          expect(shown[i]!.x - shown[i - 1]!.x).toBeGreaterThanOrEqual(gapPx - 1e-6);
      }),
    );
  });

  it('are left out beyond the window', () => {
    const marks = errorMarks(aTrace([failed(1, 0), failed(500, 0), failed(999, 0)], 1000 * MS));
    const scale = showWindow(createScale(1000 * MS, 500), 400 * MS, 600 * MS);
    expect(visibleMarks(marks, scale, 10).map(({ x }) => x)).toEqual([250]);
  });

  it('lead from error to error in both directions', () => {
    const marks = errorMarks(aTrace([failed(1, 0), failed(5, 0)]));
    const from = (ms: number, direction: 1 | -1) => nextMark(marks, ms * MS, direction)?.row ?? null;
    expect([from(0, 1), from(1, 1), from(5, 1)]).toEqual([0, 1, null]);
    expect([from(9, -1), from(5, -1), from(1, -1)]).toEqual([1, 0, null]);
  });
});

describe('the activity of the terminal', () => {
  it('counts every event in sight once', () => {
    const times = fc.array(fc.integer({ min: 0, max: 1000 }), { maxLength: 200 });
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 9 }), (events, binPx) => {
        const sorted = Float64Array.from(
          events.toSorted((a, b) => a - b),
          (ms) => ms * MS,
        );
        const { counts, max } = activityBins(sorted, createScale(1000 * MS, 300), binPx);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(events.length);
        expect(max).toBe(Math.max(0, ...counts));
      }),
    );
  });

  it('keeps its bars on the clock while the window pans', () => {
    const events = Float64Array.from({ length: 50 }, (_, i) => i * i * 0.4 * MS);
    const whole = createScale(1000 * MS, 400);
    const barsAt = (fromMs: number) => {
      const scale = showWindow(whole, fromMs * MS, (fromMs + 400) * MS);
      const { counts, fromPx, binPx } = activityBins(events, scale, 4);
      const bars = [...counts].map(
        (count, bin) =>
          [Math.round(((fromPx + bin * binPx) * 400 * MS) / 400 + scale.fromNs), count] as const,
      );
      return new Map(bars.filter(([fromNs]) => fromNs >= 300 * MS && fromNs < 390 * MS));
    };
    expect(barsAt(101).size).toBeGreaterThan(10);
    expect(barsAt(101)).toEqual(barsAt(203));
  });
});

describe('the tally of a diff', () => {
  it('counts the lines of hunks, not their headers', () => {
    expect(diffTally(diff)).toEqual({ added: 2, removed: 1 });
    expect(diffTally('')).toEqual({ added: 0, removed: 0 });
  });

  it('counts a removed line that looks like a header', () => {
    expect(diffTally('@@ -1,2 +1 @@\n--- dashes\n same\n')).toEqual({ added: 0, removed: 1 });
  });

  it('reads several files and lines without an end', () => {
    const two = `${diff}diff --git a/b b/b\n--- a/b\n+++ b/b\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n`;
    expect(diffTally(two)).toEqual({ added: 3, removed: 1 });
  });

  it('counts a diff without hunks by its signs', () => {
    expect(diffTally('-old\n+new\n+more')).toEqual({ added: 2, removed: 1 });
  });
});
