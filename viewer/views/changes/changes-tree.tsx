// The files that changed, by folder: when each was edited as ticks under the playhead, how many lines so far, and which
// the task did not ask for. One Tab stop; arrows move, Enter opens.
import { useComputed } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { type ChangedFile, type ChangedFolder, tallyOf } from '../../model/changes/changed-files.ts';
import { plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { SafeText } from '../parts/safe-text.tsx';
import { useRovingRows } from '../parts/use-roving-rows.ts';
import { DiffCounts } from '../transcript/transcript-row.tsx';

const TICKS_PX = 48;
/** More are no list to look through; the transcript and the search lead to them. */
const MAX_FILES = 1000;

interface ChangesTreeProps {
  readonly session: CellSession;
  readonly folders: readonly ChangedFolder[];
  /** Index of the last change at the playhead. */
  readonly last: number;
  /** Path of the file beside the tree. */
  readonly open: string | null;
  readonly onPick: (path: string) => void;
}

export function ChangesTree({ session, folders, last, open, onPick }: ChangesTreeProps) {
  const list = useRef<HTMLElement>(null);
  const files = folders.flatMap((folder) => folder.files).slice(0, MAX_FILES);
  const total = folders.reduce((sum, folder) => sum + folder.files.length, 0);
  const roving = useRovingRows(list, {
    count: files.length,
    current: files.findIndex((file) => file.path === open),
    reveal: (row) => list.current?.querySelector(`[data-row="${row}"]`)?.scrollIntoView({ block: 'nearest' }),
    onEnter: (row) => onPick(files[row]?.path ?? ''),
  });
  const lengthNs = session.playback.lengthNs.value;
  // To the pixel: playing draws the tree again only when the line moves.
  const atPx = useComputed(() =>
    Math.round((TICKS_PX * session.playback.positionNs.value) / Math.max(1, session.playback.lengthNs.value)),
  ).value;
  const notAsked = notAskedFor(session);
  const unasked = files.filter(({ path }) => notAsked.has(path)).length;
  // In its own list alone: what lies around it must not move.
  useLayoutEffect(() => reveal(list.current), [open]);
  let row = -1;
  return (
    <nav
      class="changes-tree"
      aria-label="Changed files"
      ref={list}
      onKeyDown={roving.onKeyDown}
      onFocusOut={roving.onFocusOut}
    >
      <div class="changes-folders">
        {folders.map((folder) => (
          <section key={folder.path} aria-label={`Folder ${folder.path.slice(0, 200) || '.'}`}>
            <h3>
              <SafeText text={folder.path === '' ? 'top folder' : folder.path} max={200} />
            </h3>
            <ol>
              {folder.files.map((file) => {
                row++;
                if (row >= MAX_FILES) return null;
                const own = row;
                return (
                  <li key={file.path} data-row={own}>
                    <button
                      type="button"
                      class={isTouched(file, last) ? 'tree-file' : 'tree-file untouched'}
                      tabIndex={own === roving.stop ? 0 : -1}
                      aria-current={file.path === open ? 'true' : undefined}
                      title={file.path.slice(0, 400)}
                      onClick={() => onPick(file.path)}
                    >
                      <span class="name">
                        <SafeText text={file.path.slice(file.path.lastIndexOf('/') + 1)} max={120} />
                      </span>
                      {notAsked.has(file.path) && <NotAsked />}
                      <Ticks file={file} last={last} lengthNs={lengthNs} atPx={atPx} />
                      <Counts file={file} last={last} />
                    </button>
                  </li>
                );
              })}
            </ol>
          </section>
        ))}
        {total > files.length && <p class="faint">{plural(total - files.length, 'more file')}</p>}
      </div>
      {unasked > 0 && (
        <p class="changes-unasked">
          <NotAsked /> not asked for by the task, {unasked} of {total}
        </p>
      )}
    </nav>
  );
}

function reveal(list: HTMLElement | null): void {
  const box = list?.querySelector('.changes-folders');
  const file = box?.querySelector('[aria-current="true"]');
  if (!box || !file) return;
  const [at, around] = [file.getBoundingClientRect(), box.getBoundingClientRect()];
  if (at.top < around.top || at.bottom > around.bottom)
    box.scrollTop += at.top - around.top - around.height / 2;
}

function isTouched(file: ChangedFile, last: number): boolean {
  return file.changes.some(({ index }) => index <= last);
}

function Counts({ file, last }: { file: ChangedFile; last: number }) {
  const tally = tallyOf(file.changes.filter(({ index }) => index <= last));
  return (
    <span class="counts">{tally && <DiffCounts added={tally.added} removed={tally.removed} word="" />}</span>
  );
}

/** When it was edited: solid what was, pale what is to come, and the playhead. */
function Ticks({
  file,
  last,
  lengthNs,
  atPx,
}: {
  file: ChangedFile;
  last: number;
  lengthNs: number;
  atPx: number;
}) {
  return (
    <svg class="ticks" viewBox={`0 0 ${TICKS_PX} 12`} aria-hidden="true">
      <path class="base" d={`M0 11.5H${TICKS_PX}`} />
      {file.changes.map(({ tNs, index }) => {
        const x = Math.min(TICKS_PX - 2, ((tNs ?? 0) / Math.max(1, lengthNs)) * TICKS_PX);
        return <rect key={index} class={index > last ? 'to-come' : ''} x={x} y="1" width="2" height="9" />;
      })}
      <rect class="now" x={Math.min(TICKS_PX - 1, atPx)} y="0" width="1.5" height="12" />
    </svg>
  );
}

function NotAsked() {
  return (
    <svg class="not-asked" viewBox="0 0 10 10" role="img" aria-label="not asked for by the task">
      <path d="M5 1 9 5 5 9 1 5Z" />
    </svg>
  );
}

/** Paths that the scorer of the blast radius names as unexpected. */
function notAskedFor(session: CellSession): ReadonlySet<string> {
  const record = session.detail.value?.scores.find(({ axis }) => axis === 'blast_radius');
  const listed = record?.values.unexpected_changes;
  return new Set(Array.isArray(listed) ? listed.filter((path) => typeof path === 'string') : []);
}
