// What was asked for, as far as it has come: one form for pages, lists and tracks. Does not fetch.

export type LoadPhase = Loading | Ready | Failed;

/** The same with what came. */
export type Loadable<T> = Loading | (Ready & { readonly value: T }) | Failed;

export interface Loading {
  readonly phase: 'loading';
}

interface Ready {
  readonly phase: 'ready';
}

export interface Failed {
  readonly phase: 'failed';
  readonly error: Error;
}

export const loading: Loading = { phase: 'loading' };

/** @param cause whatever was thrown */
export function failed(cause: unknown): Failed {
  return { phase: 'failed', error: asError(cause) };
}

export function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}

/** Whether it failed because there is no such thing. */
export function isMissing(load: LoadPhase): boolean {
  return load.phase === 'failed' && 'code' in load.error && load.error.code === 'not_found';
}
