// Flags of a command and their twins in the environment, `PLAYHEAD_<FLAG>`. A flag outranks its twin.
// Knows no command.
import { parseArgs } from 'node:util';

/** The call itself is wrong: exit code 2, and the help. */
export class UsageError extends Error {}

export interface Flag {
  readonly type: 'string' | 'boolean';
  /** May be given several times; the twin's values stand one a line. */
  readonly multiple?: boolean;
}
export type Flags = Readonly<Record<string, Flag>>;
type Value<F extends Flag> = F extends { multiple: true }
  ? string[]
  : F extends { type: 'boolean' }
    ? boolean
    : string;
export type Values<F extends Flags> = { -readonly [K in keyof F]?: Value<F[K]> };

/** @throws UsageError on an unknown flag or a missing value */
export function readFlags<const F extends Flags>(
  args: string[],
  flags: F,
): { values: Values<F>; positionals: string[] } {
  let parsed: { values: Record<string, unknown>; positionals: string[] };
  try {
    parsed = parseArgs({ args, options: flags, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  for (const [name, { type, multiple }] of Object.entries(flags)) {
    const twin = process.env[`PLAYHEAD_${name.toUpperCase().replaceAll('-', '_')}`];
    if (parsed.values[name] !== undefined || twin === undefined || twin === '') continue;
    if (type === 'boolean') parsed.values[name] = twin !== '0' && twin !== 'false';
    else parsed.values[name] = multiple ? twin.split('\n').filter((line) => line !== '') : twin;
  }
  return parsed as { values: Values<F>; positionals: string[] };
}

/** A whole number of at least `min`. @throws UsageError */
export function readCount(flag: string, text: string, min: number, max = 999_999_999): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max)
    throw new UsageError(
      `--${flag} takes a whole number from ${min} ${max < 999_999_999 ? `to ${max}` : 'on'}, not ${JSON.stringify(text)}`,
    );
  return value;
}

/** Seconds, fractions allowed, as milliseconds. @throws UsageError */
export function readSeconds(flag: string, text: string): number {
  const seconds = Number(text);
  if (text.trim() === '' || !(seconds > 0) || seconds > 2_000_000)
    throw new UsageError(`--${flag} takes seconds, not ${JSON.stringify(text)}`);
  return seconds * 1000;
}

/** The database that a command means where it names none. */
export const DEFAULT_DB = './playhead.db';

/** The one cell that a command takes. @throws UsageError */
export function onlyCell(command: string, positionals: readonly string[]): string {
  const [cellId, ...more] = positionals;
  if (cellId === undefined || more.length > 0) throw new UsageError(`${command} takes one CELL, by its id`);
  return cellId;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
