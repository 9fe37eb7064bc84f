// One run where it parts from the other: its edit as a diff, or what its step came to, and the few things that it did
// next. Each has its moment, which both runs go to. Does not judge it.
import { useComputed } from '@preact/signals';
import { useMemo } from 'preact/hooks';
import { type DiffLine, diffHunks } from '../../model/changes/diff-rows.ts';
import type { Difference } from '../../model/compare/parting.ts';
import { whatFollowed } from '../../model/compare/what-followed.ts';
import { shownLine, shownText } from '../../model/display/display-text.ts';
import { formatOffset } from '../../model/display/format.ts';
import { tallyWords } from '../../model/display/tally-words.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import type { SideName } from '../../state/compare/compare-side.ts';
import { CodeText } from '../changes/change-diff.tsx';
import { KindMark } from '../parts/icons.tsx';
import { DiffCounts } from '../transcript/transcript-row.tsx';
import { SideLetter } from './compare-head.tsx';

const DIFF_LINES = 9;
const CONTEXT_LINES = 3;
const RESULT_LINES = 9;

export function PartedSide({
  compare,
  name,
  difference,
}: {
  compare: CompareSession;
  name: SideName;
  difference: Difference;
}) {
  const index = name === 'a' ? 0 : 1;
  const session = compare[name].value.session.value;
  const transcript = session.transcript.value;
  const edit = name === 'a' ? difference.aEdit : difference.bEdit;
  const tNs = name === 'a' ? difference.aNs : difference.bNs;
  const step = compare.alignment.value.pairs[difference.pair]?.[name] ?? null;
  const entry = transcript[edit?.entry ?? compare.runs[name].value.steps[step ?? -1]?.entry ?? -1];
  const change = edit && entry?.changes[edit.change];
  const followed = useComputed(() => whatFollowed(session.transcript.value, tNs)).value;
  return (
    <section class="overview-card" aria-label={`${'AB'[index]} where they part`}>
      <header>
        <SideLetter index={index} />
        <Moment compare={compare} name={name} tNs={entry?.startNs ?? tNs} />
        <span class="muted">{session.outcome.value ? shownLine(session.outcome.value.badge, 60) : ''}</span>
      </header>
      {change ? (
        <>
          <p class="overview-path">
            <code>{shownLine(change.path, 200)}</code>
            <DiffCounts added={change.added} removed={change.removed} word="" />
          </p>
          <FewLines diff={change.diff} path={change.path} />
        </>
      ) : difference.why === 'edit' ? (
        <>
          <p class="overview-path">
            <code>{shownLine((difference.aEdit ?? difference.bEdit)?.path ?? '', 200)}</code>
          </p>
          <p class="overview-none">It is not edited so here.</p>
        </>
      ) : (
        <Result entry={entry} />
      )}
      <h3>What followed</h3>
      <ol>
        {followed.map((at) => (
          <Following key={at} compare={compare} name={name} entry={transcript[at]} />
        ))}
        {followed.length === 0 && <li class="overview-none">Nothing that was recorded.</li>}
      </ol>
    </section>
  );
}

function Moment({ compare, name, tNs }: { compare: CompareSession; name: SideName; tNs: number }) {
  return (
    <button type="button" class="entry-time" onClick={() => compare.seekSide(name, tNs)}>
      {formatOffset(tNs)}
    </button>
  );
}

/** The lines around the first one that changed. */
function FewLines({ diff, path }: { diff: string | null; path: string }) {
  const lines = useMemo(() => aroundChange(diff), [diff]);
  if (lines.length === 0) return <p class="overview-none">Its diff was not recorded.</p>;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <div class="overview-diff" tabIndex={0}>
      {lines.map((line, at) => (
        <div key={at} class={`code-line ${line.kind}`}>
          <i class="line-no" data-no={line.newNo ?? line.oldNo ?? ''} aria-hidden="true" />
          <CodeText line={line} path={path} />
        </div>
      ))}
    </div>
  );
}

function aroundChange(diff: string | null): readonly DiffLine[] {
  const lines = (diff === null ? [] : diffHunks(diff)).flatMap((hunk) => hunk.lines);
  const first = lines.findIndex(({ kind }) => kind !== 'same');
  const from = Math.max(0, first - CONTEXT_LINES);
  return first < 0 ? [] : lines.slice(from, from + DIFF_LINES);
}

function Result({ entry }: { entry: TranscriptEntry | undefined }) {
  if (!entry) return <p class="overview-none">This run has no such step.</p>;
  const lines = (entry.result ?? entry.error ?? '').trimEnd().split('\n');
  const from = Math.max(0, Math.min(entry.failureLine ?? lines.length, lines.length - 1) - 3);
  return (
    <>
      <p class="overview-path">
        <code>{shownLine(entry.argument ?? entry.text, 200)}</code>
      </p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre class="overview-result" tabIndex={0}>
        {shownText(lines.slice(from, from + RESULT_LINES).join('\n'), 4000) || entry.facts.join(' · ')}
      </pre>
    </>
  );
}

function Following({
  compare,
  name,
  entry,
}: {
  compare: CompareSession;
  name: SideName;
  entry: TranscriptEntry | undefined;
}) {
  if (!entry) return null;
  const failed = entry.status === 'error' || (entry.tally?.failed ?? 0) > 0;
  const [change] = entry.changes;
  const said = entry.kind === 'message' ? `“${entry.text}”` : (entry.argument ?? change?.path ?? '');
  return (
    <li>
      <Moment compare={compare} name={name} tNs={entry.startNs} />
      <KindMark kind={entry.spanKind ?? 'other'} failed={failed} />
      <b>{entry.kind === 'message' ? 'Says' : shownLine(entry.text, 60)}</b>
      <code title={shownLine(said, 400)}>{shownLine(said, 200)}</code>
      {entry.tally ? (
        <span class={failed ? 'fails' : 'holds'}>{tallyWords(entry.tally)}</span>
      ) : change ? (
        <DiffCounts added={change.added} removed={change.removed} word="" />
      ) : (
        <span class={failed ? 'fails' : ''}>{failed ? shownLine(entry.error ?? 'failed', 40) : ''}</span>
      )}
    </li>
  );
}
