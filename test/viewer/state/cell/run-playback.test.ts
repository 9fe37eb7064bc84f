// The span that is meant while the playhead rests, and while a run under way grows below it.
import { signal } from '@preact/signals';
import { expect, it } from 'vitest';
import { PlaybackSession } from '../../../../viewer/state/cell/playback-session.ts';
import { RunPlayback } from '../../../../viewer/state/cell/run-playback.ts';
import { asTrace, type CellTrace } from '../../../../viewer/state/trace/cell-trace.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const MS = 1e6;

function playing(rows: TraceRow[]) {
  const clock = new PlaybackSession();
  clock.extend(100 * MS);
  const trace = signal<CellTrace | null>(asTrace(aTrace(rows, 100 * MS)));
  return { clock, trace, playback: new RunPlayback(clock, trace) };
}

it('is the deepest span at the moment until a reader chooses another, and again when time moves on', () => {
  const { playback } = playing([
    { startNs: 0, lengthNs: 100 * MS, parent: -1 },
    { startNs: 10 * MS, lengthNs: 20 * MS, parent: 0 },
  ]);
  playback.seek(15 * MS);
  expect([playback.row.peek(), playback.chosenRow.peek()]).toEqual([1, -1]);
  playback.selectAt(0, 15 * MS);
  expect([playback.row.peek(), playback.chosenRow.peek()]).toEqual([0, 0]);
  playback.seek(16 * MS);
  expect([playback.row.peek(), playback.chosenRow.peek()]).toEqual([1, -1]);
});

it('stays the chosen span when a run under way grows and its rows move', () => {
  const chosen = { startNs: 10 * MS, lengthNs: 20 * MS, parent: -1, id: 7 };
  const { trace, playback } = playing([{ startNs: 0, lengthNs: 5 * MS, parent: -1, id: 1 }, chosen]);
  playback.select(1);
  trace.value = asTrace(
    aTrace(
      [
        { startNs: 0, lengthNs: 5 * MS, parent: -1, id: 1 },
        { startNs: 2 * MS, lengthNs: 90 * MS, parent: -1, id: 2 },
        chosen,
      ],
      100 * MS,
    ),
  );
  expect([playback.row.peek(), playback.chosenRow.peek()]).toEqual([2, 2]);
});

it('steps from span to span in order of start, and pauses', () => {
  const { clock, playback } = playing([
    { startNs: 0, lengthNs: 5 * MS, parent: -1 },
    { startNs: 10 * MS, lengthNs: 5 * MS, parent: -1 },
  ]);
  clock.seek(5 * MS);
  playback.stepSpan(1);
  expect([playback.positionNs.peek(), playback.row.peek(), clock.playing.peek()]).toEqual([
    10 * MS,
    1,
    false,
  ]);
  playback.stepSpan(-1);
  expect(playback.positionNs.peek()).toBe(0);
});

it('steps past plumbing, which an agent traces by the hundred, unless all spans are shown', () => {
  const { clock, playback } = playing([
    { startNs: 0, lengthNs: 5 * MS, parent: -1, kind: 'tool_call', name: 'bash' },
    ...[1, 2, 3].map((at) => ({ startNs: at * MS, lengthNs: MS, parent: -1, name: 'sql.execute' })),
    { startNs: 9 * MS, lengthNs: 5 * MS, parent: -1, kind: 'model_call', name: 'chat' },
  ]);
  clock.seek(0);
  playback.stepSpan(1);
  expect(playback.positionNs.peek()).toBe(9 * MS);
  playback.stepSpan(-1);
  expect(playback.positionNs.peek()).toBe(0);
  playback.allSpans.value = true;
  playback.stepSpan(1);
  expect(playback.positionNs.peek()).toBe(MS);
});
