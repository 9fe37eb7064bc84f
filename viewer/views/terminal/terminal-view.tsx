// The terminal as the agent saw it at the playhead: rows of runs out of the film, text above and what is drawn
// below. Lines are interned, so a row that did not change is the same object and is not drawn again. Does not
// decide how large or which rows: the model does.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { literalPattern } from '../../../shared/text-match.ts';
import { formatOffset } from '../../model/display/format.ts';
import { lineHits } from '../../model/search/terminal-hits.ts';
import {
  type Film,
  type FilmFailure,
  frameAt,
  type Line,
  type Screen,
  screenOf,
} from '../../model/terminal/film.ts';
import {
  type Room,
  type Rows,
  type TypeSize,
  typeSize,
  wantedRows,
} from '../../model/terminal/terminal-view-size.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { RunPlayback } from '../../state/cell/run-playback.ts';
import { stageFull } from '../../state/page/media.ts';
import type { TerminalSight } from '../../state/terminal/terminal-sight.ts';
import { memo } from '../parts/memo.ts';
import { useSize } from '../parts/use-size.ts';
import { glyphEpoch, partsOf } from './known-glyphs.ts';
import { TerminalCanvas } from './terminal-canvas.tsx';
import { columns, TerminalRow } from './terminal-row.tsx';
import { useTerminalScroll } from './use-terminal-scroll.ts';
import './terminal-fonts.css';
import './terminal-view.css';

interface TerminalViewProps {
  readonly session: CellSession;
  readonly film: Film;
}

/** Through `memo`, so that a frame of a run, which is drawn once, holds no screen that was drawn before. */
export const TerminalView = memo(function TerminalView({ session, film }: TerminalViewProps) {
  const { playback, terminal } = session;
  // Read in here, not taken from the props: the film of a run under way is replaced while time rests.
  const frame = useComputed(() => {
    const shown = terminal.film.value;
    return shown ? shownFrame(shown, playback) : 0;
  });
  const isRead = useComputed(() =>
    playback.ended.value
      ? terminal.readNs.value === Infinity
      : playback.positionNs.value <= terminal.readNs.value,
  ).value;
  return (
    <>
      {film.failure && <Failure failure={film.failure} playback={playback} />}
      {isRead ? (
        <ScreenBox session={session} film={film} frame={Math.min(frame.value, film.frameCount - 1)} />
      ) : (
        <TerminalReading session={session} />
      )}
    </>
  );
});

/** Said in the place of a screen that is not known yet: another moment's would be false, and would move. */
export function TerminalReading({ session }: { session: CellSession }) {
  const progress = session.terminal.progress.value;
  return (
    <p class="terminal-note" role="status">
      {progress
        ? `Reading the recording: ${Math.round((100 * progress.done) / Math.max(1, progress.total))} %`
        : 'Reading the recording…'}
    </p>
  );
}

function ScreenBox({ session, film, frame }: { session: CellSession; film: Film; frame: number }) {
  const { sight } = session.terminal;
  const screen = screenOf(film, frame);
  const { cols, rows, lines, cursor } = screen;
  const box = useRef<HTMLDivElement>(null);
  const room = useRoom(box);
  const size = typeSize(room, cols, rows);
  const pattern = useComputed(() => soughtIn(session)).value;
  // The screen before is asked for only where no cursor says what was written.
  const before = cursor.visible || frame === 0 ? null : screenOf(film, frame - 1).lines;
  const wanted = hitRows(lines, pattern) ?? wantedRows(screen, before);
  const { heightPx, paddingPx } = room;
  const scrolled = { rows, rowPx: size.rowPx, heightPx, paddingPx, wanted, frame };
  const backToNow = useTerminalScroll(box, sight, scrolled);
  const epoch = glyphEpoch.value;
  useMissing(sight, screen, epoch);
  return (
    <div class="terminal-stage">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where not all rows and columns fit */}
      <div class="terminal-fit" ref={box} tabIndex={0}>
        <div class="terminal-screen" style={screenStyle(screen, size)}>
          <TerminalCanvas screen={screen} size={size} />
          {lines.map((line, y) => (
            <TerminalRow key={y} line={line} pattern={pattern} epoch={epoch} />
          ))}
          {cursor.visible && (
            <i
              class="terminal-cursor"
              style={{ transform: `translate(${columns(cursor.x)}, ${cursor.y * size.rowPx}px)` }}
            />
          )}
        </div>
      </div>
      {!sight.following.value && (
        <p class="terminal-back">
          <button type="button" class="terminal-tool" onClick={backToNow}>
            Back to what is written
          </button>
        </p>
      )}
    </div>
  );
}

function screenStyle({ cols, rows }: Screen, { fontPx, rowPx }: TypeSize) {
  return {
    fontSize: `${fontPx}px`,
    lineHeight: `${rowPx}px`,
    width: columns(cols),
    height: `${rows * rowPx}px`,
    '--row': `${rowPx}px`,
  };
}

function soughtIn({ search }: CellSession): RegExp | null {
  const text = search.query.value.trim();
  return text === '' || (search.scope.value ?? 'terminal') !== 'terminal' ? null : literalPattern(text);
}

/** Who searches wants to see the first that is found. */
function hitRows(lines: readonly Line[], pattern: RegExp | null): Rows | null {
  if (!pattern) return null;
  const row = lines.findIndex((line) => lineHits(line, pattern).length > 0);
  return row < 0 ? null : { from: row, to: row };
}

/** Tells which characters of the screen nothing here can show. */
function useMissing(sight: TerminalSight, screen: Screen, epoch: number): void {
  useEffect(() => {
    const missing = new Set<string>();
    if (epoch > 0)
      for (const line of screen.lines)
        for (const run of line)
          for (const part of partsOf(run)) if (part.kind === 'missing') missing.add(part.text);
    const told = sight.missing.peek();
    if (missing.size !== told.length || told.some((text) => !missing.has(text)))
      sight.missing.value = [...missing];
  }, [screen.frame, epoch]);
}

/** Said from the moment on at which the emulator failed: the screen below is the last one before it. */
function Failure({ failure, playback }: { failure: FilmFailure; playback: RunPlayback }) {
  const isPast = useComputed(() => playback.ended.value || playback.positionNs.value >= failure.tNs);
  if (!isPast.value) return null;
  return (
    <p class="terminal-failure" role="status" title={failure.message}>
      The recording cannot be shown from {formatOffset(failure.tNs)} on: the emulator failed at what was
      printed then. The raw output is in <code>playhead export --format terminal</code>.
    </p>
  );
}

/** The frame at the playhead; at the very end the recording's last, so that none is out of reach. */
function shownFrame(film: Film, { ended, positionNs }: RunPlayback): number {
  return ended.value ? film.frameCount - 1 : frameAt(film, positionNs.value);
}

/** The room inside the box's padding, in whole pixels. */
function useRoom(box: preact.RefObject<HTMLDivElement | null>): Room & { readonly paddingPx: number } {
  const size = useSignal({ widthPx: 0, heightPx: 0, paddingPx: 0 });
  useSize(
    () => box.current,
    (element) => {
      const style = getComputedStyle(element);
      const padX = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      const padY = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
      const [widthPx, heightPx] = [element.clientWidth - padX, element.clientHeight - padY];
      const before = size.peek();
      if (widthPx !== before.widthPx || heightPx !== before.heightPx)
        size.value = { widthPx, heightPx, paddingPx: Number.parseFloat(style.paddingTop) };
    },
  );
  return { ...size.value, full: stageFull.value };
}
