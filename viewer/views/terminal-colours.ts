// Colours of a terminal as CSS text: the sixteen of our dark surface, xterm's cube and greys. The
// surface is dark in both themes, so that a recording looks the same everywhere.
import type { Colour, Run } from '../model/film.ts';

const BACKGROUND = '#12151b';
const FOREGROUND = '#d7dae0';
// Each reads at 4.5:1 or better on the background, but for black, which programs use as a ground.
const NAMED = [
  '#2a2f38', '#f07b6b', '#7fd49b', '#e5bd78', '#78a9f5', '#c79bf0', '#6cc7cf', '#cdd2da',
  '#7d8594', '#ff9a8a', '#9be8b4', '#f5d597', '#9cc2ff', '#dcb8ff', '#8fe0e6', '#f4f6f9',
]; // biome-ignore format: a table of eight a line reads as the sixteen colours do
const STEPS = [0, 95, 135, 175, 215, 255];

/** Text and ground of a run as CSS colours; undefined where they are the surface's own. */
export function runColours(run: Run): { color?: string; background?: string } {
  let fg = cssColour(run.fg);
  let bg = cssColour(run.bg);
  if (run.inverse) [fg, bg] = [bg ?? BACKGROUND, fg ?? FOREGROUND];
  return { ...(fg && { color: fg }), ...(bg && { background: bg }) };
}

function cssColour(colour: Colour): string | undefined {
  if (colour.kind === 'default') return undefined;
  if (colour.kind === 'rgb') return `#${colour.value.toString(16).padStart(6, '0')}`;
  return paletteColour(colour.value);
}

function paletteColour(index: number): string | undefined {
  if (index < 16) return NAMED[index];
  if (index > 255) return undefined;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return `rgb(${grey} ${grey} ${grey})`;
  }
  const cube = index - 16;
  const step = (n: number) => STEPS[n % 6] ?? 0;
  return `rgb(${step(Math.floor(cube / 36))} ${step(Math.floor(cube / 6))} ${step(cube)})`;
}
