// The sheet of keys: a modal dialog, closed by Escape, by its button or by a click beside it.
import { useEffect, useRef } from 'preact/hooks';
import { helpOpen } from '../state/help.ts';
import { ArrowKey } from './with-arrows.tsx';
import './help-sheet.css';

const GROUPS: readonly { title: string; keys: readonly (readonly [keys: string, what: string])[] }[] = [
  {
    title: 'Replay',
    keys: [
      ['space', 'play or pause'],
      ['← →', 'previous, next span'],
      [', .', 'back, forward 100 ms'],
      ['e E', 'next, previous error'],
      ['0 … 9', 'to that tenth of the run'],
      ['Home End', 'start, end'],
      ['f', 'fit the whole run'],
    ],
  },
  {
    title: 'Timeline',
    keys: [
      ['drag', 'move the playhead'],
      ['ctrl wheel', 'zoom at the pointer'],
      ['shift wheel', 'pan when zoomed'],
      ['drag the ruler', 'pan when zoomed'],
    ],
  },
  {
    title: 'List of cells',
    keys: [
      ['/', 'filter'],
      ['j k', 'next, previous cell'],
      ['Enter', 'open it'],
    ],
  },
  { title: 'Everywhere', keys: [['?', 'this sheet']] },
];

export function HelpSheet() {
  const dialog = useRef<HTMLDialogElement>(null);
  const open = helpOpen.value;
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
          <h2 id="help-title">Keys</h2>
          <button type="button" class="button quiet" onClick={close}>
            Close
          </button>
        </header>
        <div class="help-groups">
          {GROUPS.map((group) => (
            <section key={group.title}>
              <h3>{group.title}</h3>
              <dl>
                {group.keys.map(([keys, what]) => (
                  <div key={keys}>
                    <dt>{keyCaps(keys)}</dt>
                    <dd>{what}</dd>
                  </div>
                ))}
              </dl>
            </section>
          ))}
        </div>
      </div>
    </dialog>
  );
}

function keyCaps(keys: string) {
  if (keys.startsWith('drag')) return keys;
  return keys.split(' ').map((key) => {
    if (key === '…') return ' … ';
    if (key === '←' || key === '→') return <ArrowKey key={key} direction={key === '←' ? 'left' : 'right'} />;
    return <kbd key={key}>{key}</kbd>;
  });
}
