// What a reader chose and the browser remembers: the theme, and nothing that belongs into a URL.
import { signal } from '@preact/signals';

export const themes = ['system', 'light', 'dark'] as const;
export type Theme = (typeof themes)[number];

const THEME_KEY = 'playhead.theme';

/** The chosen theme. public/theme.js has applied it before the first paint. */
export const theme = signal<Theme>(readTheme());

/** Raised each time the colours in force change, so that canvases know to draw again. */
export const themeEpoch = signal(0);

/** Chooses a theme, applies it at once and remembers it where the browser lets us. */
export function setTheme(next: Theme): void {
  theme.value = next;
  if (next === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = next;
  try {
    localStorage.setItem(THEME_KEY, next);
  } catch {
    // Storage is refused in some frames: the choice then lasts as long as the page.
  }
  themeEpoch.value++;
}

/** The theme after this one, in the order system, light, dark. */
export function nextTheme(current: Theme): Theme {
  return themes[(themes.indexOf(current) + 1) % themes.length] ?? 'system';
}

/** Draws again when the system changes its mind. @returns a function that stops listening. */
export function followSystemTheme(): () => void {
  const queries = ['(prefers-color-scheme: dark)', '(forced-colors: active)'].map((query) =>
    matchMedia(query),
  );
  const onChange = () => {
    themeEpoch.value++;
  };
  for (const query of queries) query.addEventListener('change', onChange);
  return () => {
    for (const query of queries) query.removeEventListener('change', onChange);
  };
}

function readTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}
