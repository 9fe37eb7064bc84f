// The changes on the stage: a tree of files with the moments of their edits, and beside it one file as it is at the
// playhead against what it was before the run, or its edits one by one. It goes to the file of each edit as it happens,
// until another one is picked.
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import {
  type ChangedFile,
  changedFiles,
  folderTree,
  type PlacedChange,
  tallyOf,
} from '../../model/changes/changed-files.ts';
import { netDiff } from '../../model/changes/net-diff.ts';
import { formatOffset, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList } from '../../state/cell/cell-tracks.ts';
import {
  type ChangesMode,
  changesMode,
  changesSplit,
  changesWrap,
  goToChange,
  lastChange,
  stepChange,
} from '../../state/changes/changes-reading.ts';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { DiffCounts } from '../transcript/transcript-row.tsx';
import { ChangeDiff, DiffHunks } from './change-diff.tsx';
import { ChangesTree } from './changes-tree.tsx';
import './changes-stage.css';

/** @param lead what stands first in the head: the way to the other readings of the stage */
export function ChangesStage({ session, lead }: { session: CellSession; lead: ComponentChildren }) {
  const loaded = session.changes.value;
  const changes = loadedList(loaded);
  const startNs = session.trace.value?.columns.startNs ?? null;
  const files = useMemo(() => changedFiles(changes, startNs), [changes, startNs]);
  const folders = useMemo(() => folderTree(files), [files]);
  const last = useComputed(() => lastChange(session)).value;
  // A picked file stays until the next edit happens or is sought.
  const picked = useSignal<{ path: string; at: number } | null>(null);
  const path = picked.value?.at === last ? picked.value.path : changes[last]?.path;
  const file = files.find((one) => one.path === path) ?? folders[0]?.files[0] ?? null;
  const pick = (to: string) => {
    picked.value = { path: to, at: last };
  };
  const past = files.flatMap((one) => one.changes.filter(({ index }) => index <= last));
  const tally = tallyOf(past);
  return (
    <section class="changes-stage" aria-label="Changes">
      <header class="changes-bar">
        {lead}
        <p role="status">
          {past.length === changes.length
            ? `${plural(changes.length, 'edit')} in ${plural(files.length, 'file')}`
            : `${past.length} of ${plural(changes.length, 'edit')} so far`}
          {tally && <DiffCounts added={tally.added} removed={tally.removed} word="" />}
        </p>
        <Choice
          legend="What is shown"
          options={modes}
          chosen={changesMode.value}
          onChoose={(mode) => {
            changesMode.value = mode as ChangesMode;
          }}
        />
        <Choice
          legend="Layout"
          options={layouts}
          chosen={changesSplit.value ? 'split' : 'unified'}
          onChoose={(layout) => {
            changesSplit.value = layout === 'split';
          }}
        />
      </header>
      {loaded.phase === 'failed' ? (
        <Nothing title="The changes could not be loaded">
          <p>{loaded.error.message}</p>
        </Nothing>
      ) : loaded.phase === 'loading' ? (
        <Nothing title="Loading changes…" />
      ) : (
        <div class="changes-panes">
          <ChangesTree
            session={session}
            folders={folders}
            last={last}
            open={file?.path ?? null}
            onPick={pick}
          />
          {file && <OneFile key={file.path} session={session} file={file} last={last} />}
        </div>
      )}
    </section>
  );
}

const modes = [
  ['playhead', 'At the playhead'],
  ['edits', 'Each edit'],
] as const;
const layouts = [
  ['unified', 'Unified'],
  ['split', 'Split'],
] as const;

function Choice({
  legend,
  options,
  chosen,
  onChoose,
}: {
  legend: string;
  options: readonly (readonly [value: string, label: string])[];
  chosen: string;
  onChoose: (value: string) => void;
}) {
  return (
    <fieldset class="speeds">
      <legend class="sr-only">{legend}</legend>
      {options.map(([value, label]) => (
        <button key={value} type="button" aria-pressed={chosen === value} onClick={() => onChoose(value)}>
          {label}
        </button>
      ))}
    </fieldset>
  );
}

