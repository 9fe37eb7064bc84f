// What every browser test begins with: Playhead on a free port, a Chromium that all files of a worker share, a
// page as if it were new, and what the browser complained of, which is nothing when a test ends well. Does not
// know what is on a page; the page objects beside it do.
import type { Browser, BrowserContext, BrowserContextOptions, Page, ViewportSize } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { startPlayhead } from '../playhead.ts';
import { launchChromium } from './chromium.ts';
import { leave } from './visit.ts';

/** Time for what follows an event or a fetch on a busy machine. */
export const soon = { timeout: 15_000 };

let chromium: Promise<Browser> | undefined;

/** The worker's Chromium. It ends with the worker: Playwright takes its process along. */
function sharedChromium(): Promise<Browser> {
  chromium ??= launchChromium();
  return chromium;
}

export class TestBrowser {
  /** Errors of scripts, what the console calls an error (so also what the page's policy forbade), and dialogs. */
  readonly complaints: string[] = [];
  readonly #defaults: BrowserContextOptions & { readonly viewport: ViewportSize };
  readonly #expectedAlways: readonly RegExp[];
  readonly #expected: RegExp[] = [];
  readonly #contexts: BrowserContext[] = [];
  /** Pages that tests have used and left as they found them, by their options. */
  readonly #kept = new Map<string, Page>();
  readonly #inUse = new Map<string, Page>();

  constructor(defaults: BrowserContextOptions, expected: readonly RegExp[]) {
    this.#defaults = { ...defaults, viewport: defaults.viewport ?? { width: 1440, height: 900 } };
    this.#expectedAlways = expected;
  }

  /**
   * A page on which nothing was opened, stored or switched: a new one, or one that an earlier test of the file
   * left so, with Playhead's scripts in it. Loading and compiling them takes most of the time of a short test.
   * One that a test leaves otherwise is closed.
   */
  async page(options: BrowserContextOptions = {}): Promise<Page> {
    const key = JSON.stringify(options);
    const page = this.#kept.get(key) ?? (await (await this.#newContext(options)).newPage());
    this.#kept.delete(key);
    this.#inUse.set(key, page);
    return page;
  }

  /** A page in a context of its own, which the end of the test closes: for scripts and loading from nothing. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const context = await this.#newContext(options);
    this.#contexts.push(context);
    return context.newPage();
  }

  async #newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const browser = await sharedChromium();
    const context = await browser.newContext({ ...this.#defaults, ...options });
    context.on('weberror', (error) => this.complaints.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    context.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return context;
  }

  /** Complaints that the present test provokes. */
  expects(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Closes what the test opened and does not leave as new. @returns what was complained of unexpectedly */
  async endTest(): Promise<string[]> {
    for (const [key, page] of this.#inUse) {
      const { viewport }: { viewport: ViewportSize } = { ...this.#defaults, ...JSON.parse(key) };
      if (await leave(page, viewport)) this.#kept.set(key, page);
      else this.#contexts.push(page.context());
    }
    this.#inUse.clear();
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    const expected = [...this.#expectedAlways, ...this.#expected.splice(0)];
    return this.complaints.splice(0).filter((text) => !expected.some((pattern) => pattern.test(text)));
  }

  /** Closes every page that was kept. */
  async end(): Promise<void> {
    await Promise.all([...this.#kept.values()].map((page) => page.context().close()));
    this.#kept.clear();
  }
}

interface BrowserTestOptions {
  /** Whether the demo's cells are there. */
  readonly demo: boolean;
  /** The collector's clock, nanoseconds since the epoch; the real one where absent. */
  readonly now?: () => bigint;
  readonly token?: string;
  /** For each page of the file. */
  readonly context?: BrowserContextOptions;
  /** Complaints that any test of the file may provoke. */
  readonly expects?: readonly RegExp[];
  /** Sends what the tests need beside the demo, once. */
  readonly prepare?: (url: string) => Promise<void>;
}

/** Sets a test file up. Its hooks start Playhead before the first test and judge the complaints after each. */
export function browserTest(options: BrowserTestOptions): {
  readonly browser: TestBrowser;
  readonly playhead: { readonly url: string };
} {
  const browser = new TestBrowser(options.context ?? {}, options.expects ?? []);
  const playhead = testPlayhead(options);
  afterEach(async () => {
    expect(await browser.endTest()).toEqual([]);
  });
  afterAll(() => browser.end());
  return { browser, playhead };
}

/** A Playhead for all tests of a file; one more beside that of `browserTest` where a file needs two. */
export function testPlayhead({
  demo,
  now,
  token,
  prepare,
}: Pick<BrowserTestOptions, 'demo' | 'now' | 'token' | 'prepare'>): { readonly url: string } {
  let running: Awaited<ReturnType<typeof startPlayhead>> | undefined;
  beforeAll(async () => {
    running = await startPlayhead({ now, token, copyOf: demo ? inject('demoFolder') : undefined });
    await prepare?.(running.url);
  });
  afterAll(() => running?.stop());
  return {
    get url() {
      if (!running) throw new Error('Playhead is there from the first hook on');
      return running.url;
    },
  };
}
