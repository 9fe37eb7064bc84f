// Opening an address as a reader does who is in Playhead already, and leaving a page as if nobody had been
// there. Does not know what is on a page.
import type { Page, ViewportSize } from 'playwright-core';

/** No page of ours has this address, so that whatever is opened after it starts afresh. */
const NOWHERE = '/nowhere';

/** Opens an address: by the page's own routing where Playhead is loaded already, else by loading it. */
export async function visit(page: Page, address: string): Promise<void> {
  const { origin, pathname, search, hash } = new URL(address);
  if (page.url() === `${origin}${NOWHERE}`) await route(page, pathname + search + hash);
  else await page.goto(address);
}

/**
 * Leaves a page for the next test, which finds it as if new.
 * @returns false where it is not: it is somewhere else, has stored something or shows a sheet above its page
 */
export async function leave(page: Page, viewport: ViewportSize): Promise<boolean> {
  const context = page.context();
  if (page.isClosed() || context.pages().length > 1 || !page.url().startsWith('http')) return false;
  try {
    await page.unrouteAll({ behavior: 'ignoreErrors' });
    for (const event of ['request', 'response', 'popup', 'download'] as const) page.removeAllListeners(event);
    const isNew = await page.evaluate(
      () =>
        document.querySelector('link[href^="/assets/"]') !== null &&
        localStorage.length + sessionStorage.length === 0 &&
        document.querySelector('dialog[open]') === null,
    );
    if (!isNew || (await context.cookies()).length > 0) return false;
    await page.emulateMedia({ colorScheme: null, reducedMotion: null, forcedColors: null, media: null });
    await page.setViewportSize(viewport);
    await page.mouse.move(0, 0);
    await route(page, NOWHERE);
    return true;
  } catch {
    return false;
  }
}

async function route(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => {
    history.pushState(null, '', to);
    dispatchEvent(new PopStateEvent('popstate'));
    scrollTo(0, 0);
  }, path);
}