function OneFile({ session, file, last }: { session: CellSession; file: ChangedFile; last: number }) {
  const past = file.changes.filter(({ index }) => index <= last);
  const latest = past.at(-1);
  const pane = useRef<HTMLDivElement>(null);
  const seeks = session.playback.seeks.value;
  const mode = changesMode.value;
  // What the last edit did is in sight when it happens and when it is sought.
  useLayoutEffect(() => revealNew(pane.current), [latest?.index, seeks, mode]);
  return (
    <div class="changed-file">
      <header class="changed-file-head">
        <h3>
          <code>
            <SafeText text={file.path} max={400} />
          </code>
        </h3>
        <button
          type="button"
          class="key"
          aria-label="Previous edit"
          title="Previous edit ({)"
          onClick={() => stepChange(session, -1)}
        >
          <kbd>{'{'}</kbd>
        </button>
        <span class="which">{whichEdit(file, past)}</span>
        <button
          type="button"
          class="key"
          aria-label="Next edit"
          title="Next edit (})"
          onClick={() => stepChange(session, 1)}
        >
          <kbd>{'}'}</kbd>
        </button>
        <button
          type="button"
          class="button wrap"
          aria-pressed={changesWrap.value}
          aria-keyshortcuts="w"
          onClick={() => {
            changesWrap.value = !changesWrap.peek();
          }}
        >
          Wrap
        </button>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls */}
      <div class={`changed-lines${changesWrap.value ? ' wraps' : ''}`} ref={pane} tabIndex={0}>
        {mode === 'edits' ? (
          <Edits session={session} file={file} last={last} />
        ) : (
          <AtPlayhead session={session} file={file} past={past} last={last} />
        )}
      </div>
    </div>
  );
}

function whichEdit(file: ChangedFile, past: readonly PlacedChange[]): string {
  const latest = past.at(-1);
  if (!latest) return `not yet touched, ${plural(file.changes.length, 'edit')} to come`;
  const when = latest.tNs === null ? '' : `, ${formatOffset(latest.tNs)}`;
  return `edit ${past.length} of ${file.changes.length}${when}`;
}

function revealNew(pane: HTMLElement | null): void {
  const line = pane?.querySelector('.new, .is-now');
  if (!pane || !line) return;
  const [at, box] = [line.getBoundingClientRect(), pane.getBoundingClientRect()];
  if (at.top < box.top + 20 || at.bottom > box.bottom - 20)
    pane.scrollTop += at.top - box.top - box.height / 3;
}

interface AtPlayheadProps {
  readonly session: CellSession;
  readonly file: ChangedFile;
  readonly past: readonly PlacedChange[];
  readonly last: number;
}

function AtPlayhead({ session, file, past, last }: AtPlayheadProps) {
  const count = past.length;
  const hunks = useMemo(() => {
    const diffs = past.map(({ change }) => change.diff);
    return diffs.every((diff) => diff !== null) ? netDiff(diffs) : null;
  }, [file, count]);
  if (count === 0) return <p class="changed-none">At this moment it is as the run found it.</p>;
  if (hunks === null)
    return (
      <>
        <p class="changed-none">
          The recorded diffs of this file cannot be put together. They stand one by one.
        </p>
        <Edits session={session} file={file} last={last} />
      </>
    );
  const latest = past.at(-1)?.change.change;
  if (hunks.length === 0)
    return (
      <p class="changed-none">
        {latest === 'removed' ? 'It was removed.' : 'It is again as the run found it.'}
      </p>
    );
  return <DiffHunks hunks={hunks} path={file.path} layout={changesSplit.value ? 'side' : 'unified'} />;
}

function Edits({ session, file, last }: Omit<AtPlayheadProps, 'past'>) {
  return (
    <ol class="changed-edits">
      {file.changes.map(({ change, tNs, tally, index }, number) => (
        <li
          key={index}
          class={index === last ? 'is-now' : index > last ? 'to-come' : ''}
          aria-current={index === last ? 'step' : undefined}
        >
          <p>
            {tNs !== null && (
              <button
                type="button"
                class="entry-time"
                aria-label={`Go to edit ${number + 1} at ${formatOffset(tNs)}`}
                onClick={() => goToChange(session, index)}
              >
                {formatOffset(tNs)}
              </button>
            )}
            <DiffCounts added={tally?.added ?? null} removed={tally?.removed ?? null} word={change.change} />
            {index > last && <span class="faint">to come</span>}
          </p>
          {change.diff === null ? (
            <p class="faint">No diff was recorded.</p>
          ) : (
            <ChangeDiff
              diff={change.diff}
              path={file.path}
              layout={changesSplit.value ? 'side' : 'unified'}
            />
          )}
        </li>
      ))}
    </ol>
  );
}
