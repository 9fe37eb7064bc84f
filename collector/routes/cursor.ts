// Where a page ended, as the text that the next one is asked with: one codec for every route that has pages.
// Does not hide anything: a cursor is a place in an order, and whoever makes one up gets the page behind it.
import { RequestError } from '../errors.ts';

interface Field<T> {
  readonly pattern: string;
  readonly read: (text: string) => T;
}

/** As the store keeps times: 64 bits with a sign. */
export const nanoseconds: Field<bigint> = {
  pattern: String.raw`-?\d{1,19}`,
  read: (text) => BigInt.asIntN(64, BigInt(text)),
};
export const wholeNumber: Field<number> = { pattern: String.raw`\d{1,15}`, read: Number };
/** A sweep's id or the like, dots included: the last field alone can be one. */
export const word: Field<string> = { pattern: '.{1,512}', read: (text) => text };

interface CursorCodec<T> {
  readonly write: (cursor: T) => string;
  /** @throws RequestError 400 */
  readonly read: (text: string) => T;
}

/** @param fields of the cursor, in the order in which they are written */
export function cursorCodec<T extends object>(
  fields: {
    readonly [K in keyof T]-?: Field<T[K]>;
  },
): CursorCodec<T> {
  const names = Object.keys(fields) as (keyof T)[];
  const pattern = new RegExp(`^${names.map((name) => `(${fields[name].pattern})`).join(String.raw`\.`)}$`);
  return {
    write: (cursor) => Buffer.from(names.map((name) => String(cursor[name])).join('.')).toString('base64url'),
    read: (text) => {
      const parts = pattern.exec(Buffer.from(text, 'base64url').toString());
      if (!parts) throw new RequestError(400, 'bad_query', 'cursor is not one that this collector gave');
      return Object.fromEntries(
        names.map((name, at) => [name, fields[name].read(parts[at + 1] ?? '')]),
      ) as unknown as T;
    },
  };
}
