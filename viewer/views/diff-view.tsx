// A unified diff with its lines coloured and signed. Headers are left out where the path stands above.
import { useSignal } from '@preact/signals';
import { plural } from '../model/format.ts';
import { shownText } from '../model/shown-text.ts';
import './diff-view.css';

const MAX_LINES = 2000;

export function DiffView({ diff, maxLines = MAX_LINES }: { diff: string; maxLines?: number }) {
  const whole = useSignal(false);
  const all = diffLines(diff);
  const limit = whole.value ? MAX_LINES : maxLines;
  const lines = all.slice(0, limit);
  const hidden = all.length - lines.length;
  return (
    <div class="diff">
      <pre>
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

function lineClass(line: string): string {
  if (line.startsWith('+')) return 'line plus';
  if (line.startsWith('-')) return 'line minus';
  return line.startsWith('@@') ? 'line hunk' : 'line';
}
