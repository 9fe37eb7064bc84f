// Why a run failed, laid over its last picture: the failed tests, the last edit of the code that they test, and what to
// do next. It is the page's answer to the most frequent visit, and closes with Escape. Does not find the reasons:
// model/why does.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { TestFailure } from '../../../shared/failures/reader.ts';
import { outcomeWord } from '../../../shared/outcome-words.ts';
import { comparePartner, distinction } from '../../model/cells/neighbours.ts';
import { shownLine, shownText } from '../../model/display/display-text.ts';
import { formatOffset, plural } from '../../model/display/format.ts';
import { baseName } from '../../model/why/code-under-test.ts';
import { explainFailure, type Why } from '../../model/why/why.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList } from '../../state/cell/cell-tracks.ts';
import { LAST_NS, type Poster } from '../../state/cell/poster.ts';
import { compareHref } from '../../state/page/address.ts';
import { GradeDot, KindMark, OutcomeMark } from '../parts/icons.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { WhyDiff } from './why-diff.tsx';

const MAX_OUTPUT_CHARS = 40_000;

interface SheetProps {
  readonly session: CellSession;
  readonly poster: Poster;
  readonly onPlay: (fromNs: number) => void;
  /** Within a page of its own, as on a phone: it lies over nothing and is not closed. */
  readonly isPage?: boolean;
  /** It has the stage to itself: all that was printed has room below the reasons. */
  readonly hasStage?: boolean;
  /** Within another page's frame, in which no page of ours may open. */
  readonly isFramed?: boolean;
}

export function WhySheet(props: SheetProps) {
  const { session, poster, onPlay, isPage = false, hasStage = false, isFramed = false } = props;
  const why = useComputed(() => whyOf(session)).value;
  const isWhole = useSignal(false);
  const detail = session.detail.value;
  if (!why || !detail) return <section class="why" aria-busy="true" />;
  const whole = isWhole.value && why.output !== null;
  return (
    <section class={`why${isPage ? ' page' : ''}${whole ? ' whole' : ''}`} aria-label="Why it failed">
      <header class="why-head">
        <OutcomeMark outcome={detail.outcome} />
        <h2>{shownLine(why.title, 160)}</h2>
        {why.exitCode !== null && <span class="why-code">exit code {why.exitCode}</span>}
        <div class="why-actions">
          <PlayLast session={session} poster={poster} onPlay={onPlay} />
          {why.output && !hasStage && (
            <button
              type="button"
              class="button"
              aria-pressed={whole}
              onClick={() => (isWhole.value = !whole)}
            >
              {whole ? 'Reasons' : 'Whole output'}
            </button>
          )}
          <ComparePassed session={session} isFramed={isFramed} />
          {!isPage && (
            <button type="button" class="button quiet why-close" onClick={poster.dismiss}>
              <kbd>Esc</kbd>
              <span class="sr-only">closes this</span>
            </button>
          )}
        </div>
      </header>
      {whole && why.output ? (
        <Output text={why.output.text} line={why.output.line} />
      ) : (
        <div class="why-body">
          <Tests why={why} />
          <LastEdit session={session} why={why} />
        </div>
      )}
      {hasStage && why.output && <Output text={why.output.text} line={why.output.line} />}
    </section>
  );
}

function whyOf(session: CellSession): Why | null {
  const detail = session.detail.value;
  if (!detail) return null;
  return explainFailure({
    detail,
    spans: session.spans.readable.value,
    changes: loadedList(session.changes.value),
    clockStartNs: session.trace.value?.columns.startNs ?? null,
    transcript: session.transcript.value,
  });
}

/** Plays up to the moment that the page opened on. */
function PlayLast({ session, poster, onPlay }: SheetProps) {
  const endNs = session.playback.positionNs.value;
  const fromNs = Math.max(
    0,
    (poster.shown.value === 'why' ? endNs : session.playback.lengthNs.value) - LAST_NS,
  );
  return (
    <button type="button" class="button primary" onClick={() => onPlay(fromNs)}>
      <svg class="why-play" viewBox="0 0 10 12" aria-hidden="true">
        <path d="M1 .8v10.4L9.6 6Z" />
      </svg>
      {fromNs > 0 ? 'Play the last 30 s' : 'Play the run'}
    </button>
  );
}

function ComparePassed({ session, isFramed }: { session: CellSession; isFramed: boolean }) {
  const detail = session.detail.value;
  const partner = detail && comparePartner(detail);
  if (!detail || partner?.outcome !== 'passed') return null;
  return (
    <a
      class="button"
      href={compareHref([detail.id, partner.id])}
      title={shownLine(partner.id)}
      {...(isFramed ? { target: '_blank', rel: 'noopener' } : { 'data-page': true })}
    >
      <span>Compare with {shownLine(distinction(partner, detail), 40)}</span>
      <OutcomeMark outcome={partner.outcome} />
      <span class="sr-only">, {outcomeWord(partner.outcome)}</span>
    </a>
  );
}

