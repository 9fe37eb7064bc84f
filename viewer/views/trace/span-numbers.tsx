// The numbers of a span side by side, none of them ever cut: a name, the number, a word on it, and a bar where it has
// two parts. What is not known is said so. Does not know what they count.
import { NOT_RECORDED } from '../../model/display/format.ts';

export interface SpanNumber {
  readonly name: string;
  /** null where it was not recorded. */
  readonly value: string | null;
  /** The whole number, or how it is known. */
  readonly title?: string | undefined;
  readonly note?: string | undefined;
  readonly isBad?: boolean;
  /** Share of the first part, which is drawn pale, 0 to 1; no bar where absent. */
  readonly paleShare?: number | undefined;
}

export function SpanNumbers({ numbers }: { numbers: readonly SpanNumber[] }) {
  return (
    <dl class="span-numbers">
      {numbers.map(({ name, value, title, note, isBad, paleShare }) => (
        <div key={name} title={title}>
          <dt>{name}</dt>
          <dd class={isBad ? 'bad' : ''}>
            {value === null ? <span class="not-known">{NOT_RECORDED}</span> : <b>{value}</b>}{' '}
            {note !== undefined && <small>{note}</small>}
            {paleShare !== undefined && (
              <i class="span-bar" aria-hidden="true">
                <i style={{ width: `${100 * Math.min(1, Math.max(0, paleShare))}%` }} />
              </i>
            )}
          </dd>
        </div>
      ))}
    </dl>
  );
}
