// What all drawings of the dock share: the colours in force, canvases crisp at any pixel ratio, and text cut
// to its room. Does not draw by itself, nor touch the page besides asking it for its colours.
import { computed } from '@preact/signals';
import { themeEpoch } from '../../state/page/settings.ts';

/** Colours by the names of tokens.css, without the dashes. */
export type Palette = ReadonlyMap<string, string>;

const FAMILY = '"Inter Variable", "Inter Fallback", system-ui, sans-serif';
export const FONT = `500 11px ${FAMILY}`;
export const SMALL_FONT = `500 10px ${FAMILY}`;

const TOKENS = [
  'surface',
  'ink',
  'ink-2',
  'ink-3',
  'line',
  'line-2',
  'line-strong',
  'now',
  'call',
  'call-pale',
  'call-on-pale',
  'tool',
  'tool-on',
  'phase',
  'phase-pale',
  'phase-on',
  'verify',
  'file',
  'error',
  'warn-ink',
  'error-ink',
  'activity',
  'cost',
  'chapter',
  'chapter-now',
  'actor-main',
  ...Array.from({ length: 8 }, (_, index) => `actor-${index + 1}`),
];

/** Read once for each theme: reading lays the page's styles out. */
const palette = computed<Palette>(() => {
  void themeEpoch.value;
  // A token as text is still `light-dark(a, b)`; as an element's colour it is the one in force.
  const probe = document.createElement('i');
  probe.hidden = true;
  document.documentElement.append(probe);
  const style = getComputedStyle(probe);
  const colours = TOKENS.map((name): [string, string] => {
    probe.style.color = `var(--${name})`;
    return [name, style.color];
  });
  probe.remove();
  return new Map(colours);
});

/** The colours in force. */
export function readPalette(): Palette {
  return palette.value;
}

/** Sizes a canvas for its box and the screen's pixel ratio. @returns its context, cleared */
export function prepare(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | null {
  const ratio = devicePixelRatio || 1;
  const [pixelWidth, pixelHeight] = [
    Math.max(1, Math.round(width * ratio)),
    Math.max(1, Math.round(height * ratio)),
  ];
  if (canvas.width !== pixelWidth) canvas.width = pixelWidth;
  if (canvas.height !== pixelHeight) canvas.height = pixelHeight;
  const context = canvas.getContext('2d');
  if (!context) return null;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = FONT;
  context.textBaseline = 'middle';
  return context;
}

export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (context.measureText(text).width <= room) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (context.measureText(`${text.slice(0, middle)}…`).width <= room) low = middle;
    else high = middle - 1;
  }
  return low > 1 ? `${text.slice(0, low)}…` : '';
}

/** The name of an actor's colour: the main agent's, and eight in order of appearance. */
export function actorToken(actor: number): string {
  return actor === 0 ? 'actor-main' : `actor-${((actor - 1) % 8) + 1}`;
}

export function colour(colours: Palette, name: string): string {
  return colours.get(name) ?? '';
}
