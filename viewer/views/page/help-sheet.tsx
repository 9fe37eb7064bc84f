// The sheet of keys, gestures and signs: a modal dialog, closed by Escape, by its button or by a click beside it.
import { useEffect, useRef } from 'preact/hooks';
import { helpOpen } from '../../state/page/help.ts';
import { ArrowKey } from '../parts/with-arrows.tsx';
import { BarLegend } from '../timeline/bar-legend.tsx';
import './help-sheet.css';

type Row = readonly [keys: string, what: string];

const KEY_GROUPS: readonly { title: string; keys: readonly Row[] }[] = [
  {
    title: 'Replay',
    keys: [
      ['space', 'play or pause'],
      ['← →', 'previous, next span'],
      [', .', 'back, forward 100 ms'],
      ['shift , .', 'previous, next terminal screen'],
      ['[ ]', 'previous, next marker'],
      ['e', 'why it failed; Esc closes it'],
      ['n N', 'next, previous error'],
      ['v', 'stage: terminal, changes'],
      ['{ }', 'previous, next edit; w wraps long lines'],
      ['Enter', 'open the span at the playhead; Esc closes it'],
      ['[ ]', 'while it is open: neighbours of its kind'],
      ['0 … 9', 'to that tenth of the run'],
      ['Home End', 'start, end'],
      ['< >', 'slower, faster'],
      ['S s', 'the same, where shift , prints <'],
      ['c', 'compress idle time, where there is any'],
      ['C', 'Smart speed: fast where nothing changes'],
    ],
  },
  {
    title: 'Timeline',
    keys: [
      ['+ -', 'zoom in, out'],
      ['f', 'fit the window, then the whole run'],
      ['i o', 'window starts, ends at the playhead'],
      ['Esc', 'clear the window'],
      ['u', 'unfold, fold the track of all other spans'],
    ],
  },
  {
    title: 'Compare',
    keys: [
      ['d D', 'next difference that matters, the one before'],
      ['← →', 'previous, next step of either'],
      ['t', 'clock: by step, by time'],
      ['x', 'swap sides'],
    ],
  },
  {
    title: 'Sweeps',
    keys: [
      ['/', 'filter'],
      ['j k', 'next, previous cell of a list'],
      ['← →', 'squares of the matrix, and up, down'],
      ['Home End', 'first, last square of the row'],
      ['Enter', 'open it'],
    ],
  },
  {
    title: 'Everywhere',
    keys: [
      ['/', 'search or filter'],
      ['?', 'this sheet'],
    ],
  },
];

const HAND_ROWS: readonly Row[] = [
  ['Tracks', 'drag moves the playhead; a click chooses the span; a name opens what lies below'],
  ['Ruler', 'drag chooses a window that loops; its edges resize, its inside moves it; twice clears'],
  ['Strip', 'drag looks at that stretch; twice shows the whole run'],
  ['Wheel', 'zooms at the pointer, over the tracks with ctrl; with shift it pans'],
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
          <h2 id="help-title">Keys and signs</h2>
          <button type="button" class="button quiet" onClick={close}>
            Close
          </button>
        </header>
        <div class="help-groups">
          {KEY_GROUPS.map((group) => (
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
