// What an odd span looks like on the timeline: one form for each oddity of model/timeline/span-oddities. The
// legend of the help sheet draws with these very functions.
import { barForm } from '../../model/timeline/span-oddities.ts';

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface FormInk {
  /** The bar's colour. */
  readonly fill: string;
  /** What lies behind it. */
  readonly ground: string;
  /** For signs beside the bar. */
  readonly sign: string;
}

const RADIUS_PX = 3;
/** Room that an unknown end takes. */
export const OPEN_END_PX = 13;

/** A bar as every span is drawn whose times are plain. */
export function paintBar(context: CanvasRenderingContext2D, { x, y, width, height }: Box): void {
  if (width < 5) {
    context.fillRect(x, y, width, height);
    return;
  }
  context.beginPath();
  context.roundRect(x, y, width, height, RADIUS_PX);
  context.fill();
}

/** A bar in its odd form. */
export function paintForm(context: CanvasRenderingContext2D, form: number, box: Box, ink: FormInk): void {
  context.fillStyle = ink.fill;
  if (form & barForm.suspect) paintHatched(context, box, ink);
  else if (form & barForm.backwards) paintBackwards(context, box);
  else if (form & barForm.instant) paintInstant(context, box);
  else if (form & (barForm.unfinished | barForm.startless)) paintOpen(context, form, box);
  else paintBar(context, box);
  context.fillStyle = ink.sign;
  const middle = box.y + box.height / 2;
  if (form & barForm.orphan)
    for (const back of [4, 8, 12]) context.fillRect(box.x - back, Math.round(middle) - 1, 2, 2);
  if (!(form & barForm.cycle)) return;
  context.strokeStyle = ink.sign;
  context.lineWidth = 1.5;
  context.beginPath();
  context.arc(box.x - 6, middle, 3.25, 0.9, 2 * Math.PI);
  context.stroke();
}

/** An I-beam: a moment, not a short stretch. */
function paintInstant(context: CanvasRenderingContext2D, { x, y, height }: Box): void {
  context.fillRect(x, y, 2, height);
  context.fillRect(x - 2, y, 6, 1.5);
  context.fillRect(x - 2, y + height - 1.5, 6, 1.5);
}

function paintBackwards(context: CanvasRenderingContext2D, { x, y, height }: Box): void {
  const middle = y + height / 2;
  context.fillRect(x, y, 2, height);
  context.beginPath();
  context.moveTo(x, middle - 4);
  context.lineTo(x - 6, middle);
  context.lineTo(x, middle + 4);
  context.closePath();
  context.fill();
}

/** Ends that nobody knows come apart into slabs. */
function paintOpen(context: CanvasRenderingContext2D, form: number, box: Box): void {
  const { y, height } = box;
  const end = Math.min(OPEN_END_PX, box.width / 2);
  const left = form & barForm.startless ? end : 0;
  const right = form & barForm.unfinished ? end : 0;
  paintBar(context, { x: box.x + left, y, width: Math.max(1, box.width - left - right), height });
  const slabs = (fromX: number, direction: 1 | -1) => {
    for (let slab = 0, at = 2; slab < 3 && at + 2 <= end; slab++, at += 4)
      context.fillRect(direction === 1 ? fromX + at : fromX - at - 2, y + slab, 2, height - 2 * slab);
  };
  if (right > 0) slabs(box.x + box.width - right, 1);
  if (left > 0) slabs(box.x + left, -1);
}

function paintHatched(context: CanvasRenderingContext2D, box: Box, ink: FormInk): void {
  const { width } = box;
  context.save();
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, width - 1, box.height - 1, RADIUS_PX);
  context.fillStyle = ink.ground;
  context.fill();
  context.strokeStyle = ink.fill;
  context.lineWidth = 1;
  context.stroke();
  context.clip();
  context.beginPath();
  for (let at = -box.height; at < width; at += 4) {
    context.moveTo(box.x + at, box.y + box.height);
    context.lineTo(box.x + at + box.height, box.y);
  }
  context.stroke();
  context.restore();
}
