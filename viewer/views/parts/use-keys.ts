// Keys of a page: one listener, off while the reader types or a browser shortcut is meant. Space,
// Enter and arrows stay with a control that was reached by Tab, and are the page's after a click. Keys of
// an input method reach no handler of the viewer, neither this one nor that of a field.
import { useEffect, useRef } from 'preact/hooks';
import { leaveKeysToInputMethods } from './input-method.ts';

/** Handles a key and returns true, or returns false to leave it to the browser. */
export type KeyHandler = (key: string, event: KeyboardEvent) => boolean;

let focusCameByTab = false;
leaveKeysToInputMethods(window);
addEventListener('keydown', (event) => event.key === 'Tab' && setByTab(true), true);
addEventListener('pointerdown', () => setByTab(false), true);

function setByTab(value: boolean): void {
  focusCameByTab = value;
}

/** Whether the focused control was reached by Tab, so that its own keys come before the page's. */
export function focusIsByTab(): boolean {
  return focusCameByTab;
}

export function useKeys(handler: KeyHandler): void {
  const latest = useRef(handler);
  latest.current = handler;
  useEffect(() => {
    let swallowed = '';
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('dialog[open]')) return;
      if (isActivation(event.key) && focusCameByTab && isControl(event.target)) return;
      if (!latest.current(event.key, event)) return;
      swallowed = event.key;
      event.preventDefault();
    };
    // Firefox clicks a button on the release of Space, whatever became of the press.
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key === ' ' && swallowed === ' ') event.preventDefault();
      swallowed = '';
    };
    addEventListener('keydown', onKeyDown);
    addEventListener('keyup', onKeyUp);
    return () => {
      removeEventListener('keydown', onKeyDown);
      removeEventListener('keyup', onKeyUp);
    };
  }, []);
}

/** A letter held with Ctrl or Command, wherever the reader is, also while they type; not over an open dialog. */
export function useCommandKey(letter: string, act: () => void): void {
  const latest = useRef(act);
  latest.current = act;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.key.toLowerCase() !== letter) return;
      if (document.querySelector('dialog[open]')) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [letter]);
}

function isActivation(key: string): boolean {
  return key === ' ' || key === 'Enter';
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('button, a, summary, [role=tab], [role=row]') !== null;
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement ||
    target instanceof HTMLTextAreaElement ||
    target instanceof HTMLSelectElement ||
    (target instanceof HTMLElement && target.isContentEditable)
  );
}
