// A page of somebody else: HTML of a test's own on another origin, and a player that it holds in a frame, as its
// author would speak to it. The page keeps every message that the player sends.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Frame, Locator, Page } from 'playwright-core';

interface ForeignSite {
  /** Its origin; every path answers the document of the moment. */
  readonly url: string;
  /** What the next request gets. */
  show(html: string): void;
  stop(): Promise<void>;
}

/** Serves documents of a test's own from a free port. The caller stops it. */
export async function startForeignSite(): Promise<ForeignSite> {
  let document = '';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.statusCode = request.url === '/' ? 200 : 404;
    response.end(request.url === '/' ? document : '');
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    show(html) {
      document = html;
    },
    stop: () => new Promise((stopped) => server.close(() => stopped())),
  };
}

/** A message of the player, with the moment at which the page heard it. */
export interface Heard {
  readonly data: { type: string; state: string; tMs: number; lengthMs: number } & Record<string, unknown>;
  readonly origin: string;
  readonly atMs: number;
}

/** A document that holds the mark-up and keeps what is said to it. */
export function listeningPage(markup: string): string {
  const script = `
    globalThis.heard = [];
    addEventListener('message', (event) => {
      heard.push({ data: event.data, origin: event.origin, atMs: performance.now() });
    });`;
  return `<!doctype html><title>Somebody's page</title><link rel="icon" href="data:,"><script>${script}</script>${markup}`;
}

export class EmbedFrame {
  readonly page: Page;
  constructor(page: Page) {
    this.page = page;
  }

  get #frame() {
    return this.page.frameLocator('iframe');
  }

  /** The frame's own document. */
  document(): Frame {
    const frame = this.page.frames().find((one) => one !== this.page.mainFrame());
    if (!frame) throw new Error('the page holds no frame');
    return frame;
  }

  playhead(): Locator {
    return this.#frame.getByRole('slider', { name: 'Playhead' });
  }
  playButton(): Locator {
    return this.#frame.getByRole('button', { name: /^(play|pause)/i });
  }
  terminal(): Locator {
    return this.#frame.getByRole('region', { name: 'Terminal' });
  }
  link(): Locator {
    return this.#frame.getByRole('link', { name: 'Open in Playhead' });
  }
  heading(): Locator {
    return this.#frame.getByRole('heading', { level: 1 });
  }

  async positionMs(): Promise<number> {
    return Number(await this.playhead().getAttribute('aria-valuenow'));
  }

  /** Says something to the player, as the page around it would. */
  async tell(message: unknown): Promise<void> {
    await this.page.evaluate((data) => {
      document.querySelector('iframe')?.contentWindow?.postMessage(data, '*');
    }, message);
  }

  async heard(type?: string): Promise<Heard[]> {
    const all = await this.page.evaluate(() => (globalThis as unknown as { heard: Heard[] }).heard);
    return type === undefined ? all : all.filter(({ data }) => data.type === type);
  }
}
