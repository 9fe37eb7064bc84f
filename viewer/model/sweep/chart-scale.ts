// Scales of charts: from a value to a place, and where marks with numbers stand on them. Pure.

export interface ChartScale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Equal steps of 1, 2 or 5 powers of ten, some five of them. */
export function linearScale(low: number, high: number, from: number, to: number): ChartScale {
  // Of one value no step is so small that adding it changes nothing.
  const reach = Math.max(1e-9, Math.abs(high) * 1e-9, high - low);
  const rough = reach / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const ticks: number[] = [];
  for (let at = Math.ceil(low / step - 1e-9); at * step <= high + step * 1e-9; at++)
    ticks.push(Number((at * step).toPrecision(12)));
  return { at: (value) => from + ((value - low) / reach) * (to - from), ticks };
}

/** By powers: 1 and 3 times each, each alone where there are many, equal steps between two. @param low above 0 */
export function logScale(low: number, high: number, from: number, to: number): ChartScale {
  const reach = Math.max(1e-9, Math.log(high / low));
  const factors = Math.log10(high / low) > 3 ? [1] : [1, 3];
  const ticks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power++)
    for (const factor of factors) {
      const tick = factor * 10 ** power;
      if (tick >= low && tick <= high) ticks.push(Number(tick.toPrecision(12)));
    }
  return {
    at: (value) => from + (Math.log(value / low) / reach) * (to - from),
    ticks: ticks.length < 2 ? linearScale(low, high, from, to).ticks : ticks,
  };
}

export interface LabelBox {
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** Of labels in order of worth, those that overlap none placed before: places in the list. */
export function freeLabels(boxes: readonly LabelBox[], height: number): number[] {
  const placed: LabelBox[] = [];
  const kept: number[] = [];
  for (const [at, box] of boxes.entries()) {
    const overlaps = placed.some(
      (other) =>
        Math.abs(other.y - box.y) < height && box.x < other.x + other.width && other.x < box.x + box.width,
    );
    if (overlaps) continue;
    placed.push(box);
    kept.push(at);
  }
  return kept;
}
