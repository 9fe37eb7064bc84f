// A row of tabs: arrows walk it once Tab has reached it, and the open one is scrolled into sight. Does not draw
// what a tab opens: its panel is `panel-<name>`, labelled by `tab-<name>`.
import { useLayoutEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../model/display/format.ts';
import { focusIsByTab } from './use-keys.ts';
import './tab-list.css';

export interface TabItem<Name extends string> {
  readonly name: Name;
  readonly label: string;
  /** null for a tab that counts nothing. */
  readonly count: number | null;
}

interface TabListProps<Name extends string> {
  readonly label: string;
  readonly tabs: readonly TabItem<Name>[];
  readonly open: Name;
  readonly onOpen: (tab: Name) => void;
}

export function TabList<Name extends string>({ label, tabs, open, onOpen }: TabListProps<Name>) {
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
