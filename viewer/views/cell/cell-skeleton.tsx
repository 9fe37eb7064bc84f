// The panes of a cell that is on its way: where things will be, and no word that could be
// read as an answer.
import { narrow } from '../../state/page/media.ts';
import '../parts/skeleton.css';
import './cell-skeleton.css';

const LINE_WIDTHS_PX = [190, 250, 150, 220, 180];

export function CellSkeleton() {
  return (
    <main class="cell-panes" aria-busy="true" aria-label="Loading">
      {!narrow.value && (
        <div class="terminal-pane">
          <div class="terminal-pane-skeleton" />
        </div>
      )}
      <div class="tabs-pane">
        <div class="tabs" />
        <ol class="tabs-pane-skeleton">
          {LINE_WIDTHS_PX.map((width) => (
            <li key={width}>
              <span class="skeleton short" />
              <span class="skeleton" style={{ width: `${width}px` }} />
            </li>
          ))}
        </ol>
      </div>
    </main>
  );
}
