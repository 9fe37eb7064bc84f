// How the viewer is built: `vite build viewer`, output in viewer/dist, which the collector serves. bin/dev.ts serves
// the same sources unbuilt. Says nothing but what went wrong: sizes are weighed by test/bench/viewer.ts.
// Kept here and not at the root, where vitest would read it as its own.
import { defineConfig } from 'vite';

type ModuleInfo = { readonly importedIds: readonly string[] } | null;

/** What the first paint needs: index.html and all that it imports without waiting. Whole once chunks are made. */
function firstPaintModules(infoOf: (id: string) => ModuleInfo): ReadonlySet<string> {
  const found = new Set<string>();
  const todo = [`${import.meta.dirname}/index.html`];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    todo.push(...(infoOf(id)?.importedIds ?? []));
  }
  return found;
}
let firstPaint: ReadonlySet<string> | null = null;

export default defineConfig({
  root: import.meta.dirname,
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    // The first that know light-dark(), which the build would else spell out in variables of its own.
    cssTarget: ['chrome123', 'firefox120', 'safari17.5'],
    // The content security policy allows neither data: fonts nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: {
      // How long its own plugins took is no news to who runs the demo.
      checks: { bundlerTimings: false },
      output: {
        // One file, one request: each part that a late page shares with the first paint would be a file of its own,
        // eleven of them, and compress apart: 64.5 kB gzipped where this is 61.2.
        codeSplitting: {
          groups: [
            {
              debugName: 'first paint',
              name(id, context) {
                firstPaint ??= firstPaintModules((one) => context.getModuleInfo(one));
                return firstPaint.has(id) ? 'main' : null;
              },
            },
          ],
        },
      },
    },
  },
  worker: {
    format: 'es',
    // @xterm/headless asks for requestIdleCallback "in window" while it loads; a worker has no window.
    rolldownOptions: { transform: { define: { window: 'globalThis' } } },
  },
});
