// The palette: one field over everything that one may want to go to, with the picture of the moment that is chosen. It
// has its own keys, Ctrl K and g, on every page, so that no page's first code holds them. Does not find: state does.
import { useComputed, useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { formatOffset } from '../../model/display/format.ts';
import { type PaletteItem, paletteItems } from '../../model/palette/palette-items.ts';
import { searchHref } from '../../state/page/address.ts';
import { navigate } from '../../state/page/route.ts';
import { setTheme, themes } from '../../state/page/settings.ts';
import { openRun, paletteOpen } from '../../state/palette/open-palette.ts';
import { openPalette, type PaletteState } from '../../state/palette/palette-sources.ts';
import { FilmPicture } from '../front/film-picture.tsx';
import { SafeText } from '../parts/safe-text.tsx';
import { useCommandKey, useKeys } from '../parts/use-keys.ts';
import { MomentLink } from './moment-link.tsx';
import './palette.css';

export function Palette() {
  useCommandKey('k', () => {
    paletteOpen.value = true;
  });
  useKeys((key) => {
    if (key === 'g') paletteOpen.value = true;
    return key === 'g';
  });
  return (
    <>
      {paletteOpen.value && <Sheet />}
      <MomentLink />
    </>
  );
}

function Sheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  const state = useMemo(openPalette, []);
  useEffect(() => {
    dialog.current?.showModal();
    return state.close;
  }, [state]);
  const close = () => {
    dialog.current?.close();
    paletteOpen.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      class="palette"
      aria-label="Go to"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <Choice state={state} onGo={(item) => go(item, close)} onClose={close} />
    </dialog>
  );
}

/** After the palette is closed: a key that it presses is the page's. */
function go({ id, tNs, href, key }: PaletteItem, close: () => void): void {
  close();
  const theme = themes.find((name) => id === `theme ${name}`);
  if (theme) setTheme(theme);
  else if (tNs !== null) openRun.peek()?.playback.seek(tNs);
  else if (href !== null) navigate(href);
  else if (key !== null) dispatchEvent(new KeyboardEvent('keydown', { key, cancelable: true }));
}

interface ChoiceProps {
  readonly state: PaletteState;
  readonly onGo: (item: PaletteItem) => void;
  readonly onClose: () => void;
}

function Choice({ state, onGo, onClose }: ChoiceProps) {
  const at = useSignal(0);
  const items = useComputed(() =>
    paletteItems(state.text.value ?? '', state.sources.value, formatOffset),
  ).value;
  const chosen = items[Math.min(at.value, items.length - 1)];
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' });
  }, [chosen?.id]);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (by !== 0 && items.length > 0)
      at.value = (Math.min(at.value, items.length - 1) + by + items.length) % items.length;
    else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      onClose();
      navigate(searchHref(state.text.peek()));
    } else if (event.key === 'Enter' && chosen) onGo(chosen);
    else return;
    event.preventDefault();
  };
  return (
    <>
      <input
        type="text"
        role="combobox"
        aria-label="Run, turn, time, file or command"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen ? optionId(chosen) : undefined}
        placeholder="Run, turn, time, file or >command"
        autocomplete="off"
        spellcheck={false}
        maxLength={200}
        onInput={(event) => {
          at.value = 0;
          state.text.value = event.currentTarget.value;
        }}
        onKeyDown={onKeyDown}
      />
      <div class="palette-body">
        <div id="palette-list" role="listbox" aria-label="Found" ref={list}>
          {items.map((item, index) => (
            <Option
              key={item.id}
              item={item}
              head={item.group === items[index - 1]?.group ? null : item.group}
              isChosen={item === chosen}
              onGo={() => onGo(item)}
            />
          ))}
        </div>
        <Preview item={chosen} />
      </div>
      <p class="palette-foot">
        <span role="status">{items.length === 0 ? 'Nothing here has these words.' : ''}</span>
        <span>
          <kbd>Enter</kbd> goes, <kbd>Ctrl Enter</kbd> searches all runs. Also <code>#37</code>,{' '}
          <code>12:40</code>, <code>-2m</code>, <code>&gt;command</code>
        </span>
      </p>
    </>
  );
}

function optionId({ id }: PaletteItem): string {
  return `palette ${id}`.replace(/\s/g, '-');
}

function Option({
  item,
  head,
  isChosen,
  onGo,
}: {
  item: PaletteItem;
  head: string | null;
  isChosen: boolean;
  onGo: () => void;
}) {
  return (
    <>
      {head !== null && (
        <p class="palette-head" role="presentation">
          {head}
        </p>
      )}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the field has the keys */}
      <div id={optionId(item)} role="option" aria-selected={isChosen} tabIndex={-1} onClick={onGo}>
        <span>
          <SafeText text={item.label} max={160} />
        </span>
        <small>{item.note}</small>
      </div>
    </>
  );
}

/** The terminal at the moment that is chosen; nothing for what has none. */
function Preview({ item }: { item: PaletteItem | undefined }) {
  const film = openRun.value?.terminal.film.value ?? null;
  if (!item || item.tNs === null) return null;
  return (
    <div class="palette-preview" aria-hidden="true">
      {film && (
        <div class="palette-frame">
          <FilmPicture film={film} tNs={item.tNs} />
        </div>
      )}
      <b>{item.note}</b>
      <p>
        <SafeText text={item.label} max={400} />
      </p>
    </div>
  );
}
