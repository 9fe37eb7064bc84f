// Which characters some font here has, asked of the browser by drawing them: what looks like a character that cannot
// exist, or like nothing, has none. Asked once a character, after the fonts that may have it were fetched; until then
// a character is taken to have one. Does not draw on the page.
import { signal } from '@preact/signals';
import type { Run } from '../../model/terminal/film.ts';
import { howDrawn } from '../../model/terminal/glyphs/glyphs.ts';
import { type Judge, type RunPart, runParts } from '../../model/terminal/run-parts.ts';

export const TERMINAL_FAMILY =
  '"JetBrains Mono Variable", "JetBrains Mono Fallback", ui-monospace, monospace';

/** Raised when a character turned out to have no font. */
export const glyphEpoch = signal(0);

/** How a character comes to the screen, as far as it is known now. */
const judgeGlyph: Judge = (cluster) => {
  const drawn = howDrawn(cluster);
  if (drawn === 'always') return 'drawn';
  if (hasFont(cluster)) return 'font';
  return drawn === 'without-font' ? 'drawn' : 'missing';
};

/** A run's parts as far as fonts are known now; lines are interned, and so are their runs. */
export function partsOf(run: Run): readonly RunPart[] {
  if (keptEpoch !== glyphEpoch.peek()) {
    keptEpoch = glyphEpoch.peek();
    kept = new WeakMap();
  }
  let parts = kept.get(run);
  if (!parts) {
    parts = runParts(run, judgeGlyph);
    kept.set(run, parts);
  }
  return parts;
}

let kept = new WeakMap<Run, readonly RunPart[]>();
let keptEpoch = 0;

/** A page of attacks must not ask for ever; what comes after so many is taken to have a font. */
const MAX_ASKED = 5000;
const known = new Map<string, boolean>();
let waiting = new Set<string>();

/** Of a cluster every character needs a font, but for those that are seen only in others. */
const UNSEEN = /[\p{M}\p{Cf}\p{Cc}\p{Z}\p{Default_Ignorable_Code_Point}]/gu;

function hasFont(cluster: string): boolean {
  let all = true;
  for (const char of cluster.replace(UNSEEN, '')) {
    const has = known.get(char);
    if (has === undefined) ask(char);
    else all &&= has;
  }
  return all;
}

function ask(char: string): void {
  if (known.size + waiting.size >= MAX_ASKED) return;
  if (waiting.size === 0) queueMicrotask(answer);
  waiting.add(char);
}

async function answer(): Promise<void> {
  const chars = [...waiting];
  waiting = new Set();
  // Taken to have one while its font is on the way, and asked once.
  for (const char of chars) known.set(char, true);
  await document.fonts.load(`${SIZE_PX}px ${TERMINAL_FAMILY}`, chars.join('')).catch(() => undefined);
  const draw = pictures();
  if (!draw) return;
  const nobodys = IMPOSSIBLE.map(draw);
  let lacking = 0;
  for (const char of chars) {
    const picture = draw(char);
    if (picture !== '' && !nobodys.includes(picture)) continue;
    known.set(char, false);
    lacking++;
  }
  if (lacking > 0) glyphEpoch.value++;
}

const SIZE_PX = 16;
const SIDE_PX = 32;
/** Never assigned in any version of Unicode: a font that has them has them as it has everything it lacks. */
const IMPOSSIBLE = ['\u{10fffe}', '\u0378', '\u{e0fff}'];

/** @returns what a character looks like, as text that is equal for equal pictures; "" for no ink */
function pictures(): ((char: string) => string) | null {
  const canvas = new OffscreenCanvas(SIDE_PX, SIDE_PX);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (!context) return null;
  context.font = `${SIZE_PX}px ${TERMINAL_FAMILY}`;
  context.textBaseline = 'middle';
  return (char) => {
    context.clearRect(0, 0, SIDE_PX, SIDE_PX);
    context.fillText(char, 4, SIDE_PX / 2);
    const { data } = context.getImageData(0, 0, SIDE_PX, SIDE_PX);
    let picture = '';
    for (let at = 3; at < data.length; at += 4) {
      const alpha = data[at] ?? 0;
      if (alpha > 0) picture += `${at}:${alpha},`;
    }
    return picture;
  };
}
