// A change as the transcript tells it: the changed lines alone, signed, coloured and without their common
// indentation. The whole diff, with its numbers, is in the changes tab.
import { useSignal } from '@preact/signals';
import { shownText } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import './short-diff.css';

const MAX_LINES = 2000;
const FIRST_LINES = 12;

export function ShortDiff({ diff }: { diff: string }) {
  const whole = useSignal(false);
  const all = changedLines(diff);
  const lines = all.slice(0, whole.value ? MAX_LINES : FIRST_LINES);
  const hidden = all.length - lines.length;
  return (
    <div class="diff">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre tabIndex={0}>
        {lines.map((line, index) => (
          <span key={index} class={lineClass(line)}>
            {shownText(line, 1000) || ' '}
            {'\n'}
          </span>
        ))}
      </pre>
      {hidden > 0 && (
        <button
          type="button"
          class="link diff-more"
          disabled={whole.value}
          onClick={() => {
            whole.value = true;
          }}
        >
          {whole.value ? `${plural(hidden, 'line')} not shown` : `Show ${plural(hidden, 'more line')}`}
        </button>
      )}
    </div>
  );
}

function diffLines(diff: string): string[] {
  const lines = diff.replace(/\n$/, '').split('\n');
  return lines.filter((line) => !/^(diff --git |index [0-9a-f]|--- |\+\+\+ )/.test(line));
}

/** "-  a" and "+  b" as "- a" and "+ b". */
function changedLines(diff: string): string[] {
  const changed = diffLines(diff).filter((line) => line.startsWith('+') || line.startsWith('-'));
  const indents = changed
    .filter((line) => line.trim().length > 1)
    .map((line) => /^.[ \t]*/.exec(line)?.[0].length ?? 1);
  const common = indents.length > 0 ? Math.min(...indents) : 1;
  return changed.map((line) => `${line[0]} ${line.slice(common)}`);
}

function lineClass(line: string): string {
  if (line.startsWith('+')) return 'line plus';
  if (line.startsWith('-')) return 'line minus';
  return 'line';
}
