// The desk while its cell is on the way: the places where things will stand, and no word that could be
// read as an answer.
import { narrow } from '../../state/page/media.ts';
import '../parts/skeleton.css';
import './desk-skeleton.css';

const LINE_WIDTHS_PX = [190, 250, 150, 220, 180];

export function DeskSkeleton() {
  return (
    <main class="desk" aria-busy="true" aria-label="Loading">
      {!narrow.value && (
        <div class="stage">
          <div class="stage-bone" />
          <div class="card-bones">
            <span class="bone" />
            <span class="bone wide" />
            <span class="bone" />
          </div>
        </div>
      )}
      <div class="reading">
        <div class="tabs" />
        <ol class="reading-bones">
          {LINE_WIDTHS_PX.map((width) => (
            <li key={width}>
              <span class="bone short" />
              <span class="bone" style={{ width: `${width}px` }} />
            </li>
          ))}
        </ol>
      </div>
    </main>
  );
}
