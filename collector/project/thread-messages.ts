// What passes between the collector's thread and the projector's.
import type { MessagePort } from 'node:worker_threads';
import type { UnavailableError } from '../errors.ts';
import type { Change } from '../store/noted-changes.ts';
import type { NumberedOutcome } from './outcomes.ts';

/** Given to the projector's thread at its start. */
export interface ThreadStart {
  readonly path: string;
  /** Where answers to `write` come: one is there as soon as the slot `answered` is 1. */
  readonly answers: MessagePort;
  /** What both threads see at once; its slots are `slot`. */
  readonly shared: Int32Array<SharedArrayBuffer>;
}

/** Slots of `ThreadStart.shared`. */
export const slot = {
  /** 1 when the answer to a `write` is there. */
  answered: 0,
  /** 1 while requests are being acknowledged and nobody waits for the projections. */
  makeWay: 1,
} as const;
export const SLOTS = 2;

/** To the projector's thread. */
export type Command =
  /** The log has entries up to `to`. */
  | { readonly kind: 'go'; readonly to: number }
  /** The projections were dropped: begin behind the stored cursor. `run` counts such beginnings. */
  | { readonly kind: 'restart'; readonly run: number }
  | { readonly kind: 'stop' };

/** From the projector's thread. */
export type Report =
  /** Write these; the thread waits for the answer. */
  | { readonly kind: 'write'; readonly run: number; readonly changes: readonly Change[] }
  /** Everything up to `seq` is in the projections; it changed the cells of these rows. */
  | {
      readonly kind: 'projected';
      readonly run: number;
      readonly seq: number;
      readonly cells: ReadonlySet<number>;
      readonly outcomes: readonly NumberedOutcome[];
    }
  /** The database cannot be read or written now; the thread tries again. */
  | { readonly kind: 'waiting' };

/** What became of a `write`. */
export type Answer =
  | { readonly kind: 'written' }
  | { readonly kind: 'unavailable'; readonly code: UnavailableError['code']; readonly message: string }
  | { readonly kind: 'refused'; readonly message: string };
