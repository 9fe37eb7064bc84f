// Makes the film builder's emulator of a @xterm/headless terminal that is handed in. Nothing is
// imported from xterm and nothing leaves it but cells and the cursor: replies (onData), titles, bells
// and clipboard requests are never listened to.

import { colourKind, runFlag } from './film.ts';
import type { Emulator } from './film-builder.ts';
import type { RowCells } from './film-lines.ts';
import { prepareTerminal } from './xterm-mends.ts';
import { inputHandlerOf, type Parameters, type XtermCell, type XtermTerminal } from './xterm-terminal.ts';

/** What a film needs of xterm's options; the sizes come with the recording. */
export const xtermOptions = { allowProposedApi: true, scrollback: 200, logLevel: 'off' } as const;

/** A dirty range of rows, as xterm tells its renderer; undefined for all. */
type RefreshEvent = (
  listener: (rows: { readonly start: number; readonly end: number } | undefined) => void,
) => unknown;

export function xtermEmulator(terminal: XtermTerminal): Emulator {
  prepareTerminal(terminal);
  let from = 0;
  let to = Number.POSITIVE_INFINITY;
  const markAll = () => {
    from = 0;
    to = Number.POSITIVE_INFINITY;
  };
  const listen = refreshEvent(terminal);
  listen?.((rows) => {
    if (!rows) return markAll();
    from = Math.min(from, rows.start);
    to = Math.max(to, rows.end);
  });
  const cursor = watchCursor(terminal, markAll);
  const cell = terminal.buffer.active.getNullCell();
  return {
    write: (text) => writeAtOnce(terminal, text),
    resize(cols, rows) {
      if (cols !== terminal.cols || rows !== terminal.rows) terminal.resize(cols, rows);
      markAll();
    },
    get cols() {
      return terminal.cols;
    },
    get rows() {
      return terminal.rows;
    },
    get cursorX() {
      return terminal.buffer.active.cursorX;
    },
    get cursorY() {
      return terminal.buffer.active.cursorY;
    },
    get cursorVisible() {
      return cursor.visible;
    },
    get alternate() {
      return terminal.buffer.active.type === 'alternate';
    },
    takeChangedRows() {
      if (!listen) return [0, terminal.rows - 1];
      if (from > to) return null;
      const changed = [from, Math.min(to, terminal.rows - 1)] as const;
      from = Number.POSITIVE_INFINITY;
      to = -1;
      return changed;
    },
    readRow: (y, into) => readRow(terminal, y, into, cell),
  };
}

/**
 * xterm applies at once what follows a user's typing. All else it applies in a timer, where nobody catches
 * what is thrown, and waits for ever afterwards.
 * @throws what xterm throws
 */
function writeAtOnce(terminal: XtermTerminal, text: string): void {
  let isApplied = false;
  terminal.input('');
  terminal.write(text, () => {
    isApplied = true;
  });
  if (!isApplied) throw new Error('xterm did not apply what was written to it');
}

/** Without it every row is read after every event, which is right too, only some ten times slower. */
function refreshEvent(terminal: XtermTerminal): RefreshEvent | null {
  const event = inputHandlerOf(terminal)?.onRequestRefreshRows;
  return typeof event === 'function' ? (event as RefreshEvent) : null;
}

/** DECTCEM (25), and what resets it: DECSTR and RIS. RIS also clears the screen without telling the renderer's event. */
function watchCursor(terminal: XtermTerminal, onReset: () => void): { readonly visible: boolean } {
  const cursor = { visible: true };
  const { parser } = terminal;
  // A handler that answers false leaves the sequence to xterm's own.
  const setTo = (visible: boolean) => (params: Parameters) => {
    if (params.includes(25)) cursor.visible = visible;
    return false;
  };
  parser.registerCsiHandler({ prefix: '?', final: 'h' }, setTo(true));
  parser.registerCsiHandler({ prefix: '?', final: 'l' }, setTo(false));
  parser.registerCsiHandler({ intermediates: '!', final: 'p' }, () => {
    cursor.visible = true;
    return false;
  });
  parser.registerEscHandler({ final: 'c' }, () => {
    cursor.visible = true;
    onReset();
    return false;
  });
  return cursor;
}

function readRow(terminal: XtermTerminal, y: number, into: RowCells, scratch: XtermCell): void {
  const buffer = terminal.buffer.active;
  const line = buffer.getLine(buffer.baseY + y);
  into.cols = terminal.cols;
  for (let x = 0; x < into.cols; x++) readCell(line?.getCell(x, scratch), x, into);
  mendHalves(into);
}

function readCell(cell: XtermCell | undefined, x: number, into: RowCells): void {
  into.width[x] = cell ? cell.getWidth() : 1;
  // Halves of characters in neighbouring cells would become one where their texts are joined.
  into.chars[x] = !cell || cell.isInvisible() ? '' : cell.getChars().toWellFormed();
  if (!cell || cell.isAttributeDefault()) {
    into.fg[x] = into.bg[x] = into.flags[x] = 0;
    return;
  }
  into.fg[x] = packed(cell.isFgRGB(), cell.isFgPalette(), cell.getFgColor());
  into.bg[x] = packed(cell.isBgRGB(), cell.isBgPalette(), cell.getBgColor());
  into.flags[x] = flagsOf(cell);
}

/**
 * Half a wide character becomes a blank, so that every row fills its columns: a resize or an insertion
 * cuts one in two, and a joiner in the first column is a cell of no width (xterm 6.0).
 */
function mendHalves(cells: RowCells): void {
  for (let x = 0; x < cells.cols; x++) {
    const isWide = cells.width[x] === 2;
    if (isWide && x + 1 < cells.cols && cells.width[x + 1] === 0) x++;
    else if (cells.width[x] !== 1) {
      cells.width[x] = 1;
      cells.chars[x] = '';
    }
  }
}

function packed(isRgb: boolean, isPalette: boolean, value: number): number {
  if (isRgb) return (colourKind.rgb << 24) | value;
  return isPalette ? (colourKind.palette << 24) | value : 0;
}

function flagsOf(cell: XtermCell): number {
  return (
    (cell.isBold() ? runFlag.bold : 0) |
    (cell.isDim() ? runFlag.dim : 0) |
    (cell.isItalic() ? runFlag.italic : 0) |
    (cell.isUnderline() ? runFlag.underline : 0) |
    (cell.isInverse() ? runFlag.inverse : 0) |
    (cell.isStrikethrough() ? runFlag.strikethrough : 0)
  );
}
