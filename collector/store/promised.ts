// The reads of one connection in the shape in which any store can give them: as promises, and what SQLite
// cannot read now in words of the store. Does not read anything itself.
import { asStoreError } from './database/database.ts';

/** The same methods, each answering by a promise. */
export type Promised<T> = {
  readonly [Key in keyof T]: T[Key] extends (...args: infer Args) => infer Answer
    ? (...args: Args) => Promise<Awaited<Answer>>
    : T[Key] extends object
      ? Promised<T[Key]>
      : T[Key];
};

export function promised<T extends object>(reads: T): Promised<T> {
  return new Proxy(reads, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof value === 'function')
        return async (...args: unknown[]) => {
          try {
            return await value.apply(target, args);
          } catch (error) {
            throw asStoreError(error);
          }
        };
      return typeof value === 'object' && value !== null ? promised(value) : value;
    },
  }) as Promised<T>;
}
