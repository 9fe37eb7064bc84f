// What a terminal looks like on the screen, pixel by pixel, for browser tests: a screenshot cut into cells. Does not
// judge it; and what the page's own canvas holds is not asked.
import type { Page } from 'playwright-core';

export interface TerminalPicture {
  readonly fontPx: number;
  /** Device pixels a cell, whole or not. */
  readonly cellWidth: number;
  readonly rowHeight: number;
  /** 0xRRGGBB of a pixel right of the screen's left edge and below its upper one. */
  at(x: number, y: number): number;
}

/** Takes it as it is shown; rows and columns that are scrolled out of sight are not in it. */
export async function terminalPicture(page: Page): Promise<TerminalPicture> {
  const png = (await page.screenshot()).toString('base64');
  const { width, fontPx, rowPx, ratio, data } = await page.evaluate(readPicture, png);
  const pixels = Buffer.from(data, 'base64');
  return {
    fontPx,
    cellWidth: fontPx * 0.6 * ratio,
    rowHeight: rowPx * ratio,
    at: (x, y) => pixels.readUIntBE((y * width + x) * 4, 3),
  };
}

/** Of the terminal's type, and whether all of its columns are in sight and the page is no wider than its window. */
export function terminalType(
  page: Page,
): Promise<{ fontPx: number; columns: 'all' | 'pans'; page: 'fits' | 'overflows' }> {
  return page.evaluate(() => {
    const screen = document.querySelector('.terminal-screen');
    const box = screen?.parentElement;
    if (!screen || !box) throw new Error('no terminal is shown');
    return {
      fontPx: Number.parseFloat(getComputedStyle(screen).fontSize),
      columns: box.scrollWidth <= box.clientWidth ? 'all' : 'pans',
      page: document.documentElement.scrollWidth <= innerWidth ? 'fits' : 'overflows',
    };
  });
}

/** Runs in the page, which can read a PNG. */
async function readPicture(png: string) {
  const screen = document.querySelector<HTMLElement>('.terminal-screen');
  if (!screen) throw new Error('no terminal is shown');
  const bytes = Uint8Array.from(atob(png), (char) => char.charCodeAt(0));
  const bitmap = await createImageBitmap(new Blob([bytes], { type: 'image/png' }));
  const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d');
  if (!context) throw new Error('no canvas');
  context.drawImage(bitmap, 0, 0);
  const box = screen.getBoundingClientRect();
  const [left, top] = [Math.round(box.left * devicePixelRatio), Math.round(box.top * devicePixelRatio)];
  const width = Math.ceil(box.width * devicePixelRatio);
  const { data } = context.getImageData(left, top, width, Math.ceil(box.height * devicePixelRatio));
  let text = '';
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return {
    width,
    fontPx: Number.parseFloat(getComputedStyle(screen).fontSize),
    rowPx: Number.parseFloat(getComputedStyle(screen).lineHeight),
    ratio: devicePixelRatio,
    data: btoa(text),
  };
}

/** Puts a recording to a cell of its own. @returns the path of its page */
export async function putRecording(
  url: string,
  name: string,
  { cols, rows }: { cols: number; rows: number },
  events: readonly (readonly [seconds: number, output: string])[],
): Promise<string> {
  const lines = [{ version: 2, width: cols, height: rows }, ...events.map(([at, text]) => [at, 'o', text])];
  const answer = await fetch(
    `${url}/api/cells/${encodeURIComponent(`casts/pi/model/family/${name}`)}/terminal`,
    {
      method: 'PUT',
      headers: { 'content-type': 'application/x-asciicast' },
      body: lines.map((line) => JSON.stringify(line)).join('\n'),
    },
  );
  if (!answer.ok) throw new Error(await answer.text());
  return `/cell/pi/model/family/${name}?sweep=casts`;
}