const FIRST_TESTS = 3;

function Tests({ why: { tests, suite, unnamed, excerpt } }: { why: Why }) {
  const all = useSignal(false);
  const shown = all.value ? tests : tests.slice(0, FIRST_TESTS);
  const more = tests.length - shown.length;
  return (
    <div class="why-part">
      <h3>
        {tests.length === 0 ? 'What was said' : 'Failing tests'}
        {suite !== null && (
          <>
            {' in '}
            <span class="why-suite" title={shownLine(suite)}>
              {shownLine(suite, 120)}
            </span>
          </>
        )}
      </h3>
      {excerpt !== null && (
        <pre class="why-excerpt">
          <SafeText text={excerpt} max={2000} />
        </pre>
      )}
      {tests.length > 0 && (
        <ol class="why-tests">
          {shown.map((test, index) => (
            <Test key={index} test={test} />
          ))}
        </ol>
      )}
      {more > 0 && (
        <button type="button" class="link" onClick={() => (all.value = true)}>
          {more} more
        </button>
      )}
      {more === 0 && unnamed > 0 && tests.length > 0 && (
        <p class="why-note">{plural(unnamed, 'more test')} failed without a name in what was kept.</p>
      )}
    </div>
  );
}

function Test({ test: { name, place, message } }: { test: TestFailure }) {
  return (
    <li>
      <OutcomeMark outcome="failed" />
      <code class="why-test" title={name === null ? undefined : shownLine(name)}>
        {name === null ? 'nothing ran' : shownLine(name, 200)}
      </code>
      {place !== null && (
        <span class="why-place" title={shownLine(place)}>
          {shownLine(baseName(place), 80)}
        </span>
      )}
      {message !== null && <p>{shownLine(message, 300)}</p>}
    </li>
  );
}

function LastEdit({ session, why: { suspect, ran } }: { session: CellSession; why: Why }) {
  const isLoading = session.changes.value.phase === 'loading' || !session.spans.settled.value;
  if (!suspect || isLoading)
    return (
      <div class="why-part">
        <h3>Last edit</h3>
        <p class="why-note">{isLoading ? 'Reading the run…' : 'No edit before the verifier was recorded.'}</p>
      </div>
    );
  const { tNs, rowKey, rule, because, change } = suspect;
  const seek = () => {
    const row = rowKey === null ? -1 : (session.trace.peek()?.rowOf(rowKey) ?? -1);
    if (tNs !== null && row >= 0) session.playback.selectAt(row, tNs);
    else if (tNs !== null) session.playback.seek(tNs);
  };
  return (
    <div class="why-part">
      <h3>
        <KindMark kind="file" />
        <span>{rule === 'last' ? 'Last edit before the verifier' : 'Last edit of the code they test'}</span>
        {tNs !== null && (
          <button type="button" class="link why-moment" onClick={seek}>
            <svg class="why-play" viewBox="0 0 10 12" aria-hidden="true">
              <path d="M1 .8v10.4L9.6 6Z" />
            </svg>
            {formatOffset(tNs)}
          </button>
        )}
      </h3>
      <WhyDiff change={change} />
      <p class="why-note">
        <GradeDot grade="derived" />
        <span>
          {shownText(because, 300)}
          {ran && ` ${ran.before}`}
          {ran?.tNs != null && (
            <button type="button" class="link" onClick={() => session.playback.seek(ran.tNs ?? 0)}>
              {formatOffset(ran.tNs)}
            </button>
          )}
          {ran?.after}
        </span>
      </p>
    </div>
  );
}

/** All that the verifier printed, from the first line that says what failed. */
function Output({ text, line }: { text: string; line: number }) {
  const box = useRef<HTMLPreElement>(null);
  const parts = useMemo(() => {
    const lines = text.split('\n');
    return [lines.slice(0, line).join('\n'), lines.slice(line).join('\n')] as const;
  }, [text, line]);
  useEffect(() => {
    const mark = box.current?.querySelector('[data-first]');
    if (box.current && mark instanceof HTMLElement) box.current.scrollTop = mark.offsetTop - 8;
  }, [parts]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
    <pre class="why-output" ref={box} tabIndex={0}>
      <SafeText text={parts[0]} max={MAX_OUTPUT_CHARS} />
      {parts[0] !== '' && '\n'}
      <span data-first="">
        <SafeText text={parts[1]} max={MAX_OUTPUT_CHARS} />
      </span>
    </pre>
  );
}
