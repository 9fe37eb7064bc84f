// What passes between the collector's thread and the one that writes the database.

import type { Head, UnpackedEntry } from '../../cell/log-entry.ts';
import type { StartError, UnavailableError } from '../../errors.ts';
import type { ChangesChannel } from '../changes/changes-channel.ts';
import type { OpenOptions } from '../database/database.ts';

/** Given to the thread at its start. */
export interface LogThreadStart {
  readonly path: string;
  readonly options: OpenOptions;
}

/** To the thread. */
export type LogCommand =
  /** Append this; `committed` or `refused` names its id. Its body may be in shared memory. */
  | {
      readonly kind: 'append';
      readonly id: number;
      readonly receivedNs: bigint;
      readonly entry: UnpackedEntry;
    }
  /** Write what comes through this channel. */
  | { readonly kind: 'serve'; readonly channel: ChangesChannel }
  /** Drop the projections, and write nothing of runs before this one; `dropped` answers. */
  | { readonly kind: 'drop'; readonly run: number }
  /** Close the connection and end. */
  | { readonly kind: 'stop' };

/** An error on its way to another thread. */
export interface Failure {
  /** Of an `UnavailableError`; null for anything else. */
  readonly code: UnavailableError['code'] | null;
  readonly message: string;
}

/** From the thread. */
export type LogReport =
  /** These are on disk, and the log ends at `head`. */
  | { readonly kind: 'committed'; readonly ids: readonly number[]; readonly head: Head }
  /** Nothing of these was acknowledged. */
  | { readonly kind: 'refused'; readonly ids: readonly number[]; readonly failure: Failure }
  /** The database was opened, at first or after a failed fsync, and the log ends at `head`. */
  | { readonly kind: 'opened'; readonly head: Head; readonly isDurable: boolean }
  | { readonly kind: 'dropped'; readonly failure: Failure | null }
  /** The database cannot be opened, or not again: the thread writes nothing any more. */
  | { readonly kind: 'failed'; readonly code: StartError['code']; readonly message: string };
