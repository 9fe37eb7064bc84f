// The differences as a table: outcome, scores, tokens, time, files. What is equal stands back; what one of
// them never recorded is a word.
import type { ComparisonGroup, ComparisonRow } from '../../model/compare/comparison.ts';
import { NOT_RECORDED } from '../../model/display/format.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { SideLetter } from './compare-head.tsx';
import './compare-table.css';

const GROUPS: readonly (readonly [group: ComparisonGroup, title: string])[] = [
  ['outcome', 'Outcome'],
  ['scores', 'Scores'],
  ['tokens', 'Tokens'],
  ['time', 'Time'],
  ['files', 'Files'],
];

export function CompareTable({ compare, rows }: { compare: CompareSession; rows: readonly ComparisonRow[] }) {
  const [a = '', b = ''] = compare.names.value;
  if (rows.length === 0) return <NothingToCompare />;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="panel" tabIndex={0}>
      <table class="compare-table">
        <caption class="sr-only">
          Differences of {a} and {b}
        </caption>
        <thead>
          <tr>
            <td />
            <th scope="col">
              <SideLetter index={0} /> {a}
            </th>
            <th scope="col">
              <SideLetter index={1} /> {b}
            </th>
            <th scope="col">Difference, B from A</th>
          </tr>
        </thead>
        {GROUPS.map(([group, title]) => (
          <Group key={group} title={title} rows={rows.filter((row) => row.group === group)} />
        ))}
      </table>
    </div>
  );
}

function Group({ title, rows }: { title: string; rows: readonly ComparisonRow[] }) {
  if (rows.length === 0) return null;
  return (
    <tbody>
      <tr class="compare-group">
        <th scope="rowgroup" colSpan={4}>
          {title}
        </th>
      </tr>
      {rows.map((row) => (
        <tr key={row.label} class={row.equal === false ? 'differs' : 'alike'}>
          <th scope="row">
            <SafeText text={row.label} max={400} />
          </th>
          <td class={wordless(row.a)}>{row.a}</td>
          <td class={wordless(row.b)}>{row.b}</td>
          <td>{differenceWords(row)}</td>
        </tr>
      ))}
    </tbody>
  );
}

function differenceWords({ difference, equal }: ComparisonRow): string {
  if (equal === null) return 'not comparable';
  return equal ? 'same' : (difference ?? 'differs');
}

/** Pale where a side has no value of its own. */
function wordless(text: string): string {
  return [NOT_RECORDED, 'not applicable', 'no change recorded', 'not changed'].includes(text) ? 'none' : '';
}

/** In the place of figures while a run is on its way. */
export function NothingToCompare() {
  return (
    <div class="panel">
      <Nothing title="There is nothing to compare until both cells are here" />
    </div>
  );
}
