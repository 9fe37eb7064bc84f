// Starts Playhead for a test: the real collector on a free port with a database of its own and the built viewer.
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { agentList } from '../../bin/agent-list.ts';
import { startCollector } from '../../collector/main.ts';
import { databaseFolder } from './machine/database-folder.ts';

const root = join(import.meta.dirname, '../..');
/** PLAYHEAD_VIEWER_DIR names another build, so that one can be tested while the usual one is built again. */
const viewerDir = process.env.PLAYHEAD_VIEWER_DIR ?? join(root, 'viewer/dist');

interface RunningPlayhead {
  readonly url: string;
  readonly dbPath: string;
  stop(): Promise<void>;
}

/** @throws when the viewer was not built */
export async function startPlayhead({
  copyOf,
  now,
  token,
}: {
  /** A folder with the database to begin with; an empty one where absent. */
  copyOf?: string | undefined;
  /** The collector's clock, nanoseconds since the epoch; the real one where absent. */
  now?: (() => bigint) | undefined;
  token?: string | undefined;
} = {}): Promise<RunningPlayhead> {
  if (!existsSync(join(viewerDir, 'index.html'))) throw new Error('the viewer is not built: npm run build');
  const folder = databaseFolder();
  if (copyOf) cpSync(copyOf, folder, { recursive: true });
  const dbPath = join(folder, 'playhead.db');
  const collector = await startCollector({
    port: 0,
    host: '127.0.0.1',
    dbPath,
    viewerDir,
    agents: agentList,
    ...(now && { now }),
    ...(token && { token }),
  });
  return {
    url: collector.url,
    dbPath,
    async stop() {
      await collector.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
