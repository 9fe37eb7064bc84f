// What every browser test begins with: Playhead on a free port, a Chromium that all files of a worker share, a
// fresh context for each page that is opened, and what the browser complained of, which is nothing when a
// test ends well. Does not know what is on a page; the page objects beside it do.
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { startPlayhead } from '../playhead.ts';
import { launchChromium } from './chromium.ts';

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
  readonly #defaults: BrowserContextOptions;
  readonly #expectedAlways: readonly RegExp[];
  readonly #expected: RegExp[] = [];
  readonly #contexts: BrowserContext[] = [];

  constructor(defaults: BrowserContextOptions, expected: readonly RegExp[]) {
    this.#defaults = { viewport: { width: 1440, height: 900 }, ...defaults };
    this.#expectedAlways = expected;
  }

  /** A page in a context of its own, which the end of the test closes. */
  async newPage(options: BrowserContextOptions = {}): Promise<Page> {
    const browser = await sharedChromium();
    const context = await browser.newContext({ ...this.#defaults, ...options });
    this.#contexts.push(context);
    context.on('weberror', (error) => this.complaints.push(error.error().message));
    context.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(message.text());
    });
    context.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    return context.newPage();
  }

  /** Complaints that the present test provokes. */
  expects(pattern: RegExp): void {
    this.#expected.push(pattern);
  }

  /** Closes what the test opened. @returns what was complained of unexpectedly */
  async endTest(): Promise<string[]> {
    await Promise.all(this.#contexts.splice(0).map((context) => context.close()));
    const expected = [...this.#expectedAlways, ...this.#expected.splice(0)];
    return this.complaints.splice(0).filter((text) => !expected.some((pattern) => pattern.test(text)));
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
