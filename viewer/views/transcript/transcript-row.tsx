// One entry of the transcript: when, what, and folded beneath it what came of it. Its time is a button
// that moves the playhead there; so is the rest of it for a pointer.
import { useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { AttributeValue } from '../../../shared/span.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatOffset, plural } from '../../model/display/format.ts';
import { recoveredRows } from '../../model/trace/recovered.ts';
import { factOf } from '../../model/trace/span-facts.ts';
import type { TranscriptEntry } from '../../model/transcript/entry.ts';
import { toolArgumentsOf } from '../../model/transcript/tool-text.ts';
import type { TranscriptChange } from '../../model/transcript/transcript-changes.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { ShortDiff } from '../changes/short-diff.tsx';
import { MediaView } from '../model-calls/media-view.tsx';
import { KindMark } from '../parts/icons.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { WithArrows } from '../parts/with-arrows.tsx';
import { MarkdownText } from './markdown-text.tsx';
import './transcript-row.css';

const LONG_TEXT_CHARS = 900;
/** How most tools end: in a line of its own there is no room to say so. */
const EXPECTED = /^(?:(?:completed, )?exit code (?:0|not recorded)|completed)$/;

export function TranscriptRow({
  entry,
  session,
  when,
  isInTurn,
  hasStop,
}: {
  entry: TranscriptEntry;
  session: CellSession;
  when: 'past' | 'now' | 'future';
  /** It stands below a turn's head, which says what it has in common with others. */
  isInTurn: boolean;
  /** Its block has the list's Tab stop: what is in it can be reached. */
  hasStop: boolean;
}) {
  const seek = () => {
    const row = entry.rowKey === null ? -1 : (session.trace.peek()?.rowOf(entry.rowKey) ?? -1);
    if (row >= 0) session.playback.selectAt(row, entry.startNs);
    else session.playback.seek(entry.startNs);
  };
  const failed = entry.status === 'error' || (entry.tally?.failed ?? 0) > 0;
  const trace = session.trace.value;
  const at = trace && entry.rowKey !== null ? trace.rowOf(entry.rowKey) : -1;
  const recovered = trace !== null && recoveredRows(trace.columns)[at] === 1;
  const tone = recovered ? ' recovered' : failed ? ' is-failed' : '';
  const mark = <KindMark kind={markOf(entry)} hollow={when === 'future'} failed={failed && !recovered} />;
  // What a call that said nothing asked for stands below as its tools.
  if (isInTurn && entry.kind === 'phase' && entry.spanKind === 'model_call' && !failed) return null;
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the time within is the button for keys
    // biome-ignore lint/a11y/noStaticElementInteractions: as above
    <div
      class={`entry ${when} ${entry.kind}${tone}${isInTurn ? ' compact' : ''}`}
      aria-current={when === 'now' ? 'step' : undefined}
      onClick={(event) => isPlainClick(event) && seek()}
    >
      <button
        type="button"
        class="entry-time"
        onClick={seek}
        tabIndex={hasStop ? undefined : -1}
        title={isInTurn ? formatOffset(entry.startNs) : undefined}
        aria-label={`Go to ${entryLabel(entry)}`}
      >
        {isInTurn ? mark : formatOffset(entry.startNs)}
      </button>
      {!isInTurn && mark}
      <div class="entry-body">
        <EntryText entry={entry} />
        {entry.media.map((part, index) => (
          <MediaView key={index} part={part} named={part.text === entry.text} />
        ))}
        {entry.changes.map((change) => (
          <ChangePart key={change.index} change={change} named={change !== ownChange(entry)} />
        ))}
        {entry.error !== null && (
          <p class="entry-error">
            <SafeText text={entry.error} max={600} />
          </p>
        )}
        <Facts entry={entry} session={session} failed={failed} isInTurn={isInTurn} hasStop={hasStop} />
      </div>
    </div>
  );
}

function EntryText({ entry }: { entry: TranscriptEntry }) {
  const whole = useSignal(false);
  if (entry.kind === 'message' || entry.kind === 'reasoning' || entry.kind === 'prompt') {
    const long = entry.text.length > LONG_TEXT_CHARS;
    const text = long && !whole.value ? `${entry.text.slice(0, LONG_TEXT_CHARS)}…` : entry.text;
    if (entry.kind === 'reasoning') return <Thought text={entry.text} />;
    return (
      <div class="entry-text">
        {entry.kind === 'prompt' && <span class="entry-role">asked </span>}
        <MarkdownText text={text} />
        {long && (
          <button
            type="button"
            class="link"
            onClick={() => {
              whole.value = !whole.value;
            }}
          >
            {whole.value ? ' Show less' : ' Show all'}
          </button>
        )}
      </div>
    );
  }
  const own = ownChange(entry);
  return (
    <p class="entry-text">
      <b>
        <SafeText text={entry.text} max={160} />
      </b>
      {entry.argument !== null && (
        <>
          {' '}
          <code>
            <SafeText text={entry.argument} max={600} />
          </code>
        </>
      )}
      {own && (
        <>
          {' '}
          <DiffCounts added={own.added} removed={own.removed} word="" />
        </>
      )}
    </p>
  );
}

