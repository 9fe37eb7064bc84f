// One change of one file: numbered lines in hunks, unified or old beside new, with what changed within a
// line marked and the code coloured by class. Signs and numbers are not part of what is copied.
import { useSignal } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { codeTokens } from '../../model/changes/code-tokens.ts';
import { type DiffHunk, type DiffLine, diffHunks, sideRows } from '../../model/changes/diff-rows.ts';
import { shownText } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import './change-diff.css';

export type DiffLayout = 'unified' | 'side';

const FIRST_LINES = 300;
const MAX_LINES = 3000;
const MAX_LINE_CHARS = 1000;

export function ChangeDiff({ diff, path, layout }: { diff: string; path: string; layout: DiffLayout }) {
  const hunks = useMemo(() => diffHunks(diff), [diff]);
  return <DiffHunks hunks={hunks} path={path} layout={layout} />;
}

interface DiffHunksProps {
  readonly hunks: readonly DiffHunk[];
  readonly path: string;
  readonly layout: DiffLayout;
}

export function DiffHunks({ hunks, path, layout }: DiffHunksProps) {
  const limit = useSignal(FIRST_LINES);
  const total = hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0);
  const shown = cutHunks(hunks, limit.value);
  const hidden = total - Math.min(total, limit.value);
  if (total === 0) return <p class="change-none">The recorded diff holds no line.</p>;
  return (
    <section
      class={`code-diff ${layout}`}
      aria-label={`Diff of ${shownText(path, 120)}`}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
      tabIndex={0}
    >
      {shown.map((hunk, index) => (
        <div key={index} class="hunk">
          {hunk.header !== '' && <p class="hunk-head">{shownText(hunk.header, 200)}</p>}
          {layout === 'side' ? <SideHunk hunk={hunk} path={path} /> : <UnifiedHunk hunk={hunk} path={path} />}
        </div>
      ))}
      {hidden > 0 && (
        <button
          type="button"
          class="link diff-more"
          disabled={limit.value >= MAX_LINES}
          onClick={() => {
            limit.value = MAX_LINES;
          }}
        >
          {limit.value >= MAX_LINES
            ? `${plural(hidden, 'line')} not shown`
            : `Show ${formatCount(hidden)} more lines`}
        </button>
      )}
    </section>
  );
}

function cutHunks(hunks: readonly DiffHunk[], maxLines: number): DiffHunk[] {
  const cut: DiffHunk[] = [];
  let left = maxLines;
  for (const hunk of hunks) {
    if (left <= 0) break;
    cut.push(hunk.lines.length <= left ? hunk : { ...hunk, lines: hunk.lines.slice(0, left) });
    left -= hunk.lines.length;
  }
  return cut;
}

function UnifiedHunk({ hunk, path }: { hunk: DiffHunk; path: string }) {
  return (
    <div class="code-lines">
      {hunk.lines.map((line, index) => (
        <div key={index} class={lookOf(line)}>
          <i class="line-no" data-no={line.oldNo ?? ''} aria-hidden="true" />
          <i class="line-no" data-no={line.newNo ?? ''} aria-hidden="true" />
          <CodeText line={line} path={path} />
        </div>
      ))}
    </div>
  );
}

function SideHunk({ hunk, path }: { hunk: DiffHunk; path: string }) {
  return (
    <div class="code-sides">
      {sideRows(hunk).map(({ left, right }, index) => (
        <div key={index} class="code-pair">
          <Half line={left} no={left?.oldNo ?? null} path={path} />
          <Half line={right} no={right?.newNo ?? null} path={path} />
        </div>
      ))}
    </div>
  );
}

function Half({ line, no, path }: { line: DiffLine | null; no: number | null; path: string }) {
  if (!line) return <div class="code-line empty" />;
  return (
    <div class={lookOf(line)}>
      <i class="line-no" data-no={no ?? ''} aria-hidden="true" />
      <CodeText line={line} path={path} />
    </div>
  );
}

function lookOf({ kind, isNew }: DiffLine): string {
  return `code-line ${kind}${isNew ? ' new' : ''}`;
}

/** A line with its sign for ears and for the eye, its tokens, and what of it changed. */
export function CodeText({ line, path }: { line: DiffLine; path: string }) {
  const sign = line.kind === 'added' ? '+' : line.kind === 'removed' ? '−' : ' ';
  const word = line.kind === 'added' ? 'added ' : line.kind === 'removed' ? 'removed ' : '';
  const [from, to] = line.changed ?? [0, 0];
  const parts = [];
  let at = 0;
  for (const token of codeTokens(line.text.slice(0, MAX_LINE_CHARS), path))
    for (const piece of pieces(token.text, at, from, to)) {
      const text = shownText(piece.text);
      const names = [token.kind === 'plain' ? '' : `code-${token.kind}`, piece.marked ? 'code-changed' : ''];
      const look = names.filter(Boolean).join(' ');
      parts.push(
        look === '' ? (
          text
        ) : (
          <span key={at} class={look}>
            {text}
          </span>
        ),
      );
      at += piece.text.length;
    }
  if (line.text.length > MAX_LINE_CHARS)
    parts.push(` … ${formatCount(line.text.length - MAX_LINE_CHARS)} more characters`);
  return (
    <>
      <i class="sign" data-sign={sign} aria-hidden="true" />
      <code>
        {word !== '' && <span class="sr-only">{word}</span>}
        {parts}
        {line.text === '' && ' '}
      </code>
    </>
  );
}

/** A token cut where the changed part of its line begins and ends. */
function pieces(text: string, at: number, from: number, to: number): { text: string; marked: boolean }[] {
  const cuts = [0, Math.max(0, from - at), Math.max(0, to - at), text.length].map((cut) =>
    Math.min(cut, text.length),
  );
  const [start = 0, first = 0, second = 0, end = 0] = cuts;
  return [
    { text: text.slice(start, first), marked: false },
    { text: text.slice(first, second), marked: true },
    { text: text.slice(second, end), marked: false },
  ].filter((piece) => piece.text !== '');
}
