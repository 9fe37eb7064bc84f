// A terminal's whole screen as a picture, letters too: for previews and posters, at any size. Does not follow, select
// or find; the terminal itself does.
import type { Screen } from '../../model/terminal/film.ts';
import { ADVANCE_EM } from '../../model/terminal/terminal-view-size.ts';
import { partsOf, TERMINAL_FAMILY } from './known-glyphs.ts';
import { type CellGrid, edge, paintRow } from './paint-cells.ts';
import { runColours } from './terminal-colours.ts';

/** @param context with a CSS pixel as its unit and the middle as its text's baseline, as `prepare` leaves it */
export function paintPicture(
  context: CanvasRenderingContext2D,
  screen: Screen,
  fontPx: number,
  rowPx: number,
): void {
  const transform = context.getTransform();
  const ratio = transform.a;
  const ink = getComputedStyle(document.documentElement).getPropertyValue('--term-ink');
  const cellWidth = fontPx * ADVANCE_EM * ratio;
  const grid: CellGrid = { cols: screen.cols, cellWidth, rowHeight: rowPx * ratio, ink, forced: false };
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.font = `${fontPx * ratio}px ${TERMINAL_FAMILY}`;
  screen.lines.forEach((line, y) => {
    paintRow(context, line, y, grid);
    const middle = (edge(y, grid.rowHeight) + edge(y + 1, grid.rowHeight)) / 2;
    let column = 0;
    for (const run of line) {
      const { color } = runColours(run);
      context.fillStyle = typeof color === 'string' ? color : ink;
      for (const part of partsOf(run))
        if (part.kind === 'plain' || part.kind === 'held')
          context.fillText(part.text, (column + part.column) * cellWidth, middle);
      column += run.cells;
    }
  });
  const { cursor } = screen;
  if (cursor.visible) {
    context.globalAlpha = 0.55;
    context.fillStyle = ink;
    const [x, y] = [edge(cursor.x, cellWidth), edge(cursor.y, grid.rowHeight)];
    context.fillRect(x, y, edge(cursor.x + 1, cellWidth) - x, edge(cursor.y + 1, grid.rowHeight) - y);
    context.globalAlpha = 1;
  }
  context.setTransform(transform);
}
