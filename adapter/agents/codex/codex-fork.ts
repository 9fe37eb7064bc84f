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
    if (this.#isOwnTurn(type, payload) || atNs > this.#copiedNs + PAUSE_NS) {
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

  /** A turn tells when it began, in seconds or by its id: one of this session did so after the fork. */
  #isOwnTurn(type: string, payload: JsonObject | null): boolean {
    if (type !== 'turn_context' && textAt(payload, 'type') !== 'task_started') return false;
    const startedS = numberAt(payload, 'started_at');
    if (startedS !== null && Math.floor(startedS) > Number(this.#forkedNs / 1_000_000_000n)) return true;
    const [forkedMs, startedMs] = [timeOfId(this.#ownId), timeOfId(textAt(payload, 'turn_id'))];
    return forkedMs !== null && startedMs !== null && startedMs >= forkedMs;
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

/** The milliseconds in which an id of UUID's version 7 was made; null where it is of another kind. */
function timeOfId(id: string | null): number | null {
  const digits = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-/i.exec(id ?? '');
  return digits === null ? null : Number.parseInt(`${digits[1]}${digits[2]}`, 16);
}
