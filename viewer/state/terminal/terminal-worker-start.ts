// Starts the terminal worker. The collector's policy allows script URLs of one trusted-types policy
// alone, named here; it knows one URL, so that no data can ever become code.
import workerUrl from '../../terminal-worker.ts?worker&url';

interface TrustedTypesApi {
  createPolicy(
    name: string,
    rules: { createScriptURL(url: string): string },
  ): { createScriptURL(url: string): unknown };
}

const policy = (globalThis as { trustedTypes?: TrustedTypesApi }).trustedTypes?.createPolicy('playhead', {
  createScriptURL(url) {
    if (url !== workerUrl) throw new TypeError(`not a script of this page: ${url}`);
    return url;
  },
});

/** A fresh worker; see terminal-worker.ts for what it takes and answers. */
export function startTerminalWorker(): Worker {
  const url = policy ? policy.createScriptURL(workerUrl) : workerUrl;
  return new Worker(url as string, { type: 'module' });
}
