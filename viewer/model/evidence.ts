// What the rules of shared/outcome and shared/contradictions need to know of a cell, gathered from what the
// viewer has of it. It refuses to judge: the rules do.
import type { ContradictionFacts } from '../../shared/contradictions.ts';
import { spanKey } from '../../shared/conventions.ts';
import type { EvidenceSpan, OutcomeFacts } from '../../shared/outcome.ts';
import { sheetAxis } from '../../shared/score.ts';
import type { CellDetail, FileChangeJson, SpanJson } from '../../shared/wire.ts';
import { numberAttribute, textAttribute } from './attributes.ts';
import { toolResultOf } from './tool-text.ts';
import { rowKeyOf } from './trace-tree.ts';

/** Kinds that a harness's own words stand on. */
const runKinds: ReadonlySet<string> = new Set(['adapter_run', 'container', 'task_setup']);

/**
 * The facts for `judgeOutcome` and, being a superset of them, for `findContradictions`.
 * @param spans in order of start; [] where the trace is not here
 * @param changes null while they are not here
 */
export function gatherEvidence(
  detail: CellDetail,
  spans: readonly SpanJson[],
  changes: readonly FileChangeJson[] | null,
): OutcomeFacts & ContradictionFacts {
  const { scores, identity, tokens, modelCalls, durationMs, outcome } = detail;
  const known = [tokens.input, tokens.output].filter((value) => value !== null);
  // A cell without any recorded change may be one that no one watched for changes.
  const watched = changes !== null && changes.length > 0;
  return {
    scores,
    end: { exitCode: identity.exitCode, timedOut: identity.timedOut ?? false },
    spans: spans.map(evidenceOf),
    changes: watched ? changes.length : null,
    banner: bannerOf(spans) ?? sheetBanner(detail),
    life: outcome === 'running' || outcome === 'interrupted' ? outcome : 'ended',
    recorded: {
      modelCalls,
      totalTokens: known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0),
      wallMs: durationMs,
    },
  };
}

function evidenceOf(span: SpanJson): EvidenceSpan {
  const { attributes } = span;
  const isVerify = span.kind === 'verify';
  return {
    key: rowKeyOf(span),
    kind: span.kind,
    name: span.name,
    status: span.status,
    statusMessage: span.statusMessage,
    errorType: textAttribute(attributes, spanKey.errorType),
    httpStatus: numberAttribute(attributes, spanKey.httpStatus),
    exitCode: numberAttribute(attributes, spanKey.exitCode),
    output: isVerify ? (textAttribute(attributes, spanKey.verifyOutput) ?? toolResultOf(span)) : null,
  };
}

/** What the harness said of the run's end: the message of the run's own span. */
function bannerOf(spans: readonly SpanJson[]): string | null {
  const failed = spans.findLast((span) => runKinds.has(span.kind) && span.status === 'error');
  return failed?.statusMessage || null;
}

/** A score sheet's, where the cell has no span that could carry it. */
function sheetBanner({ scores }: CellDetail): string | null {
  const banner = scores.find((score) => score.axis === sheetAxis)?.values.banner;
  return typeof banner === 'string' && banner !== '' ? banner : null;
}
