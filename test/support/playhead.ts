// Starts Playhead for a test: the real collector on a free port with a database of its own, the built
// viewer, and on request the example cells, loaded through its HTTP routes as `--demo` does.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { importFiles } from '../../adapter/import/import.ts';
import { demoFiles } from '../../bin/demo.ts';
import { startCollector } from '../../collector/main.ts';

const root = join(import.meta.dirname, '../..');
/** PLAYHEAD_VIEWER_DIR names another build, so that one can be tested while the usual one is made anew. */
const viewerDir = process.env.PLAYHEAD_VIEWER_DIR ?? join(root, 'viewer/dist');

interface RunningPlayhead {
  readonly url: string;
  stop(): Promise<void>;
}

/** @throws when the viewer was not built or an example did not load. */
export async function startPlayhead({
  demo,
  now,
  token,
}: {
  demo: boolean;
  /** The collector's clock, nanoseconds since the epoch; the real one where absent. */
  now?: () => bigint;
  token?: string;
}): Promise<RunningPlayhead> {
  if (!existsSync(join(viewerDir, 'index.html'))) throw new Error('the viewer is not built: npm run build');
  const folder = mkdtempSync(join(tmpdir(), 'playhead-test-'));
  const collector = await startCollector({
    port: 0,
    host: '127.0.0.1',
    dbPath: join(folder, 'playhead.db'),
    viewerDir,
    ...(now && { now }),
    ...(token && { token }),
  });
  if (demo) {
    const report = await importFiles(demoFiles(), { endpoint: collector.url, token });
    if (report.problems.length > 0) throw new Error(report.problems.join('\n'));
  }
  return {
    url: collector.url,
    async stop() {
      await collector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
