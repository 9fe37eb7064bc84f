// The actors of a run as lanes of the timeline: every call and tool once, calls over tools, what was judged first.
import { describe, expect, test } from 'vitest';
import { laneTracks } from '../../../../viewer/model/actors/lane-tracks.ts';
import { tellStory } from '../../../../viewer/model/actors/story.ts';
import { actorOfTrack, buildSpanTracks } from '../../../../viewer/model/timeline/span-tracks.ts';
import { layTracks } from '../../../../viewer/model/timeline/tracks.ts';
import { buildTree } from '../../../../viewer/model/trace/trace-tree.ts';
import { aTrace, type TraceRow } from '../../../support/trace-builders.ts';

const ns = 1e6;
const rows: TraceRow[] = [
  { startNs: 0, lengthNs: 90 * ns, kind: 'adapter_run', name: 'run' },
  { startNs: 1 * ns, lengthNs: ns, kind: 'model_call', parent: 0 },
  { startNs: 3 * ns, lengthNs: 40 * ns, kind: 'tool_call', parent: 0, name: 'execute_tool task' },
  { startNs: 4 * ns, lengthNs: ns, kind: 'model_call', parent: 2 },
  { startNs: 6 * ns, lengthNs: ns, kind: 'tool_call', parent: 2 },
  { startNs: 50 * ns, lengthNs: ns, kind: 'model_call', parent: 0 },
  { startNs: 91 * ns, lengthNs: ns, kind: 'verify', name: 'verify' },
];

function lanesOf(of: readonly TraceRow[]) {
  const columns = aTrace(of);
  const tree = buildTree(columns);
  const story = tellStory({ columns, tree, spanAt: () => null, calls: [], entries: [], rowOf: () => -1 });
  return { columns, tree, lanes: laneTracks(columns, story) };
}

describe('lanes of actors', () => {
  test('hold each call and each tool once, in the lane of its actor', () => {
    const { lanes } = lanesOf(rows);
    expect(lanes.map(({ label, barRows }) => [label, ...barRows.map((row) => [...row.rows])])).toEqual([
      ['main', [1, 5], [2]],
      ['task', [3], [4]],
    ]);
    expect(lanes.map(({ id }) => actorOfTrack(id))).toEqual([0, 1]);
  });

  test('are none where one actor acts', () => {
    expect(lanesOf(rows.filter(({ parent }) => parent !== 2)).lanes).toEqual([]);
  });

  test('stand for the tracks of calls, tools and steps, behind changes and verdict; on a phone the tracks stay', () => {
    const { columns, tree, lanes } = lanesOf(rows);
    const sources = {
      ...{ columns, tracks: buildSpanTracks(columns), lanes, childCount: tree.childCount },
      ...{ hasChanges: true, hasTerminal: true, trackShown: <T>(track: T) => track },
    };
    expect(layTracks(sources, false).map(({ label }) => label)).toEqual([
      ...['Files', 'Verifier', 'main', 'task', 'Run', 'Terminal'],
    ]);
    expect(layTracks(sources, true).map(({ label }) => label)).toEqual(['Model calls', 'Tools']);
  });
});
