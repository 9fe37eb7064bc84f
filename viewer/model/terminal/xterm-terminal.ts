// What is used of @xterm/headless's Terminal (6.0): its public typings, and a few parts that they leave out. Types
// and one look-up, so that nothing is imported from xterm where a terminal is handed in.
import type { WidthProvider } from './widths.ts';

export interface XtermCell {
  getWidth(): number;
  getChars(): string;
  getFgColor(): number;
  getBgColor(): number;
  isFgRGB(): boolean;
  isFgPalette(): boolean;
  isBgRGB(): boolean;
  isBgPalette(): boolean;
  isBold(): number;
  isDim(): number;
  isItalic(): number;
  isUnderline(): number;
  isInverse(): number;
  isInvisible(): number;
  isStrikethrough(): number;
  isAttributeDefault(): boolean;
}

interface XtermBuffer {
  readonly type: 'normal' | 'alternate';
  readonly cursorX: number;
  readonly cursorY: number;
  readonly baseY: number;
  getLine(y: number): { getCell(x: number, cell?: XtermCell): XtermCell | undefined } | undefined;
  getNullCell(): XtermCell;
}

export type Parameters = readonly (number | readonly number[])[];

/** What is used of @xterm/headless's Terminal (6.0, with `allowProposedApi`). */
export interface XtermTerminal {
  readonly cols: number;
  readonly rows: number;
  readonly buffer: { readonly active: XtermBuffer };
  readonly unicode: { register(provider: WidthProvider): void; activeVersion: string };
  readonly parser: {
    registerCsiHandler(
      id: { prefix?: string; intermediates?: string; final: string },
      callback: (params: Parameters) => boolean,
    ): unknown;
    registerEscHandler(id: { final: string }, callback: () => boolean): unknown;
  };
  /** What a user types. */
  input(text: string): void;
  write(text: string, applied: () => void): void;
  resize(columns: number, rows: number): void;
}

/** Parts of xterm's that its public typings (6.0) leave out. */
interface InputHandler {
  /** By which it tells its renderer which rows to draw. */
  readonly onRequestRefreshRows?: unknown;
  readonly _activeBuffer: {
    x: number;
    readonly y: number;
    readonly ybase: number;
    readonly lines: { get(y: number): { isWrapped: boolean } | undefined };
  };
  eraseInDisplay(params: InnerParameters, respectProtect: boolean): boolean;
  eraseInLine(params: InnerParameters, respectProtect: boolean): boolean;
  scrollUp(params: InnerParameters): boolean;
  scrollDown(params: InnerParameters): boolean;
  insertLines(params: InnerParameters): boolean;
  deleteLines(params: InnerParameters): boolean;
}

interface InnerParameters {
  readonly params: readonly number[];
}

export function inputHandlerOf(terminal: XtermTerminal): InputHandler | undefined {
  return (terminal as { _core?: { _inputHandler?: InputHandler } })._core?._inputHandler;
}
