// The compare page: two cells of one task on one clock. It opens the comparison, hands out the keys and
// answers addresses that name nothing to compare; what is shown is the parts' affair.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { PlaybackSession } from '../../state/cell/playback-session.ts';
import { type CompareTab, keepTab, readTab } from '../../state/compare/compare-address.ts';
import { CompareSession } from '../../state/compare/compare-session.ts';
import { openSide } from '../../state/compare/compare-side.ts';
import { cellHref } from '../../state/page/address.ts';
import { TitleBar } from '../page/title-bar.tsx';
import { NotFound, Nothing, Trouble } from '../parts/notice.tsx';
import { useKeys } from '../parts/use-keys.ts';
import { CompareHead } from './compare-head.tsx';
import { runCompareKey } from './compare-keys.ts';
import { ComparePicker } from './compare-picker.tsx';
import { CompareTabs } from './compare-tabs.tsx';
import { CompareTimeline } from './compare-timeline.tsx';
import './compare-page.css';

export function ComparePage({ ids }: { ids: readonly string[] }) {
  const [a, b, ...more] = ids;
  if (a === undefined)
    return (
      <Framed>
        <NotFound title="There is nothing to compare" detail="The address names no cell." />
      </Framed>
    );
  if (b === undefined) return <Other id={a} title="Compare with which cell?" />;
  if (a === b) return <Other id={a} title="Both sides are the same cell" />;
  return <Comparison a={a} b={b} more={more.filter((id) => id !== a && id !== b)} />;
}

function Framed({ children }: { children: preact.ComponentChildren }) {
  return (
    <>
      <TitleBar />
      <main>{children}</main>
    </>
  );
}

/** One cell alone: what it can be compared with. */
function Other({ id, title }: { id: string; title: string }) {
  const side = useMemo(() => openSide(id, new PlaybackSession(), { spansOnly: true }), [id]);
  useEffect(() => side.close, [side]);
  const session = side.session.value;
  const phase = session.phase.value;
  const detail = session.detail.value;
  if (phase.phase === 'not-found')
    return (
      <Framed>
        <NotFound title="No such cell" detail={id} />
      </Framed>
    );
  if (phase.phase === 'failed')
    return (
      <Framed>
        <Trouble error={phase.error} onRetry={side.retry} />
      </Framed>
    );
  return (
    <Framed>
      <div class="compare-other">
        <h1>{title}</h1>
        <p class="muted">
          <a class="link" href={cellHref(id)} data-page>
            {shownLine(id)}
          </a>{' '}
          stands on one side. Choose another run of its task for the other.
        </p>
        {detail ? <ComparePicker detail={detail} /> : <Nothing title="Loading…" />}
      </div>
    </Framed>
  );
}

interface Cells {
  readonly a: string;
  readonly b: string;
  readonly more: readonly string[];
}

/** The page is mounted anew for other cells: they are read once. */
function Comparison({ a, b, more }: Cells) {
  const compare = useMemo(() => new CompareSession([a, b], more), []);
  const chosen = useSignal<CompareTab | null>(readTab());
  useEffect(() => {
    const stop = compare.follow();
    return () => {
      stop();
      compare.close();
    };
  }, [compare]);
  useKeys((_, event) => runCompareKey(event, compare));
  const title = compare.names.value.slice(0, 2).join(' and ');
  useEffect(() => {
    document.title = `${title} compared · Playhead`;
  }, [title]);
  return (
    <div class="compare-page">
      <TitleBar>
        <Where compare={compare} />
      </TitleBar>
      <h1 class="sr-only">{title} compared</h1>
      <CompareHead compare={compare} hidden={more.length} />
      <CompareTabs
        compare={compare}
        chosen={chosen.value}
        onOpen={(tab) => {
          chosen.value = tab;
          keepTab(tab);
        }}
      />
      <CompareTimeline compare={compare} />
    </div>
  );
}

function Where({ compare }: { compare: CompareSession }) {
  const a = compare.a.value.session.value.detail.value;
  const b = compare.b.value.session.value.detail.value;
  const task = compare.sameTask.value ? (a ?? b)?.task : null;
  return (
    <p class="breadcrumb">
      {task !== null && task !== undefined && (
        <>
          <span class="compare-task">{shownLine(task, 80)}</span>
          <i aria-hidden="true">/</i>
        </>
      )}
      <b>Compare</b>
    </p>
  );
}
