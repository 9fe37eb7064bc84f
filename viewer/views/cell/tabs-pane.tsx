// The right half: the run as people read it, in tabs. On a narrow screen the terminal pane is a tab as well.
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { trackOf } from '../../state/cell/cell-tracks.ts';
import type { CellView, TabName } from '../../state/cell/cell-view.ts';
import { narrow } from '../../state/page/media.ts';
import { lazy } from '../parts/lazy.tsx';
import { focusIsByTab } from '../parts/use-keys.ts';
import { TranscriptTab } from '../transcript/transcript-tab.tsx';
import { TerminalPane } from './terminal-pane.tsx';
import './tabs-pane.css';

const Tabs = lazy(() => import('./lazy-tabs.tsx').then((module) => module.LazyTabs));

interface Tab<Name extends string = TabName> {
  readonly name: Name;
  readonly label: string;
  /** null for a tab that counts nothing. */
  readonly count: number | null;
}

export function TabsPane({ session, view }: { session: CellSession; view: CellView }) {
  const tabs = listTabs(session);
  const open = openTab(tabs, view.tab.value ?? firstTab(session));
  return (
    <section class="tabs-pane" aria-label="Run">
      <TabList label="Run" tabs={tabs} open={open} onOpen={view.openTab} />
      <div
        class={`panel panel-${open}`}
        role="tabpanel"
        id={`panel-${open}`}
        aria-labelledby={`tab-${open}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
        tabIndex={0}
        key={open}
      >
        {panel(open, session, view)}
      </div>
    </section>
  );
}

function listTabs(session: CellSession): Tab[] {
  const detail = session.detail.value;
  const count = (name: 'changes' | 'model_calls' | 'logs') => trackOf(detail, name)?.count ?? 0;
  const tabs: Tab[] = [
    { name: 'transcript', label: 'Transcript', count: null },
    { name: 'changes', label: 'Changes', count: count('changes') },
    { name: 'model-calls', label: 'Model calls', count: count('model_calls') },
    { name: 'spans', label: 'Spans', count: session.trace.value?.columns.count ?? detail?.spans ?? 0 },
    { name: 'scores', label: 'Scores', count: detail?.scores.length ?? 0 },
    { name: 'details', label: 'Details', count: null },
  ];
  if (count('logs') > 0) tabs.push({ name: 'logs', label: 'Logs', count: count('logs') });
  if (narrow.value)
    tabs.unshift({ name: 'stage', label: detail?.hasTerminal ? 'Terminal' : 'Summary', count: null });
  return tabs;
}

/** Where nothing was recorded but scores, the scores are what there is to read. */
function firstTab(session: CellSession): TabName | null {
  const detail = session.detail.value;
  return detail && detail.spans === 0 && !detail.hasTerminal && detail.scores.length > 0 ? 'scores' : null;
}

/** The chosen tab where it is there, else the first. */
function openTab(tabs: readonly Tab[], chosen: TabName | null): TabName {
  return tabs.find((tab) => tab.name === chosen)?.name ?? tabs[0]?.name ?? 'transcript';
}

function panel(open: TabName, session: CellSession, view: CellView): ComponentChildren {
  if (open === 'stage') return <TerminalPane session={session} />;
  if (open === 'transcript') return <TranscriptTab session={session} />;
  return <Tabs tab={open} session={session} view={view} />;
}

export function TabList<Name extends string>({
  label,
  tabs,
  open,
  onOpen,
}: {
  label: string;
  tabs: readonly Tab<Name>[];
  open: Name;
  onOpen: (tab: Name) => void;
}) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const chosen = list.current?.querySelector('[aria-selected=true]');
    chosen?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }, [open]);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    // After a click the arrows are the page's and step spans; reached by Tab, they walk the tabs.
    if (by === 0 || !focusIsByTab()) return;
    event.preventDefault();
    const at = tabs.findIndex((tab) => tab.name === open);
    const next = tabs[(at + by + tabs.length) % tabs.length];
    if (!next) return;
    onOpen(next.name);
    list.current?.querySelector<HTMLElement>(`#tab-${next.name}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          id={`tab-${tab.name}`}
          class="tab"
          aria-selected={tab.name === open}
          aria-controls={tab.name === open ? `panel-${tab.name}` : undefined}
          tabIndex={tab.name === open ? 0 : -1}
          onClick={() => onOpen(tab.name)}
        >
          {tab.label}
          {tab.count !== null && <span class="tab-count"> {formatCount(tab.count)}</span>}
        </button>
      ))}
    </div>
  );
}
