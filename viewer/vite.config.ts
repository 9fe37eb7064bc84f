// How the viewer is built: `vite build viewer`, output in viewer/dist, which the collector serves.
// Kept here and not at the root, where vitest would read it as its own.
import { defineConfig } from 'vite';

export default defineConfig({
  root: import.meta.dirname,
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2024',
    // The content security policy allows neither data: fonts nor inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: true,
  },
  worker: {
    format: 'es',
    // @xterm/headless asks for requestIdleCallback "in window" while it loads; a worker has no window.
    rolldownOptions: { transform: { define: { window: 'globalThis' } } },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:4318' } },
});
