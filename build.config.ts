// How the package is built: every product module as JavaScript of its own under dist/, where the tree is as that of
// the sources, so that what a module finds beside it (a thread, the viewer, the examples) it finds in both.
// Declarations come from tsc. Does not build the viewer: viewer/vite.config.ts does.
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { defineConfig, type Plugin } from 'vite';

const root = import.meta.dirname;

/** What is imported by nobody: commands, what other programs import, and threads. */
const entries = [
  'bin/playhead.ts',
  'adapter/sdk/cell-recorder.ts',
  'adapter/sdk/redact.ts',
  'adapter/sdk/spool.ts',
  'adapter/sdk/playhead-client.ts',
  'collector/project/projector-thread.ts',
  'collector/search/search-thread.ts',
  'collector/store/request-log/write-thread.ts',
  'collector/store/threads.ts',
];

/** What is read and not imported, beside the module that reads it. */
const files = [
  'viewer/dist',
  'examples',
  'examples-sheet',
  'examples-made',
  'collector/prices/price-table.json',
];

/** Threads are named by their file: `new URL('./x.ts', import.meta.url)`. The source map is right as it is. */
function threadNames(): Plugin {
  const name = /(new URL\(["'][^"']+)\.ts(["'], import\.meta\.url\))/g;
  return {
    name: 'thread-names',
    transform: (code) =>
      code.includes('new URL(') ? { code: code.replace(name, '$1.js$2'), map: null } : null,
  };
}

function besideModules(): Plugin {
  return {
    name: 'beside-modules',
    closeBundle() {
      for (const file of files) cpSync(join(root, file), join(root, 'dist', file), { recursive: true });
    },
  };
}

export default defineConfig({
  root,
  publicDir: false,
  plugins: [threadNames(), besideModules()],
  build: {
    ssr: true,
    target: 'node22',
    minify: false,
    sourcemap: true,
    reportCompressedSize: false,
    rolldownOptions: {
      input: Object.fromEntries(entries.map((file) => [file.slice(0, -'.ts'.length), join(root, file)])),
      output: { preserveModules: true, preserveModulesRoot: root, entryFileNames: '[name].js' },
    },
  },
});
