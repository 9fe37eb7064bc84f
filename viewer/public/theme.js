// Runs before the first paint, so that no page flashes in the wrong theme: a file of its own because
// the content security policy allows no inline script. state/settings.ts owns the choice afterwards.
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('playhead.theme');
  } catch {
    choice = null; // Storage is refused in some frames; the system's theme is then right.
  }
  if (choice === 'light' || choice === 'dark') document.documentElement.dataset.theme = choice;
})();
