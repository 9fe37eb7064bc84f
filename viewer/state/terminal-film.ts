// Starts the terminal worker and hands over what it says. The page's policy allows scripts through the
// one Trusted Types policy `playhead`, so the worker's URL passes through it, and it lets no other pass.

import type { FilmMessage, FilmRequest } from '../terminal-worker.ts';
import workerUrl from '../terminal-worker.ts?worker&url';

export interface FilmJob {
  /** Ends the worker; no message comes after. */
  stop(): void;
}

/**
 * Builds a film in a worker of its own.
 * @param onMessage progress, films (each replaces the one before), and "failed" in place of a throw
 */
export function startFilm(request: FilmRequest, onMessage: (message: FilmMessage) => void): FilmJob {
  const worker = new Worker(trustedWorkerUrl(), { type: 'module', name: 'terminal-film' });
  const stop = () => worker.terminate();
  worker.addEventListener('message', (event: MessageEvent<FilmMessage>) => {
    onMessage(event.data);
    const isLast = event.data.type === 'failed' || (event.data.type === 'film' && event.data.complete);
    if (isLast) stop();
  });
  // The worker's script did not load or threw outside of its own handling.
  worker.addEventListener('error', (event) => {
    onMessage({
      type: 'failed',
      code: 'worker_failed',
      message: event.message || 'the worker did not start',
    });
    stop();
  });
  worker.postMessage(request);
  return { stop };
}

/** What is used of the Trusted Types API; TypeScript's DOM types have none of it. */
interface PolicyFactory {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

let policy: ReturnType<PolicyFactory['createPolicy']> | null = null;

/** The one script URL of the page that is not in its HTML. A second policy of the name would be refused: kept. */
function trustedWorkerUrl(): string {
  const factory = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes;
  if (!factory) return workerUrl;
  policy ??= factory.createPolicy('playhead', {
    createScriptURL(url) {
      if (url !== workerUrl) throw new TypeError('playhead starts no other script');
      return url;
    },
  });
  // Worker takes a TrustedScriptURL where the policy is enforced; the DOM types only know strings.
  return policy.createScriptURL(workerUrl) as string;
}
