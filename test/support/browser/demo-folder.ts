// Prepares the demo's database once for all browser tests, which start from copies of it. Vitest calls it
// before the first and after the last of them.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { importFiles } from '../../../adapter/import/import.ts';
import { demoFiles } from '../../../bin/demo.ts';
import { startCollector } from '../../../collector/main.ts';
import { databaseFolder } from '../machine/database-folder.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Holds a closed database with the demo's cells, and what lies beside it. */
    demoFolder: string;
  }
}

/** @throws when an example did not load */
export default async function prepareDemo(project: TestProject): Promise<() => void> {
  const folder = databaseFolder();
  const collector = await startCollector({
    port: 0,
    host: '127.0.0.1',
    dbPath: join(folder, 'playhead.db'),
  });
  const { problems } = await importFiles(demoFiles(), { endpoint: collector.url });
  await collector.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  project.provide('demoFolder', folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
