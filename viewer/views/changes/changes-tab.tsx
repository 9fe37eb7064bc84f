// The files that changed, as they stand at the playhead: what was done to each so far, and pale what is
// still to come. Each change seeks to its moment. Unified, or old and new side by side.
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { FileChangeJson } from '../../../shared/wire.ts';
import { type ChangedFile, changedFiles, type PlacedChange } from '../../model/changes/changed-files.ts';
import { formatOffset, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList } from '../../state/cell/cell-tracks.ts';
import { goToChange, lastChange } from '../../state/changes/changes-reading.ts';
import { memo } from '../parts/memo.ts';
import { Nothing } from '../parts/notice.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { DiffCounts } from '../transcript/transcript-row.tsx';
import { ChangeDiff, type DiffLayout } from './change-diff.tsx';
import './changes-tab.css';

type When = 'past' | 'now' | 'future';

const LAYOUTS: readonly { readonly layout: DiffLayout; readonly label: string }[] = [
  { layout: 'unified', label: 'Unified' },
  { layout: 'side', label: 'Side by side' },
];

export function ChangesTab({ session }: { session: CellSession }) {
  const loaded = session.changes.value;
  if (loaded.phase === 'loading') return <Nothing title="Loading changes…" />;
  if (loaded.phase === 'failed')
    return (
      <Nothing title="The changes could not be loaded">
        <p>{loaded.error.message}</p>
      </Nothing>
    );
  if (loaded.value.length === 0)
    return (
      <Nothing title="No file change was recorded">
        <p>Either nothing changed, or this run's adapter did not watch files.</p>
      </Nothing>
    );
  return <Files session={session} changes={loaded.value} />;
}

function Files({ session, changes }: { session: CellSession; changes: readonly FileChangeJson[] }) {
  const layout = useSignal<DiffLayout>('unified');
  const files = useComputed(() => filesOf(session)).value;
  // The number of changes so far, not the moment: playing draws the list again only when one happens.
  const done = useComputed(() => {
    const tNs = session.playback.positionNs.value;
    return files.reduce((sum, file) => sum + file.changes.filter((one) => (one.tNs ?? 0) <= tNs).length, 0);
  }).value;
  const last = useComputed(() => lastChange(session)).value;
  const box = useRef<HTMLDivElement>(null);
  // The change at the playhead stays in sight while time moves and when it is sought.
  const seeks = session.playback.seeks.value;
  useLayoutEffect(() => reveal(box.current, last), [last, seeks]);
  return (
    <div class={`changes ${layout.value}`} ref={box}>
      <header class="changes-head">
        <p role="status">
          {done === changes.length
            ? `${plural(changes.length, 'change')} in ${plural(files.length, 'file')}`
            : `${done} of ${plural(changes.length, 'change')} so far`}
        </p>
        <fieldset class="speeds">
          <legend class="sr-only">Layout</legend>
          {LAYOUTS.map((one) => (
            <button
              key={one.layout}
              type="button"
              aria-pressed={layout.value === one.layout}
              onClick={() => {
                layout.value = one.layout;
              }}
            >
              {one.label}
            </button>
          ))}
        </fieldset>
      </header>
      {files.map((file) => (
        <File key={file.path} file={file} session={session} layout={layout.value} last={last} />
      ))}
    </div>
  );
}

/** Scrolls the panel so that a change begins at its top, below the head that stays there. */
function reveal(box: HTMLElement | null, index: number): void {
  const panel = box?.closest('.panel');
  const change = box?.querySelector(`[data-change="${index}"]`);
  if (!panel || !change) return;
  const head = box?.querySelector('.changes-head')?.getBoundingClientRect().height ?? 0;
  panel.scrollTop += change.getBoundingClientRect().top - panel.getBoundingClientRect().top - head - 40;
}

function filesOf(session: CellSession): readonly ChangedFile[] {
  return changedFiles(loadedList(session.changes.value), session.trace.value?.columns.startNs ?? null);
}

function File({
  file,
  session,
  layout,
  last,
}: {
  file: ChangedFile;
  session: CellSession;
  layout: DiffLayout;
  last: number;
}) {
  const past = file.changes.filter(({ index }) => index <= last);
  const tally = past.reduce(
    (sum, one) => ({
      added: sum.added + (one.tally?.added ?? 0),
      removed: sum.removed + (one.tally?.removed ?? 0),
    }),
    { added: 0, removed: 0 },
  );
  const known = past.some((one) => one.tally !== null);
  return (
    <section class={past.length > 0 ? 'file' : 'file untouched'}>
      <header>
        <h3>
          <code>
            <SafeText text={file.path} max={500} />
          </code>
        </h3>
        <DiffCounts
          added={known ? tally.added : null}
          removed={known ? tally.removed : null}
          word={past.length > 0 ? stateWord(file.changes, past) : 'not yet touched'}
        />
      </header>
      <ol>
        {file.changes.map((placed) => (
          <Change
            key={placed.index}
            placed={placed}
            session={session}
            layout={layout}
            when={placed.index === last ? 'now' : placed.index < last ? 'past' : 'future'}
          />
        ))}
      </ol>
    </section>
  );
}

/** What the file is at this moment, compared with before the run. */
function stateWord(all: readonly PlacedChange[], past: readonly PlacedChange[]): string {
  const first = past[0]?.change.change;
  const latest = past.at(-1)?.change.change;
  const word = latest === 'removed' ? 'removed' : first === 'added' ? 'added' : 'modified';
  return all.length > 1 ? `${word}, ${past.length} of ${all.length} changes` : word;
}

const Change = memo(function Change({
  placed,
  session,
  layout,
  when,
}: {
  placed: PlacedChange;
  session: CellSession;
  layout: DiffLayout;
  when: When;
}) {
  const { change, tNs, tally } = placed;
  return (
    <li
      class={`change ${when}`}
      data-change={placed.index}
      aria-current={when === 'now' ? 'step' : undefined}
    >
      <p class="change-head">
        {tNs !== null && (
          <button
            type="button"
            class="entry-time"
            onClick={() => goToChange(session, placed.index)}
            aria-label={`Go to the change at ${formatOffset(tNs)}`}
          >
            {formatOffset(tNs)}
          </button>
        )}
        <DiffCounts added={tally?.added ?? null} removed={tally?.removed ?? null} word={change.change} />
        {when === 'future' && <span class="faint">to come</span>}
      </p>
      {change.diff === null ? (
        <p class="change-none">No diff was recorded.</p>
      ) : (
        <ChangeDiff diff={change.diff} path={change.path} layout={layout} />
      )}
    </li>
  );
});
