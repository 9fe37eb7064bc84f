// Colours of a terminal as CSS text: the sixteen of our dark surface, xterm's cube and greys, or what the
// program asked for. The surface is dark in both themes, so that a recording looks the same everywhere;
// text that its program drew too faint is lifted until it can be read, as today's terminals do.
import type { CSSProperties } from 'preact';
import type { Colour, Run } from '../../model/terminal/film.ts';

type Rgb = readonly [red: number, green: number, blue: number];

const BACKGROUND: Rgb = [0x12, 0x15, 0x1b];
const FOREGROUND: Rgb = [0xd7, 0xda, 0xe0];
// biome-ignore format: eight a line, as the sixteen colours are known
const NAMED: readonly number[] = [
  0x2a2f38, 0xf07b6b, 0x7fd49b, 0xe5bd78, 0x78a9f5, 0xc79bf0, 0x6cc7cf, 0xcdd2da,
  0x7d8594, 0xff9a8a, 0x9be8b4, 0xf5d597, 0x9cc2ff, 0xdcb8ff, 0x8fe0e6, 0xf4f6f9,
];
const CUBE_STEPS = [0, 95, 135, 175, 215, 255];
/** AA for small text. */
const MIN_CONTRAST = 4.5;
const DIM_SHARE = 0.6;

const known = new Map<string, CSSProperties>();
const MAX_KNOWN = 4096;

/** Text and ground of a run as CSS colours; absent where they are the surface's own. */
export function runColours(run: Run): CSSProperties {
  const key = `${codeOf(run.fg)},${codeOf(run.bg)},${run.inverse ? 1 : 0}${run.dim ? 1 : 0}`;
  let colours = known.get(key);
  if (!colours) {
    colours = resolve(run);
    if (known.size >= MAX_KNOWN) known.clear(); // A true-colour gradient is not worth keeping.
    known.set(key, colours);
  }
  return colours;
}

function resolve(run: Run): CSSProperties {
  let fg = rgbOf(run.fg) ?? FOREGROUND;
  let bg = rgbOf(run.bg) ?? BACKGROUND;
  if (run.inverse) [fg, bg] = [bg, fg];
  if (run.dim) fg = mix(fg, bg, DIM_SHARE);
  const text = legible(fg, bg);
  return {
    ...(text !== FOREGROUND && { color: css(text) }),
    ...(bg !== BACKGROUND && { background: css(bg) }),
  };
}

function codeOf(colour: Colour): string {
  return colour.kind === 'default' ? '' : `${colour.kind}${colour.value}`;
}

function rgbOf(colour: Colour): Rgb | null {
  if (colour.kind === 'default') return null;
  if (colour.kind === 'rgb') return split(colour.value);
  const index = colour.value;
  if (index < 16) return split(NAMED[index] ?? 0);
  if (index > 255) return null;
  if (index >= 232) {
    const grey = 8 + (index - 232) * 10;
    return [grey, grey, grey];
  }
  const step = (n: number) => CUBE_STEPS[n % 6] ?? 0;
  return [step(Math.floor((index - 16) / 36)), step(Math.floor((index - 16) / 6)), step(index - 16)];
}

/** The colour, moved towards white or black in tenths until it stands out from its ground. */
function legible(fg: Rgb, bg: Rgb): Rgb {
  if (contrast(fg, bg) >= MIN_CONTRAST) return fg;
  const end: Rgb = luminance(bg) > 0.18 ? [0, 0, 0] : [255, 255, 255];
  for (let share = 0.9; share > 0; share -= 0.1) {
    const lifted = mix(fg, end, share);
    if (contrast(lifted, bg) >= MIN_CONTRAST) return lifted;
  }
  return end;
}

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(a: Rgb, b: Rgb): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

function luminance([red, green, blue]: Rgb): number {
  const linear = (value: number) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}

function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = (index: 0 | 1 | 2) => Math.round(a[index] * share + b[index] * (1 - share));
  return [at(0), at(1), at(2)];
}

function split(value: number): Rgb {
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

function css([red, green, blue]: Rgb): string {
  return `rgb(${red} ${green} ${blue})`;
}
