// What the rules of shared/contradictions need to know of a cell, gathered from what the viewer has of it. Does
// not judge: the rules do, and what became of the cell the collector has judged already.
import type { ContradictionFacts } from '../../../shared/contradictions.ts';
import { sheetAxis } from '../../../shared/score.ts';
import type { CellDetail, SpanJson } from '../../../shared/wire.ts';

/** Kinds that a harness's own words stand on. */
const runKinds: ReadonlySet<string> = new Set(['adapter_run', 'container', 'task_setup']);

/**
 * The facts for `findContradictions`.
 * @param spans in order of start; [] where the trace is not here
 */
export function gatherEvidence(detail: CellDetail, spans: readonly SpanJson[]): ContradictionFacts {
  const { scores, identity, tokens, modelCalls, durationMs } = detail;
  const known = [tokens.input, tokens.output].filter((value) => value !== null);
  return {
    scores,
    end: { exitCode: identity.exitCode, timedOut: identity.timedOut ?? false },
    harnessError: harnessErrorOf(spans) ?? sheetBanner(detail),
    recorded: {
      modelCalls,
      totalTokens: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
      wallMs: durationMs,
    },
  };
}

/** What the harness said of the run's end: the message of the run's own span. */
function harnessErrorOf(spans: readonly SpanJson[]): string | null {
  const failed = spans.findLast((span) => runKinds.has(span.kind) && span.status === 'error');
  return failed?.statusMessage || null;
}

/** A score sheet's, where the cell has no span that could carry it. */
function sheetBanner({ scores }: CellDetail): string | null {
  const banner = scores.find((score) => score.axis === sheetAxis)?.values.banner;
  return typeof banner === 'string' && banner !== '' ? banner : null;
}
