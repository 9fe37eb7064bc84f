// The actors of a run as tracks of the timeline: each one's model calls in a line over its tools. Two of them at once in
// one line are one block. Does not say how high a lane is.
import { kindAt, type TraceColumns } from '../../../shared/trace-columns.ts';
import { packBarRows, type SpanTrack } from '../timeline/span-tracks.ts';
import type { Story } from './story.ts';

/** Of a run of one actor there are none: its tracks are the kinds. */
export function laneTracks(columns: TraceColumns, { actors, speaking }: Story): SpanTrack[] {
  if (speaking.length < 2) return [];
  const calls = new Map<number, number[]>(speaking.map((actor) => [actor, []]));
  const tools = new Map<number, number[]>(speaking.map((actor) => [actor, []]));
  for (let row = 0; row < columns.count; row++) {
    const kind = kindAt(columns, row);
    const of = kind === 'model_call' ? calls : kind === 'tool_call' ? tools : null;
    of?.get(actors.ofRow[row] ?? -1)?.push(row);
  }
  return speaking.map((actor): SpanTrack => {
    const [own, done] = [calls.get(actor) ?? [], tools.get(actor) ?? []];
    return {
      id: `actor:${actor}`,
      label: actors.list[actor]?.name ?? '',
      count: own.length + done.length,
      barRows: [own, done].flatMap((rows) => (rows.length > 0 ? packBarRows(columns, rows, 1) : [])),
    };
  });
}
