// The bar on top of every page: the name, where one is, the theme and the help sheet.
import type { ComponentChildren } from 'preact';
import { searchHref } from '../../state/page/address.ts';
import { helpOpen } from '../../state/page/help.ts';
import { nextTheme, setTheme, type Theme, theme } from '../../state/page/settings.ts';
import { PlayheadMark } from '../parts/icons.tsx';
import './title-bar.css';

export function TitleBar({ children }: { children?: ComponentChildren }) {
  return (
    <header class="title-bar">
      <a class="home" href="/" data-page aria-label="Playhead, all cells">
        <PlayheadMark />
        <b>Playhead</b>
      </a>
      <div class="where">{children}</div>
      <a class="search-all" href={searchHref()} data-page title="Search inside all runs">
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M10.4 10.4 14 14M11.6 7a4.6 4.6 0 1 1-9.2 0 4.6 4.6 0 0 1 9.2 0Z" />
        </svg>
        <span>Search all runs</span>
      </a>
      <ThemeButton />
      <button
        type="button"
        class="bar-button"
        aria-label="Keys and help"
        aria-haspopup="dialog"
        title="Keys and help (?)"
        onClick={() => {
          helpOpen.value = true;
        }}
      >
        <kbd>?</kbd>
      </button>
    </header>
  );
}

function ThemeButton() {
  const current = theme.value;
  const label = `Theme: ${current}`;
  return (
    <button
      type="button"
      class="bar-button"
      aria-label={`${label}. Change to ${nextTheme(current)}`}
      title={`${label}. Click for ${nextTheme(current)}`}
      onClick={() => setTheme(nextTheme(current))}
    >
      <svg viewBox="0 0 16 16" class="theme-mark" aria-hidden="true">
        {themeShape(current)}
      </svg>
    </button>
  );
}

function themeShape(current: Theme) {
  if (current === 'light')
    return (
      <>
        <circle class="solid" cx="8" cy="8" r="3.1" />
        <path
          class="rays"
          d="M8 1.4v1.5M8 13.1v1.5M1.4 8h1.5M13.1 8h1.5M3.3 3.3l1.1 1.1M11.6 11.6l1.1 1.1M3.3 12.7l1.1-1.1M11.6 4.4l1.1-1.1"
        />
      </>
    );
  if (current === 'dark') return <path class="solid" d="M13.4 9.9A6 6 0 0 1 6.1 2.6 6 6 0 1 0 13.4 9.9Z" />;
  return (
    <>
      <circle class="rays" cx="8" cy="8" r="5.6" />
      <path class="solid" d="M8 2.4a5.6 5.6 0 0 1 0 11.2Z" />
    </>
  );
}
