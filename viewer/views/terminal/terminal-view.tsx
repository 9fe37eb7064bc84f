// The terminal as the agent saw it at the playhead: rows of runs out of the film. Lines are interned, so
// a row that did not change is the same object and is not drawn again. Text can be selected.
import { useComputed, useSignal } from '@preact/signals';
import { Component } from 'preact';
import { useRef } from 'preact/hooks';
import { literalPattern } from '../../../shared/text-match.ts';
import { formatOffset } from '../../model/display/format.ts';
import { lineHits } from '../../model/search/terminal-hits.ts';
import {
  type Film,
  type FilmFailure,
  frameAt,
  type Line,
  type Run,
  screenOf,
} from '../../model/terminal/film.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import type { RunPlayback } from '../../state/cell/run-playback.ts';
import { useSize } from '../parts/use-size.ts';
import { runColours } from './terminal-colours.ts';
import './terminal-view.css';

// JetBrains Mono's advance is 600 of 1000 units; rows stand close, as in a real terminal.
const ADVANCE_EM = 0.6;
const LINE_EM = 1.25;
const MIN_FONT_PX = 4.5;
const MAX_FONT_PX = 15;
/** Who fills the screen with it looks from further away. */
const FULL_SCREEN_FONT_PX = 30;

export function TerminalView({ session, film }: { session: CellSession; film: Film }) {
  // Read in here, not taken from the props: the film of a run under way is replaced while time rests.
  const frame = useComputed(() => {
    const shown = session.terminal.film.value;
    return shown ? shownFrame(shown, session.playback) : 0;
  });
  const screen = screenOf(film, Math.min(frame.value, film.frameCount - 1));
  const box = useRef<HTMLDivElement>(null);
  const fontPx = useFittingFont(box, screen.cols, screen.rows);
  const { cursor } = screen;
  const pattern = useComputed(() => {
    const { query, scope } = session.search;
    const text = query.value.trim();
    return text === '' || (scope.value ?? 'terminal') !== 'terminal' ? null : literalPattern(text);
  }).value;
  return (
    <>
      {film.failure && <Failure failure={film.failure} playback={session.playback} />}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls where the smallest font does not fit */}
      <div class="terminal-fit" ref={box} tabIndex={0}>
        <div
          class="terminal-screen"
          style={{ fontSize: `${fontPx}px`, lineHeight: String(LINE_EM), width: `${screen.cols}ch` }}
        >
          {screen.lines.map((line, y) => (
            <Row
              key={y}
              line={line}
              cursorX={cursor.visible && cursor.y === y ? cursor.x : -1}
              pattern={pattern}
            />
          ))}
        </div>
      </div>
    </>
  );
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

/** The largest font in which the whole screen fits the box. */
function useFittingFont(box: preact.RefObject<HTMLDivElement | null>, cols: number, rows: number): number {
  const size = useSignal({ width: 0, height: 0, maxPx: MAX_FONT_PX });
  useSize(
    () => box.current,
    (element) => {
      const style = getComputedStyle(element);
      const padX = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      const padY = Number.parseFloat(style.paddingTop) + Number.parseFloat(style.paddingBottom);
      const maxPx = document.fullscreenElement?.contains(element) ? FULL_SCREEN_FONT_PX : MAX_FONT_PX;
      size.value = { width: element.clientWidth - padX, height: element.clientHeight - padY, maxPx };
    },
  );
  const { width, height, maxPx } = size.value;
  const byWidth = width / (cols * ADVANCE_EM);
  const byHeight = height > 0 ? height / (rows * LINE_EM) : Number.POSITIVE_INFINITY;
  const fit = Math.min(byWidth, byHeight, maxPx);
  return Math.max(MIN_FONT_PX, Math.floor(fit * 20) / 20);
}

interface RowProps {
  readonly line: Line;
  /** Column of the cursor, -1 for none on this row. */
  readonly cursorX: number;
  /** What is sought; null for nothing. */
  readonly pattern: RegExp | null;
}

class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const { line, cursorX, pattern } = this.props;
    return next.line !== line || next.cursorX !== cursorX || next.pattern !== pattern;
  }
  override render({ line, cursorX, pattern }: RowProps) {
    return (
      <div class="terminal-row">
        {pattern &&
          lineHits(line, pattern).map(({ column, cells }) => (
            <i
              key={`hit ${column}`}
              class="terminal-hit"
              style={{ left: `${column}ch`, width: `${cells}ch` }}
            />
          ))}
        {line.map((run, index) => (
          <RunText key={index} run={run} />
        ))}
        {line.length === 0 && '\n'}
        {cursorX >= 0 && <i class="terminal-cursor" style={{ left: `${cursorX}ch` }} />}
      </div>
    );
  }
}

function RunText({ run }: { run: Run }) {
  const names = runClass(run);
  const colours = runColours(run);
  const plain = isPlain(run.text);
  if (plain && names === '' && Object.keys(colours).length === 0) return run.text;
  return (
    <span class={names} style={colours}>
      {plain
        ? run.text
        : heldParts(run).map((part, index) =>
            part.cells === 0 ? (
              part.text
            ) : (
              <i key={index} class={part.box ? 'held box' : 'held'} style={{ width: `${part.cells}ch` }}>
                {part.text}
              </i>
            ),
          )}
    </span>
  );
}

interface HeldPart {
  text: string;
  /** Columns to hold it to; 0 for text of the terminal's own font, which holds itself. */
  readonly cells: number;
  /** Lines and blocks that must meet those of the next row. */
  readonly box: boolean;
}

/** Glyphs from other fonts have other widths: each is held to its columns, so that the grid stays true. */
function heldParts(run: Run): HeldPart[] {
  const chars = run.text.match(CELL) ?? [];
  if (chars.length !== run.cells) return [{ text: run.text, cells: run.cells, box: false }];
  const parts: HeldPart[] = [];
  for (const char of chars) {
    const last = parts.at(-1);
    if (!isPlain(char)) parts.push({ text: char, cells: 1, box: char >= '\u2500' && char <= '\u259f' });
    else if (last?.cells === 0) last.text += char;
    else parts.push({ text: char, cells: 0, box: false });
  }
  return parts;
}

/** A character and the marks upon it: a cell, but where a wide one is joined of several, which is a run alone. */
const CELL = /\P{M}[\p{M}\p{Cf}]*|\p{M}+/gsu;

function isPlain(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function runClass(run: Run): string {
  const names = [];
  if (run.bold) names.push('b');
  if (run.italic) names.push('i');
  if (run.underline) names.push('u');
  if (run.strikethrough) names.push('s');
  return names.join(' ');
}
