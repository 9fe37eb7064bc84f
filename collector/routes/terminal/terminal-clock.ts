// The terminal as a cell's page lists it: from which source, and how it was laid on the cell's clock. Does
// not read its events.
import type { TrackJson } from '../../../shared/wire.ts';
import type { CellState } from '../../cell/cell-state.ts';
import { recordingClock } from '../../cell/recording.ts';
import type { StoreReads } from '../../cell/stores.ts';
import { otlpTrack } from '../track-json.ts';

/** The terminal as the cell's page lists it. */
export async function terminalTrack(cell: CellState, store: StoreReads): Promise<TrackJson> {
  const header = cell.hasRecording ? await store.recordings.header(cell) : undefined;
  if (header) {
    const { timing, note } = recordingClock(header, cell);
    return { name: 'terminal', count: header.events, timing, source: header.format, note };
  }
  return otlpTrack('terminal', cell.terminal);
}
