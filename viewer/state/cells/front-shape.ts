// How the front page looked last time, so that it keeps as much room while it loads: nothing then moves when the runs
// are here. Kept by the browser; a guess, and no fact.
import { signal } from '@preact/signals';

export interface FrontShape {
  readonly posters: number;
  readonly running: number;
}

const KEY = 'playhead.front';
const WELCOME_KEY = 'playhead.welcomed';
const usual: FrontShape = { posters: 4, running: 0 };

export const welcomed = signal(read(WELCOME_KEY) !== null);

export function frontShape(): FrontShape {
  const [posters, running] = (read(KEY) ?? '').split(' ').map(Number);
  return Number.isInteger(posters) && Number.isInteger(running)
    ? { posters: posters ?? 0, running: running ?? 0 }
    : usual;
}

export function rememberFront({ posters, running }: FrontShape): void {
  write(KEY, `${Math.min(posters, 4)} ${Math.min(running, 3)}`);
}

/** Does not greet this reader again. */
export function dismissWelcome(): void {
  welcomed.value = true;
  write(WELCOME_KEY, '1');
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, text: string): void {
  try {
    localStorage.setItem(key, text);
  } catch {
    // Storage is refused in some frames: the page then guesses each time.
  }
}
