// How the collector's token is given to it: once, in the address of the page, for which the collector answers
// with a cookie. Keeps the token nowhere.

/** Says in this tab that a token was given, so that the page after it can tell that it was the wrong one. */
const GIVEN = 'playhead-token-given';

/** Opens the present page again with a token in its address; the collector leads on to the page without. */
export function giveToken(token: string): void {
  remember(true);
  const query = new URLSearchParams(location.search);
  query.set('token', token);
  location.assign(`${location.pathname}?${query}`);
}

/** Whether a token was given before this page was opened, and did not open it. Asked once. */
export function wasRefused(): boolean {
  return remember(false);
}

/** @returns what was remembered until now; false where the browser remembers nothing */
function remember(given: boolean): boolean {
  try {
    const before = sessionStorage.getItem(GIVEN) !== null;
    if (given) sessionStorage.setItem(GIVEN, '');
    else sessionStorage.removeItem(GIVEN);
    return before;
  } catch {
    return false;
  }
}
