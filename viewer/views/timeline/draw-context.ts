// Draws an actor's context as a stepped area, cached pale below fresh solid, where it was compacted, and the cost so
// far as a line on a scale of its own. Reads numbers and colours, and touches nothing else.
import type { Compaction, ContextSteps, CostSteps } from '../../model/actors/context.ts';
import { shortCount } from '../../model/display/short-numbers.ts';
import { pxAt, type TimeScale } from '../../model/timeline/time-scale.ts';
import { lastAtOrBefore } from '../../model/trace/sorted.ts';
import { colour, FONT, type Palette } from '../parts/canvas.ts';

interface ContextDrawing {
  readonly scale: TimeScale;
  readonly steps: ContextSteps;
  readonly cost: CostSteps;
  readonly compactions: readonly Compaction[];
  readonly heightPx: number;
}

const TOP_PX = 5;
const COST_PX = 1.5;
const HALO_PX = 3.4;
const LABEL_ROOM_PX = 110;

export function drawContext(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { scale, steps, cost, compactions, heightPx }: ContextDrawing,
): void {
  const full = heightPx - TOP_PX;
  const high = (tokens: number) => (steps.mostTokens > 0 ? (tokens / steps.mostTokens) * full : 0);
  const from = Math.max(0, lastAtOrBefore(steps.startNs, scale.fromNs));
  for (let at = from; at < steps.startNs.length && (steps.startNs[at] ?? 0) <= scale.toNs; at++) {
    const x = Math.max(0, pxAt(scale, steps.startNs[at] ?? 0));
    const end = Math.min(scale.widthPx, pxAt(scale, steps.startNs[at + 1] ?? scale.lengthNs));
    const [all, cached] = [high(steps.inputTokens[at] ?? 0), high(steps.cachedTokens[at] ?? 0)];
    context.fillStyle = colour(colours, 'call-pale');
    context.fillRect(x, heightPx - cached, end - x, cached);
    context.fillStyle = colour(colours, 'call');
    context.fillRect(x, heightPx - all, end - x, all - cached);
  }
  drawCost(context, colours, cost, scale, full, heightPx);
  for (const compaction of compactions) drawFall(context, colours, compaction, scale);
}

/** Of its own scale, from nothing to all that the run cost. */
function drawCost(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { endNs, totalUsd }: CostSteps,
  scale: TimeScale,
  full: number,
  heightPx: number,
): void {
  const total = totalUsd.at(-1) ?? 0;
  if (total <= 0) return;
  const y = (at: number) => heightPx - 2 - ((totalUsd[at] ?? 0) / total) * (full - 2);
  context.beginPath();
  const first = lastAtOrBefore(endNs, scale.fromNs);
  context.moveTo(0, first < 0 ? heightPx - 2 : y(first));
  for (let at = Math.max(0, first); at < endNs.length; at++) {
    const x = pxAt(scale, endNs[at] ?? 0);
    context.lineTo(x, y(at));
    if (x > scale.widthPx) break;
  }
  const last = pxAt(scale, endNs.at(-1) ?? 0);
  if (last < scale.widthPx) context.lineTo(scale.widthPx, y(endNs.length - 1));
  context.lineJoin = 'round';
  for (const [token, width] of [
    ['surface', HALO_PX],
    ['cost', COST_PX],
  ] as const) {
    context.strokeStyle = colour(colours, token);
    context.lineWidth = width;
    context.stroke();
  }
}

/** "182k to 24.0k", beside the fall. */
function drawFall(
  context: CanvasRenderingContext2D,
  colours: Palette,
  { turn, beforeTokens, afterTokens }: Compaction,
  scale: TimeScale,
): void {
  const x = pxAt(scale, turn.startNs);
  if (x < 0 || x > scale.widthPx - LABEL_ROOM_PX) return;
  context.font = FONT;
  const text = `${shortCount(beforeTokens)} to ${shortCount(afterTokens)}`;
  const width = context.measureText(text).width + 10;
  context.fillStyle = colour(colours, 'surface');
  context.fillRect(x + 4, 3, width, 16);
  context.strokeStyle = colour(colours, 'line-strong');
  context.lineWidth = 1;
  context.strokeRect(x + 4.5, 3.5, width - 1, 15);
  context.fillStyle = colour(colours, 'ink-2');
  context.fillText(text, x + 9, 11.5);
}
