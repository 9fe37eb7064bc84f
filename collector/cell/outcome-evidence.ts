// Of a cell's spans the few that the rules of its outcome look at, each the latest of its kind by start, so
// that spans may arrive in any order. Part of a cell's state; it decides nothing.
import type { TestFailure } from '../../shared/failures/reader.ts';

/** A span as far as the rules read it. What it does not say is absent: a cell's state is written often. */
export interface EvidenceRecord {
  readonly startNs: bigint;
  /** Absent where it never ended, or where no rule asks. */
  readonly endNs?: bigint;
  /** `<traceId>:<spanId>`. */
  readonly key: string;
  readonly kind: string;
  readonly name: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly message?: string;
  readonly errorType?: string;
  readonly httpStatus?: number;
  readonly exitCode?: number;
  readonly timedOut?: boolean;
  /** The limit that a run was under, in seconds. */
  readonly limit?: number;
  /** The beginning of what a verifier printed. */
  readonly output?: string;
  /** What all of it came to. */
  readonly tally?: { readonly passed: number; readonly failed: number };
  /** Of the tests that failed by name: the first, and how many they are. */
  readonly tests?: { readonly first: TestFailure; readonly count: number };
  /** JSON of the failure that it tells. */
  readonly failure?: string;
}

export const evidenceRoles = [
  /** Whatever it is. */
  'last',
  'modelCall',
  'goodModelCall',
  'verify',
  /** The run itself, or its container. */
  'run',
  /** The run's span that tells its limit. */
  'limited',
  /** A failure of anything but the verifier. */
  'error',
  /** A failure that the agent tells of itself: no tool's, no model call's. */
  'agentError',
  /** A failed run, container or setup: its message is the harness's word. */
  'harnessError',
] as const;
export type EvidenceRole = (typeof evidenceRoles)[number];
export type Evidence = { [role in EvidenceRole]?: EvidenceRecord };

/** By start; of spans that start together the order of their ids decides, whichever came first. */
export function isLater(a: Pick<EvidenceRecord, 'startNs' | 'key'>, b: EvidenceRecord | undefined): boolean {
  if (b === undefined || a.startNs !== b.startNs) return b === undefined || a.startNs > b.startNs;
  return a.key > b.key;
}

/** Takes a span for what it shows, unless a later one did already. Of one span the last copy is taken. */
export function keepLatest(evidence: Evidence, role: EvidenceRole, record: EvidenceRecord): void {
  const known = evidence[role];
  if (known?.key === record.key || isLater(record, known)) evidence[role] = record;
}

/** Takes over what another cell's spans show: it joins this one. */
export function joinEvidence(into: Evidence, from: Evidence): void {
  for (const role of evidenceRoles) {
    const record = from[role];
    if (record) keepLatest(into, role, record);
  }
}
