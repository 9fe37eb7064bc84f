// What may be done to a collector, and who may do it: every route of the catalogue asks for one scope,
// every token holds some. Does not know routes, and keeps no secret: a token is known by its hash alone.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { parseCellId } from '../shared/cell-id.ts';

/**
 * `read` is whatever the viewer shows; `ingest` sends records of runs; `scores` gives a verdict; `delete`
 * takes a cell away for good; `metrics` reads how the collector itself is. A further scope is a word here and
 * the routes of the catalogue that ask for it.
 */
export const scopes = ['read', 'ingest', 'scores', 'delete', 'metrics'] as const;
export type Scope = (typeof scopes)[number];

/** What a route asks for: a scope, or nothing at all. */
export type Access = Scope | 'open';

/**
 * The part of the collector that a token is for; all of it where neither is given. A confined token is for
 * whoever runs beside others that it must not touch: it is refused at every address that names no cell or
 * sweep of its own, and what it sends there may not name another cell either.
 *
 * A token of one cell is the agent's under test. Whatever else it may, it judges nothing, takes nothing away
 * and conducts no phase of its run: it reads, and sends records of what it does.
 */
export interface Confinement {
  /** The id of one cell. */
  readonly cell?: string;
  /** The id of one sweep: that sweep and its cells. */
  readonly sweep?: string;
}

export interface AccessToken extends Confinement {
  /** SHA-256 of the secret. */
  readonly secretHash: Buffer;
  /** SHA-256 of the cookie that a browser gets for the secret. */
  readonly sessionHash: Buffer;
  readonly may: readonly Scope[];
}

/** A token as the collector keeps it. @param may everything where absent */
export function accessToken(
  secret: string,
  may: readonly Scope[] = scopes,
  confinement: Confinement = {},
): AccessToken {
  return { ...confinement, secretHash: digest(secret), sessionHash: digest(sessionOf(secret)), may };
}

export function isConfined({ cell, sweep }: Confinement): boolean {
  return cell !== undefined || sweep !== undefined;
}

export function mayTouchCell({ cell, sweep }: Confinement, id: string): boolean {
  return (cell === undefined || cell === id) && (sweep === undefined || sweep === parseCellId(id).sweep);
}

/** Whether whoever holds the token is what is judged. */
export function isAgents({ cell }: Confinement): boolean {
  return cell !== undefined;
}

/** The whole of a sweep, that is. */
export function mayTouchSweep({ cell, sweep }: Confinement, id: string): boolean {
  return cell === undefined && (sweep === undefined || sweep === id);
}

/** Says what the cookie's value is made for; another number makes all cookies worthless. */
const SESSION = 'playhead session 1';

/** What a browser keeps instead of the secret: made from it, and no way back. */
export function sessionOf(secret: string): string {
  return createHmac('sha256', secret).update(SESSION).digest('base64url');
}

/** Compared as digests: neither length nor prefix shows in the time that it takes. */
export function isSame(hash: Buffer, given: string): boolean {
  return timingSafeEqual(hash, digest(given));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
