// Weights of the composite that a reader tries: one changed while the others keep their proportions, and all
// five as the text that an address holds. It knows no formula.
import { type CompositeKey, type CompositeWeights, compositeKeys } from '../../../shared/composite.ts';
import { normalWeights } from './composite-parts.ts';

/** Less than this apart, weights are the same: an address holds four digits. */
const SAME_WITHIN = 5e-5;

/** One weight set, 0..1; the others give or take in proportion, so that the sum stays 1. */
export function withWeight(weights: CompositeWeights, key: CompositeKey, share: number): CompositeWeights {
  const held = Math.min(1, Math.max(0, share));
  const others = compositeKeys.reduce((sum, one) => (one === key ? sum : sum + weights[one]), 0);
  const next = { ...weights, [key]: held };
  for (const one of compositeKeys)
    if (one !== key)
      next[one] = others > 0 ? (weights[one] / others) * (1 - held) : (1 - held) / (compositeKeys.length - 1);
  return next;
}

/** "0.4,0.2,0.15,0.15,0.1", in the order of `compositeKeys`. */
export function weightsText(weights: CompositeWeights): string {
  return compositeKeys.map((key) => String(Math.round(weights[key] * 1e4) / 1e4)).join(',');
}

/** Reads it back, adding up to 1; null for anything else. */
export function readWeights(text: string | null): CompositeWeights | null {
  const numbers = (text ?? '').split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (numbers.length !== compositeKeys.length || !numbers.every((weight) => weight >= 0 && weight <= 1))
    return null;
  const [pass_rate = 0, integrity = 0, cost = 0, latency = 0, blast_radius = 0] = numbers;
  return normalWeights({ pass_rate, integrity, cost, latency, blast_radius });
}

export function sameWeights(a: CompositeWeights, b: CompositeWeights): boolean {
  return compositeKeys.every((key) => Math.abs(a[key] - b[key]) < SAME_WITHIN);
}
