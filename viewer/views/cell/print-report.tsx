// A run on paper, in two pages or so: after the answer and the last picture the reasons, the files that changed and the
// model calls in one line. What was said stands there only where the reader had opened a tab of it by hand.
import { useMemo } from 'preact/hooks';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import { changedFiles, folderTree, tallyOf } from '../../model/changes/changed-files.ts';
import { costWords } from '../../model/display/cost-words.ts';
import { formatTokens, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList, trackOf } from '../../state/cell/cell-tracks.ts';
import type { Poster } from '../../state/cell/poster.ts';
import { SafeText } from '../parts/safe-text.tsx';
import { DiffCounts } from '../transcript/transcript-row.tsx';
import { WhySheet } from '../why/why-sheet.tsx';
import './print-report.css';

export function PrintReport({ session, poster }: { session: CellSession; poster: Poster }) {
  const detail = session.detail.value;
  if (!detail) return null;
  return (
    <section class="print-report" aria-label="Report">
      {hasReasons(detail.outcome) && (
        <WhySheet session={session} poster={poster} onPlay={poster.dismiss} isPage />
      )}
      <Changes session={session} />
      <Calls session={session} />
      <p class="print-address">{location.href}</p>
    </section>
  );
}

function Changes({ session }: { session: CellSession }) {
  const changes = loadedList(session.changes.value);
  const startNs = session.trace.value?.columns.startNs ?? null;
  const files = useMemo(() => folderTree(changedFiles(changes, startNs)), [changes, startNs]);
  if (changes.length === 0) return null;
  const count = files.reduce((sum, folder) => sum + folder.files.length, 0);
  return (
    <>
      <h2>{`${plural(changes.length, 'edit')} in ${plural(count, 'file')}`}</h2>
      <ul class="print-files">
        {files
          .flatMap((folder) => folder.files)
          .map((file) => {
            const tally = tallyOf(file.changes);
            return (
              <li key={file.path}>
                <code>
                  <SafeText text={file.path} max={300} />
                </code>{' '}
                <DiffCounts
                  added={tally?.added ?? null}
                  removed={tally?.removed ?? null}
                  word={plural(file.changes.length, 'edit')}
                />
              </li>
            );
          })}
      </ul>
    </>
  );
}

function Calls({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const count = trackOf(detail, 'model_calls')?.count ?? 0;
  if (!detail || count === 0) return null;
  const { input, output } = detail.tokens;
  const facts = [
    input === null ? null : `${formatTokens(input)} tokens in`,
    output === null ? null : `${formatTokens(output)} out`,
    detail.cost ? costWords(detail.cost) : null,
  ];
  return (
    <>
      <h2>{plural(count, 'model call')}</h2>
      <p>{facts.filter((fact) => fact !== null).join(' · ')}</p>
    </>
  );
}
