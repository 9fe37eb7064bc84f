// A run as a picture: the last of its terminal's that shows something, with what became of it, how long it took and
// when something happened. Pointing at the picture, or arrows on it, scrub it; it opens at the moment that it shows.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import type { CellSummary } from '../../../shared/wire.ts';
import { activityBars, glanceLength } from '../../model/cells/latest-runs.ts';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import type { Film } from '../../model/terminal/film.ts';
import { lastPictureNs } from '../../model/why/last-picture.ts';
import { posterFilm } from '../../state/cells/poster-films.ts';
import { cellHref } from '../../state/page/address.ts';
import { OutcomeMark } from '../parts/icons.tsx';
import { Who } from './cell-row.tsx';
import { FilmPicture } from './film-picture.tsx';
import './run-poster.css';

const BARS = 56;
/** A press of an arrow moves by this share of the run, with Shift by five of them. */
const STEP = 0.02;

export function RunPoster({ cell }: { cell: CellSummary }) {
  const source = useMemo(() => posterFilm(cell), [cell.id, cell.spans, cell.endNs]);
  useEffect(() => source.close, [source]);
  const at = useSignal<number | null>(null);
  const film = source.film.value;
  const lengthNs = Math.max((cell.durationMs ?? 0) * 1e6, film?.eventNs.at(-1) ?? 0);
  const place = at.value;
  const tNs = film && (place === null ? lastPictureNs(film, lengthNs) : place * lengthNs);
  const moment = place === null ? {} : { t: Math.round((place * lengthNs) / 1e6) };
  const scrub = (share: number | null) => {
    at.value = share === null ? null : Math.min(1, Math.max(0, share));
  };
  const what = `${outcomeWord(cell.outcome)}${cell.durationMs === null ? '' : `, ${glanceLength(cell.durationMs)}`}`;
  return (
    <li class="poster">
      <a
        class="poster-picture"
        href={cellHref(cell.id, moment)}
        data-page
        onPointerMove={(event) => {
          if (!film || event.pointerType === 'touch') return;
          const { left, width } = event.currentTarget.getBoundingClientRect();
          scrub((event.clientX - left) / width);
        }}
        onPointerLeave={() => scrub(null)}
        onBlur={() => scrub(null)}
        onKeyDown={(event) => {
          const by = event.key === 'ArrowRight' ? STEP : event.key === 'ArrowLeft' ? -STEP : 0;
          if (by === 0 || !film) return;
          scrub((at.peek() ?? (by > 0 ? 0 : 1)) + by * (event.shiftKey ? 5 : 1));
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        <span class="sr-only">
          <Who cell={cell} />, {shownLine(cell.task ?? cell.id)}: {what}
        </span>
        {film && tNs !== null ? (
          <FilmPicture film={film} tNs={tNs} />
        ) : (
          <span class="poster-words" aria-hidden="true">
            {cell.hasTerminal ? '' : wordsOf(cell)}
          </span>
        )}
        <span class="poster-foot" aria-hidden="true">
          <span class={`poster-chip ${cell.outcome}`}>
            <OutcomeMark outcome={cell.outcome} />
            {outcomeWord(cell.outcome)}
          </span>
          <span class="poster-length">
            {place !== null && `${glanceLength((place * lengthNs) / 1e6)} / `}
            {lengthNs > 0 && glanceLength(lengthNs / 1e6)}
          </span>
        </span>
        <Strip film={film} lengthNs={lengthNs} hasFailed={hasReasons(cell.outcome)} place={place} />
      </a>
      <p class="poster-who" aria-hidden="true">
        <Who cell={cell} />
      </p>
      <p class="poster-task" aria-hidden="true">
        <span>{shownLine(cell.task ?? cell.id)}</span>
        <span class="number" title={cell.cost.because}>
          {costWords(cell.cost)}
        </span>
      </p>
    </li>
  );
}

/** What there is of a run without a terminal. */
function wordsOf({ spans, modelCalls }: CellSummary): string {
  const words = [plural(spans, 'span')];
  if (modelCalls > 0) words.push(plural(modelCalls, 'model call'));
  return `${words.join(', ')}; no terminal was recorded`;
}

interface StripProps {
  readonly film: Film | null;
  readonly lengthNs: number;
  readonly hasFailed: boolean;
  readonly place: number | null;
}

function Strip({ film, lengthNs, hasFailed, place }: StripProps) {
  const bars = useMemo(() => (film ? activityBars(film.eventNs, lengthNs, BARS) : []), [film, lengthNs]);
  return (
    <span class="poster-strip" aria-hidden="true">
      <svg aria-hidden="true" viewBox={`0 0 ${BARS * 4} 16`} preserveAspectRatio="none">
        {bars.map((height, bar) => (
          <rect key={bar} x={bar * 4 + 1} y={16 - 2 - 13 * height} width={2} height={2 + 13 * height} />
        ))}
      </svg>
      {hasFailed && <i class="poster-failure" />}
      {place !== null && <i class="poster-now" style={{ left: `${place * 100}%` }} />}
    </span>
  );
}

export function PosterSkeleton() {
  return (
    <li class="poster" aria-hidden="true">
      <span class="poster-picture" />
      <p class="poster-who">
        <span class="skeleton wide" />
      </p>
      <p class="poster-task">
        <span class="skeleton" />
      </p>
    </li>
  );
}
