// The right half: the run as people read it, in tabs, with the span at the playhead in a line below them and, where it
// was opened, over them. On a narrow screen the terminal pane is a tab as well.
// Does not know what a tab is made of: ./tabs.ts does.
import type { CellSession } from '../../state/cell/cell-session.ts';
import { narrow } from '../../state/page/media.ts';
import { lazy } from '../parts/lazy.tsx';
import { memo } from '../parts/memo.ts';
import { TabList } from '../parts/tab-list.tsx';
import type { AxisTab } from '../scores/scores-tab.tsx';
import { ActiveSpan } from '../trace/active-span.tsx';
import { type CellTab, cellTabs, type TabName, type TabView, tabOfAxis } from './tabs.ts';
import './tabs-pane.css';

const SpanDrawer = lazy(() => import('../trace/span-drawer.tsx').then((module) => module.SpanDrawer));

interface TabsPaneProps {
  readonly session: CellSession;
  readonly view: TabView;
  readonly onPlay: (fromNs: number) => void;
}

/** Drawn through `memo`, so that the page, which is drawn once, does not hold on to what was in here first. */
export const TabsPane = memo(function TabsPane({ session, view, onPlay }: TabsPaneProps) {
  const { poster } = view;
  const tabs = cellTabs.filter(({ isShown }) => isShown?.(session, poster) ?? true);
  const open = openTab(tabs, view.tab.value ?? firstTab(session));
  return (
    <section class="tabs-pane" aria-label="Run">
      <TabList
        label="Run"
        tabs={tabs.map(({ name, label, labelOf, count }) => ({
          name,
          label: labelOf?.(session) ?? label,
          count: count?.(session) ?? null,
        }))}
        open={open.name}
        onOpen={view.openTab}
      />
      <div
        class={`panel panel-${open.name}`}
        role="tabpanel"
        id={`panel-${open.name}`}
        aria-labelledby={`tab-${open.name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        key={open.name}
      >
        <open.component
          session={session}
          poster={poster}
          onPlay={onPlay}
          tabOfAxis={(axis) => axisTab(axis, view)}
        />
      </div>
      {(!narrow.value || open.name === 'stage') && <ActiveSpan session={session} />}
      <SpanDrawer session={session} />
    </section>
  );
});

/** Where nothing was recorded but scores, the scores are what there is to read. */
function firstTab(session: CellSession): TabName | null {
  const detail = session.detail.value;
  const scoresAlone = detail && detail.spans === 0 && !detail.hasTerminal && detail.scores.length > 0;
  return scoresAlone ? 'scores' : null;
}

/** The chosen tab where it is there, else the first. */
function openTab(tabs: readonly CellTab[], chosen: TabName | null): CellTab {
  const open = tabs.find(({ name }) => name === chosen) ?? tabs[0];
  if (!open) throw new Error('A cell page has no tab.');
  return open;
}

function axisTab(axis: string, view: TabView): AxisTab | null {
  const tab = tabOfAxis(axis);
  return tab ? { label: tab.label, open: () => view.openTab(tab.name) } : null;
}
