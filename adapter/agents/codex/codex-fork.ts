// What a session file of Codex begins with where the session was forked from another one: the head of that other one and
// its history, which is that one's and not this session's. Does not read what it passes over, but for what the thread had used by then.
import type { JsonObject } from '../reading/json-value.ts';
import { numberAt, objectAt, textAt } from '../reading/json-value.ts';
import type { TokenCounts } from '../step.ts';
import { readCodexTokens } from './codex-usage.ts';

/** Copies are written within milliseconds of each other; the first answer of a model takes longer. */
const PAUSE_NS = 100_000_000n;

export class CopiedHistory {
  /** The last one that the history names. */
  model: string | null = null;
  /** The thread's sum as the last copy told it, in JSON. */
  lastTotal = '';
  #ownId: string | null = null;
  #forkedNs = 0n;
  /** When the last copy was written; null before the first and behind the last one. */
  #copiedNs: bigint | null = null;
  #before: TokenCounts | null = null;

  /** Whether a line is part of it. To be asked of every line, in order. */
  takes(type: string, payload: JsonObject | null, atNs: bigint): boolean {
    if (type === 'session_meta') return this.#takesHead(payload, atNs);
    if (this.#copiedNs === null) return false;
    // A turn tells when it started, in seconds: one of this session did so after the fork.
    const startedS = textAt(payload, 'type') === 'task_started' ? numberAt(payload, 'started_at') : null;
    const isOwnTurn = startedS !== null && Math.floor(startedS) > Number(this.#forkedNs / 1_000_000_000n);
    if (isOwnTurn || atNs > this.#copiedNs + PAUSE_NS) {
      this.#copiedNs = null;
      return false;
    }
    if (atNs > this.#copiedNs) this.#copiedNs = atNs;
    this.#note(type, payload);
    return true;
  }

  /** The session's own share of a sum over the thread. */
  ownTotals(totals: TokenCounts | null): TokenCounts | null {
    if (totals === null || this.#before === null) return totals;
    const before = this.#before;
    const less = (key: Exclude<keyof TokenCounts, 'cacheWriteLong'>) =>
      totals[key] === null ? null : Math.max(0, totals[key] - (before[key] ?? 0));
    return {
      input: less('input'),
      cacheRead: less('cacheRead'),
      cacheWrite: less('cacheWrite'),
      output: less('output'),
      reasoning: less('reasoning'),
    };
  }

  /** The first head is the session's own; one of another session begins what was copied. */
  #takesHead(payload: JsonObject | null, atNs: bigint): boolean {
    const id = textAt(payload, 'id') ?? textAt(payload, 'session_id');
    if (this.#ownId === null) {
      this.#ownId = id;
      this.#forkedNs = atNs;
      if (textAt(payload, 'forked_from_id') !== null) this.#copiedNs = atNs;
      return false;
    }
    if (id === this.#ownId) return false;
    this.#copiedNs ??= atNs;
    return true;
  }

  #note(type: string, payload: JsonObject | null): void {
    if (type === 'turn_context') this.model = textAt(payload, 'model') ?? this.model;
    const isCount = textAt(payload, 'type') === 'token_count';
    if (!isCount && type !== 'token_usage_record') return;
    const told = isCount
      ? objectAt(objectAt(payload, 'info'), 'total_token_usage')
      : objectAt(payload, 'thread_token_usage');
    this.#before = readCodexTokens(told) ?? this.#before;
    if (isCount) this.lastTotal = JSON.stringify(told);
  }
}
