// The middle of the compare page: the two runs side by side, in tabs. On a narrow screen terminals stand one
// above the other, and of all else one side is shown at a time. A side that could not be loaded says so in
// its own place and takes nothing from the other.
import { useComputed, useSignal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { compareCells } from '../../model/compare/comparison.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatOffset } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { loadedList, trackOf } from '../../state/cell/cell-tracks.ts';
import { type CompareTab, compareTabs } from '../../state/compare/compare-address.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { type SideName, sideNames } from '../../state/compare/compare-side.ts';
import { cellHref } from '../../state/page/address.ts';
import { narrow } from '../../state/page/media.ts';
import { navigate } from '../../state/page/route.ts';
import { tabOfAxis } from '../cell/tabs.ts';
import { ChangesTab } from '../changes/changes-tab.tsx';
import { Nothing, Trouble } from '../parts/notice.tsx';
import { TabList } from '../parts/tab-list.tsx';
import { type AxisTab, ScoresTab } from '../scores/scores-tab.tsx';
import { TerminalView } from '../terminal/terminal-view.tsx';
import { clockText } from '../timeline/clock-text.ts';
import { SpanSummary } from '../trace/span-summary.tsx';
import { TranscriptTab } from '../transcript/transcript-tab.tsx';
import { SideLetter } from './compare-head.tsx';
import { CompareOverview } from './compare-overview.tsx';
import { ComparePicker } from './compare-picker.tsx';
import { CompareSteps } from './compare-steps.tsx';
import { CompareTable } from './compare-table.tsx';
import './compare-tabs.css';
import '../cell/terminal-pane.css';

const LABELS: { readonly [tab in CompareTab]: string } = {
  overview: 'Overview',
  terminals: 'Terminals',
  steps: 'Steps',
  transcripts: 'Transcripts',
  changes: 'Changes',
  scores: 'Scores',
  differences: 'Differences',
};

interface CompareTabsProps {
  readonly compare: CompareSession;
  /** null until someone chose. */
  readonly chosen: CompareTab | null;
  readonly onOpen: (tab: CompareTab) => void;
}

export function CompareTabs({ compare, chosen, onOpen }: CompareTabsProps) {
  const open = chosen ?? firstTab(compare);
  const rows = useComputed(() => differences(compare)).value;
  const counts = new Map<CompareTab, number>([
    ['steps', compare.alignment.value.pairs.length],
    ['differences', rows.filter(({ equal }) => equal === false).length],
  ]);
  const tabs = compareTabs.map((name) => ({ name, label: LABELS[name], count: counts.get(name) ?? null }));
  return (
    <main class="compare-desk">
      <TabList label="Comparison" tabs={tabs} open={open} onOpen={onOpen} />
      <div
        class={`compare-panel compare-${open}`}
        role="tabpanel"
        id={`panel-${open}`}
        aria-labelledby={`tab-${open}`}
      >
        {open === 'overview' ? (
          <CompareOverview compare={compare} rows={rows} />
        ) : open === 'steps' ? (
          <CompareSteps compare={compare} />
        ) : open === 'differences' ? (
          <CompareTable compare={compare} rows={rows} />
        ) : (
          <Columns compare={compare} tab={open} onOpen={onOpen} />
        )}
      </div>
    </main>
  );
}

/** Where neither has anything to play, the numbers are what there is to compare. */
function firstTab(compare: CompareSession): CompareTab {
  const silent = sideNames.every((name) => {
    const detail = compare[name].value.session.value.detail.value;
    return detail !== null && detail.spans === 0 && !detail.hasTerminal;
  });
  return silent ? 'differences' : 'overview';
}

/** Nothing while one of them is not here. */
function differences(compare: CompareSession) {
  const [a, b] = sideNames.map((name) => {
    const session = compare[name].value.session.value;
    const detail = session.detail.value;
    const steps = compare.alignment.value[name].length;
    return detail && { detail, changes: loadedList(session.changes.value), steps: steps > 0 ? steps : null };
  });
  return a && b ? compareCells(a, b) : [];
}

type ColumnTab = Exclude<CompareTab, 'overview' | 'steps' | 'differences'>;

function Columns({
  compare,
  tab,
  onOpen,
}: {
  compare: CompareSession;
  tab: ColumnTab;
  onOpen: (tab: CompareTab) => void;
}) {
  const looked = useSignal<SideName>('a');
  const oneByOne = narrow.value && tab !== 'terminals';
  return (
    <>
      {oneByOne && (
        <fieldset class="speeds compare-sides">
          <legend class="sr-only">Side</legend>
          {sideNames.map((name, index) => (
            <button
              key={name}
              type="button"
              aria-pressed={looked.value === name}
              onClick={() => {
                looked.value = name;
              }}
            >
              {'AB'[index]} {compare.names.value[index]}
            </button>
          ))}
        </fieldset>
      )}
      {sideNames
        .filter((name) => !oneByOne || name === looked.value)
        .map((name) => (
          <Column
            key={`${name} ${compare[name].value.id}`}
            compare={compare}
            name={name}
            tab={tab}
            onOpen={onOpen}
          />
        ))}
    </>
  );
}

interface ColumnProps {
  readonly compare: CompareSession;
  readonly name: SideName;
  readonly tab: ColumnTab;
  readonly onOpen: (tab: CompareTab) => void;
}

function Column({ compare, name, tab, onOpen }: ColumnProps) {
  const index = name === 'a' ? 0 : 1;
  const session = compare[name].value.session.value;
  const label = compare.names.value[index] ?? '';
  return (
    <section class="compare-column" aria-label={`${'AB'[index]}: ${label}`}>
      <SideBody compare={compare} name={name}>
        {tab === 'terminals' ? (
          <Terminal session={session} index={index} label={label} />
        ) : (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
          <div class="panel" tabIndex={0} key={tab}>
            {tab === 'transcripts' && <TranscriptTab session={session} />}
            {tab === 'changes' && <ChangesTab session={session} />}
            {tab === 'scores' && (
              <ScoresTab session={session} tabOfAxis={(axis) => axisTab(axis, session, onOpen)} />
            )}
          </div>
        )}
      </SideBody>
    </section>
  );
}

/** A tab that the comparison has not is the cell's own. */
function axisTab(axis: string, session: CellSession, onOpen: (tab: CompareTab) => void): AxisTab | null {
  const tab = tabOfAxis(axis);
  if (!tab) return null;
  const { name, label } = tab;
  const open = () => {
    const id = session.detail.peek()?.id;
    if (name === 'changes' || name === 'scores') onOpen(name);
    else if (id !== undefined)
      navigate(cellHref(id, { t: session.playback.positionNs.peek() / 1e6, tab: name }));
  };
  return { label, open };
}

/** A side as far as it came: on its way, unknown, out of reach, or here. */
function SideBody({
  compare,
  name,
  children,
}: {
  compare: CompareSession;
  name: SideName;
  children: ComponentChildren;
}) {
  const side = compare[name].value;
  const phase = side.session.value.phase.value;
  if (phase.phase === 'loading') return <Nothing title="Loading…" />;
  if (phase.phase === 'failed') return <Trouble error={phase.error} onRetry={side.retry} />;
  if (phase.phase === 'ready') return <>{children}</>;
  const other = compare[name === 'a' ? 'b' : 'a'].value.session.value.detail.value;
  return (
    <div class="compare-other">
      <h3>No such cell</h3>
      <p class="mono">{shownLine(side.id, 600)}</p>
      {other && (
        <>
          <p class="muted">Other runs of the task to compare with:</p>
          <ComparePicker detail={other} />
        </>
      )}
    </div>
  );
}

function Terminal({ session, index, label }: { session: CellSession; index: number; label: string }) {
  const film = session.terminal.film.value;
  const error = session.terminal.error.value;
  const facts = session.terminal.facts.value;
  const track = trackOf(session.detail.value, 'terminal');
  if (session.detail.value?.hasTerminal !== true) {
    if ((session.trace.value?.columns.count ?? 0) > 0) return <SpanSummary session={session} />;
    return (
      <Nothing title={session.traceError.value ? 'The spans could not be loaded' : 'No span was recorded'}>
        <p>
          {session.traceError.value?.message ??
            'What is known of this cell stands under Scores and Differences.'}
        </p>
      </Nothing>
    );
  }
  return (
    <section class="terminal" aria-label={`Terminal of ${label}`}>
      <header class="terminal-bar">
        <SideLetter index={index} />
        <h3>{label}</h3>
        {facts && (
          <span class="size">
            {facts.cols} × {facts.rows}
          </span>
        )}
        <span class="tag">{track?.source?.startsWith('asciicast') ? 'recorded pty' : 'recorded'}</span>
        <Moment session={session} />
      </header>
      {film ? (
        <TerminalView session={session} film={film} />
      ) : (
        <p class="terminal-note" role="status">
          {error
            ? `The recording could not be replayed: ${shownLine(error.message)}`
            : 'Reading the recording…'}
        </p>
      )}
    </section>
  );
}

/** Where this run stands on its own clock. */
function Moment({ session }: { session: CellSession }) {
  const { playback } = session;
  const position = useComputed(() => formatOffset(playback.positionNs.value));
  const length = useComputed(() => clockText(0, playback.lengthNs.value).length);
  const over = playback.ended.value;
  return (
    <span class="terminal-source compare-moment">
      {over ? (
        <>ended at {length}</>
      ) : (
        <>
          <b>{position}</b> / {length}
        </>
      )}
    </span>
  );
}