/** A thought: its first words in one line, all of it by a click. */
function Thought({ text }: { text: string }) {
  return (
    <details class="entry-thought">
      <summary>
        <span class="entry-role">thought </span>
        <SafeText text={text.replace(/\s+/g, ' ')} max={300} />
      </summary>
      <MarkdownText text={text} />
    </details>
  );
}

/** The one change whose path the tool's argument already names. */
function ownChange(entry: TranscriptEntry): TranscriptChange | null {
  const [only] = entry.changes;
  return only && entry.changes.length === 1 && entry.argument === only.path ? only : null;
}

export function ChangePart({ change, named }: { change: TranscriptChange; named: boolean }) {
  return (
    <div class="entry-change">
      {named && (
        <p>
          <code>
            <SafeText text={change.path} max={300} />
          </code>{' '}
          <DiffCounts added={change.added} removed={change.removed} word={change.change} />
        </p>
      )}
      {change.diff !== null && <ShortDiff diff={change.diff} />}
    </div>
  );
}

export function DiffCounts({
  added,
  removed,
  word,
}: {
  added: number | null;
  removed: number | null;
  word: string;
}) {
  return (
    <span class="diff-counts">
      {word}
      {added !== null && (
        <>
          {' '}
          <span class="plus">+{added}</span> <span class="minus">−{removed ?? 0}</span>
        </>
      )}
    </span>
  );
}

/** The small facts; where something was printed or asked for in more words than one line, they unfold it. */
function Facts({
  entry,
  session,
  failed,
  isInTurn,
  hasStop,
}: {
  entry: TranscriptEntry;
  session: CellSession;
  failed: boolean;
  isInTurn: boolean;
  hasStop: boolean;
}) {
  // What the verifier said is what a reader of a failed run came for.
  const isVerdict = entry.kind === 'verify' && failed;
  const open = useSignal(isVerdict);
  const result = entry.result?.trimEnd() ?? '';
  const lines = plural(result.split('\n').length, 'line');
  const held = entry.kind === 'noise' ? 'what they said' : `${lines} of output`;
  // A turn's head says what its call took.
  const said = isInTurn && entry.spanKind === 'model_call' ? [] : entry.facts;
  const own = isInTurn && !failed ? said.filter((fact) => !EXPECTED.test(fact)) : said;
  const facts = result === '' ? own : own.filter((fact) => fact !== lines);
  const text = <WithArrows text={shownLine(facts.join(' · '), 300)} />;
  const look = `entry-facts${failed ? ' failed' : ''}`;
  const asked = argumentsOf(entry, session);
  if (result === '' && asked === null) return facts.length > 0 ? <p class={look}>{text}</p> : null;
  return (
    <details
      class="entry-result"
      open={isVerdict}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary class={look} tabIndex={hasStop ? undefined : -1}>
        {text}
        {facts.length > 0 && ' · '}
        <span class="entry-more">{result === '' ? 'arguments' : held}</span>
      </summary>
      {open.value && asked !== null && <Unfolded what="Arguments" text={factOf('', asked).full} />}
      {open.value && result !== '' && (
        <Unfolded what="Output" text={result} line={failed ? entry.failureLine : null} />
      )}
    </details>
  );
}

/** @param line the line that is to be seen first; null for the beginning */
function Unfolded({ what, text, line = null }: { what: string; text: string; line?: number | null }) {
  const box = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    const pre = box.current;
    if (pre === null || line === null) return;
    // One line before it says what it is about. Lines are of one height, but where they are wrapped.
    const height = pre.scrollHeight / text.split('\n').length;
    pre.scrollTop = Math.max(0, (line - 1) * height);
  }, [text, line]);
  return (
    <>
      <p class="entry-part">{what}</p>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <pre ref={box} tabIndex={0}>
        <SafeText text={text} />
      </pre>
    </>
  );
}

/** The arguments of a tool, where they say more than the one line above; null otherwise. */
function argumentsOf(entry: TranscriptEntry, session: CellSession): AttributeValue | null {
  const span = entry.kind === 'tool' && entry.rowKey !== null ? session.spans.get(entry.rowKey) : null;
  const value = span ? toolArgumentsOf(span) : undefined;
  if (typeof value !== 'object' || value === null) return null;
  return Object.keys(value).length > 1 ? value : null;
}

function entryLabel(entry: TranscriptEntry): string {
  const what = entry.argument === null ? entry.text : `${entry.text} ${entry.argument}`;
  return `${formatOffset(entry.startNs)}: ${shownLine(what, 80)}`;
}

function markOf(entry: TranscriptEntry) {
  if (entry.kind === 'message' || entry.kind === 'reasoning') return 'text';
  if (entry.kind === 'prompt') return 'other';
  if (entry.kind === 'change') return 'file';
  return entry.spanKind ?? 'other';
}

/** Not a click on something within, and not the end of a selection. */
function isPlainClick(event: MouseEvent): boolean {
  const target = event.target;
  if (target instanceof Element && target.closest('button, a, summary, details, pre')) return false;
  return getSelection()?.isCollapsed !== false;
}
