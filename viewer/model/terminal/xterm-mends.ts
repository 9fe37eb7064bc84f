// What of xterm 6.0 is put right before an agent's bytes come to it: how wide characters are, and sequences on which
// it fails or takes for ever. Does not change what a screen shows otherwise.
import { WIDTHS_VERSION, widthProvider } from './widths.ts';
import { inputHandlerOf, type Parameters, type XtermTerminal } from './xterm-terminal.ts';

/** Has the terminal count columns as those of today do, erase without failing, and scroll no further than it is high. */
export function prepareTerminal(terminal: XtermTerminal): void {
  terminal.unicode.register(widthProvider());
  terminal.unicode.activeVersion = WIDTHS_VERSION;
  mendErasing(terminal);
  limitScrolling(terminal);
}

/**
 * ED 1 at the right edge. xterm 6.0 then looks for the row below the cursor's among the rows scrolled away, and
 * throws where there is none. Here all columns but the last are erased first, which does not look for it.
 */
function mendErasing(terminal: XtermTerminal): void {
  const handler = inputHandlerOf(terminal);
  if (!handler) return;
  const erase = (respectProtect: boolean) => (params: Parameters) => {
    const buffer = handler._activeBuffer;
    const { x } = buffer;
    if (params[0] !== 1 || x + 1 < terminal.cols) return false;
    buffer.x = terminal.cols - 2;
    handler.eraseInDisplay({ params: [1] }, respectProtect);
    buffer.x = terminal.cols - 1;
    handler.eraseInLine({ params: [0] }, respectProtect);
    buffer.x = x;
    const below = buffer.lines.get(buffer.ybase + buffer.y + 1);
    if (below) below.isWrapped = false;
    return true;
  };
  terminal.parser.registerCsiHandler({ final: 'J' }, erase(false));
  terminal.parser.registerCsiHandler({ prefix: '?', final: 'J' }, erase(true));
}

/** SU, SD, IL, DL: of more rows than there are xterm moves each, one by one: 9,999 take it 0.15 s. */
function limitScrolling(terminal: XtermTerminal): void {
  const handler = inputHandlerOf(terminal);
  if (!handler) return;
  const moves = { S: 'scrollUp', T: 'scrollDown', L: 'insertLines', M: 'deleteLines' } as const;
  for (const [final, move] of Object.entries(moves))
    terminal.parser.registerCsiHandler({ final }, ([count]) => {
      if (typeof count !== 'number' || count <= terminal.rows) return false;
      return handler[move]({ params: [terminal.rows] });
    });
}
