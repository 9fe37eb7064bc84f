// The names of the dock's tracks. Those that hold more than they show are buttons that open them, and a
// folded one says how many spans it holds.

import { formatCount } from '../../model/display/format.ts';
import { actorOfTrack } from '../../model/timeline/span-tracks.ts';
import { RULER_PX, type TimelineTrack } from '../../model/timeline/tracks.ts';
import type { Timeline } from '../../state/timeline/timeline.ts';
import { actorToken } from '../parts/canvas.ts';

/** The name of a track higher than this stands at its top: its middle may be out of sight. */
const TALL_PX = 72;

export function TrackLabels({ timeline }: { timeline: Timeline }) {
  return (
    <div class="track-labels" style={{ paddingTop: `${RULER_PX}px` }}>
      {timeline.tracks.value.map((track) => (
        <div
          key={track.id}
          class={track.height > TALL_PX ? 'track-label tall' : 'track-label'}
          style={{ height: `${track.height}px` }}
        >
          {track.opened === null ? (
            <TrackName track={track} />
          ) : (
            <button
              type="button"
              aria-expanded={track.opened}
              title={openWords(track)}
              onClick={() => timeline.toggleTrack(track.id)}
            >
              {track.label}
              {track.density && <small>{formatCount(track.spans?.count ?? 0)}</small>}
              <svg viewBox="0 0 10 10" aria-hidden="true">
                <path d="M3 2l3.5 3L3 8" />
              </svg>
            </button>
          )}
        </div>
      ))}
    </div>
  );
}

/** An actor's lane has a dot in its colour. */
function TrackName({ track }: { track: TimelineTrack }) {
  const actor = actorOfTrack(track.id);
  if (actor === null) return <>{track.label}</>;
  return (
    <span class={`lane-name ${actorToken(actor)}`} title={track.label}>
      {track.label}
    </span>
  );
}

function openWords(track: TimelineTrack): string {
  if (track.density) return 'Folded: shows how many spans began when. Show them as bars, by depth';
  return track.opened ? 'Show its own spans alone' : 'Show all that lies below, by depth';
}
