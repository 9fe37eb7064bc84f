// Keys of an input method: while a candidate is open, Enter, Escape and arrows choose among words and are
// no keys of the page. They are stopped here, on their way down, so that no handler of the viewer ever
// sees one; what the browser does with them goes on. Does not handle any key.

/**
 * Whether the key belongs to an input method. Safari says so of the key that ends a composition by its code
 * alone, after the composition is over; Chrome on Android names no key at all.
 */
export function isComposed({
  isComposing,
  keyCode,
  key,
}: Pick<KeyboardEvent, 'isComposing' | 'keyCode' | 'key'>): boolean {
  return isComposing || keyCode === COMPOSED_KEY_CODE || key === 'Process';
}

/** UI Events, section 7.3.1: the code of any key that an input method takes. */
const COMPOSED_KEY_CODE = 229;

/** Before any other listener of keys is added: listeners of one target are called in their order. */
export function leaveKeysToInputMethods(target: Pick<Window, 'addEventListener'>): void {
  const stop = (event: KeyboardEvent) => isComposed(event) && event.stopImmediatePropagation();
  target.addEventListener('keydown', stop, true);
  target.addEventListener('keypress', stop, true);
  target.addEventListener('keyup', stop, true);
}
