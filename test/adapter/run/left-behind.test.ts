// What an agent left running in a session of its own ends with the run.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';
import { runShell, scratchFolder } from '../../support/runs.ts';

test('a daemon in a session of its own ends with the run', async () => {
  const collector = await TestCollector.start();
  const scratch = scratchFolder();
  const daemon = "setsid sh -c 'echo $$ > ../pid; exec sleep 61' >/dev/null 2>&1 &";
  await runShell(collector.url, scratch, `${daemon} sleep 0.5`, { terminal: 'pipes' });
  const pid = readFileSync(join(scratch.folder, 'pid'), 'utf8').trim();
  const stateOf = () => {
    try {
      return /\) (\w)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
    } catch {
      return 'gone';
    }
  };
  await expect.poll(() => ['gone', 'Z'].includes(stateOf() ?? '')).toBe(true);
});
