// Whether more of a run is expected. One question, asked by parts of the page that show a run as it is now.
import type { CellSession } from './cell-session.ts';

export function isUnderWay(session: CellSession): boolean {
  const state = session.live.state.value;
  return state === 'running' || state === 'receiving';
}
