// The changed lines of an edit in a few rows: enough to know it again. The whole diff is under Changes.
import { useMemo } from 'preact/hooks';
import type { FileChangeJson } from '../../../shared/wire.ts';
import { type DiffLine, diffHunks } from '../../model/changes/diff-rows.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import { CodeText } from '../changes/change-diff.tsx';

const MAX_CHANGED = 4;

export function WhyDiff({ change: { path, diff, change } }: { change: FileChangeJson }) {
  const { lines, left } = useMemo(() => fewLines(diff), [diff]);
  return (
    <figure class="why-diff">
      <figcaption title={shownLine(path)}>
        <span>{shownLine(path, 200)}</span>
        {left > 0 && <small>and {plural(left, 'more line')}</small>}
      </figcaption>
      {lines.length === 0 && <p class="why-note">The file was {change}; its diff was not recorded.</p>}
      {lines.map((line, index) => (
        <div key={index} class={`code-line ${line.kind}`}>
          <i class="line-no" data-no={line.newNo ?? line.oldNo ?? ''} aria-hidden="true" />
          <CodeText line={line} path={path} />
        </div>
      ))}
    </figure>
  );
}

/** The first changed lines of the last hunk, and one line after them. */
function fewLines(diff: string | null): { lines: readonly DiffLine[]; left: number } {
  const hunks = diff === null ? [] : diffHunks(diff);
  const all = hunks.flatMap((hunk) => hunk.lines);
  const changed = all.filter(({ kind }) => kind !== 'same').length;
  const from = all.findIndex(({ kind }) => kind !== 'same');
  if (from < 0) return { lines: [], left: 0 };
  let to = from;
  while (to < all.length && all[to]?.kind !== 'same' && to - from < MAX_CHANGED) to++;
  const next = all[to]?.kind === 'same' && to - from < MAX_CHANGED ? 1 : 0;
  return { lines: all.slice(from, to + next), left: changed - (to - from) };
}
