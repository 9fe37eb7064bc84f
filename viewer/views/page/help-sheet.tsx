// The sheet of keys, gestures and signs: a modal dialog, closed by Escape, by its button or by a click beside it.
import { useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { keysMatching } from '../../model/palette/page-keys.ts';
import { helpOpen } from '../../state/page/help.ts';
import { route } from '../../state/page/route.ts';
import { ArrowKey } from '../parts/with-arrows.tsx';
import { BarLegend } from '../timeline/bar-legend.tsx';
import './help-sheet.css';

type Row = readonly [keys: string, what: string];

const HAND_ROWS: readonly Row[] = [
  ['Tracks', 'drag moves the playhead; a click chooses the span; a name opens what lies below'],
  ['Ruler', 'drag chooses a window that loops; its edges resize, its inside moves it; twice clears'],
  ['Strip', 'drag looks at that stretch; twice shows the whole run'],
  ['Wheel', 'zooms at the pointer, over the tracks with ctrl; with shift it pans'],
];

export function HelpSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
  const sought = useSignal('');
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  const close = () => {
    helpOpen.value = false;
  };
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes a dialog by itself
    <dialog
      ref={dialog}
      class="help"
      aria-labelledby="help-title"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      <div class="help-body">
        <header>
          <h2 id="help-title">Keys and signs</h2>
          <input
            type="search"
            aria-label="Find a key"
            placeholder="Find a key"
            value={sought.value}
            autocomplete="off"
            onInput={(event) => {
              sought.value = event.currentTarget.value;
            }}
          />
          <button type="button" class="button quiet" onClick={close}>
            Close
          </button>
        </header>
        <div class="help-groups">
          {keysMatching(sought.value, route.value.page).map((group) => (
            <section key={group.title}>
              <h3>{group.title}</h3>
              <dl>
                {group.rows.map(({ keys, what }) => (
                  <div key={what}>
                    <dt>{keyCaps(keys)}</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
          <section>
            <h3>By hand</h3>
            <dl>
              {HAND_ROWS.map(([where, what]) => (
                <div key={where} class="wide">
                  <dt>{where}</dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
          {open && <BarLegend />}
        </div>
      </div>
    </dialog>
  );
}

function keyCaps(keys: string) {
  return keys.split(' ').map((key) => {
    if (key === '…') return ' … ';
    if (key === '←' || key === '→') return <ArrowKey key={key} direction={key === '←' ? 'left' : 'right'} />;
    return <kbd key={key}>{key}</kbd>;
  });
}
