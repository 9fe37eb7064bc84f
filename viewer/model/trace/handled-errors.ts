// Errors that an agent's own plumbing met and lived with: a cache that is not there yet, a file that may be
// absent. Told from failures by a stated rule, so that a reader meets them folded; nothing is dropped.
import type { SpanJson } from '../../../shared/wire.ts';
import { noiseRules } from './noise-rules.ts';
import { rowKeyOf } from './trace-tree.ts';

/**
 * Row keys of failed spans that are plumbing by name and by kind, and whose failure ended there: whatever
 * called them, or called what called them, did not fail. A failed root is nobody's to handle.
 */
export function handledErrors(spans: readonly SpanJson[]): ReadonlySet<string> {
  const failed = new Map<string, SpanJson>();
  const known = new Set<string>();
  for (const span of spans) {
    known.add(rowKeyOf(span));
    if (span.status === 'error') failed.set(rowKeyOf(span), span);
  }
  const handled = new Set<string>();
  for (const [key, span] of failed) {
    const way: string[] = [];
    let at: string | null = key;
    let step: SpanJson | undefined = span;
    // A way longer than all that failed is a circle.
    while (step && isPlumbing(step) && at !== null && way.length <= failed.size) {
      way.push(at);
      at = step.parentSpanId === null ? null : step.traceId + step.parentSpanId;
      step = at === null ? undefined : failed.get(at);
    }
    if (!step && at !== null && known.has(at)) for (const one of way) handled.add(one);
  }
  return handled;
}

/** Kinds that say what the agent did are never plumbing, whatever their name. */
function isPlumbing({ kind, name }: SpanJson): boolean {
  return (kind === 'other' || kind === 'agent_step') && noiseRules.some(({ pattern }) => pattern.test(name));
}
