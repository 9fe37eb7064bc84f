// What lies over the stage of a run that is over and was not asked for by a moment: the reasons of a failure, or a
// button that plays it. Does not know where the playhead is put: state/cell/poster does.
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { Poster } from '../../state/cell/poster.ts';
import { lazy } from '../parts/lazy.tsx';
import './poster-layer.css';
import './why-sheet.css';

// Its room is taken from the first paint on, so that nothing moves when it comes.
const WhySheet = lazy(
  () => import('./why-sheet.tsx').then((module) => module.WhySheet),
  <section class="why" aria-busy="true" />,
);

export interface PosterLayerProps {
  readonly session: CellSession;
  readonly poster: Poster;
  readonly onPlay: (fromNs: number) => void;
  readonly hasStage?: boolean;
  readonly isFramed?: boolean;
}

export function PosterLayer(props: PosterLayerProps) {
  const { poster, onPlay } = props;
  if (poster.shown.value === 'why') return <WhySheet {...props} />;
  if (poster.shown.value !== 'end') return null;
  return (
    <button type="button" class="poster-play" aria-label="Play from the start" onClick={() => onPlay(0)}>
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M8 5.2v13.6L19 12Z" />
      </svg>
    </button>
  );
}
