// Flags that several commands share. Knows none of them.
import type { Flag } from './command.ts';

/** The database that a command means where it names none. */
export const DEFAULT_DB = './playhead.db';
export const DEFAULT_PORT = 4318;

export const dbFlags = {
  db: { value: 'FILE', about: `the database; ${DEFAULT_DB} where absent` },
} as const satisfies Record<string, Flag>;

export const jsonFlags = {
  json: { about: 'prints one line of JSON in place of words; docs/command-line.md has its shape' },
} as const satisfies Record<string, Flag>;

export const clientFlags = {
  endpoint: { value: 'URL', about: `the collector; http://127.0.0.1:${DEFAULT_PORT} where absent` },
  token: { value: 'T', about: 'its token, if it asks for one; PLAYHEAD_TOKEN is seen by fewer' },
} as const satisfies Record<string, Flag>;
