// Runs one test file again and again, to find out whether it is steady: `npm run test:loop -- FILE TIMES`.
// Prints each failure's first lines and how many runs failed. Does not build the viewer.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const [file, times = '50'] = process.argv.slice(2);
if (file === undefined || !(Number(times) >= 1)) {
  process.stderr.write('usage: npm run test:loop -- FILE TIMES\n');
  process.exit(2);
}
const root = join(import.meta.dirname, '../..');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
let failures = 0;
for (let run = 1; run <= Number(times); run++) {
  const { status, stdout } = spawnSync(process.execPath, [vitest, 'run', '--reporter=tap-flat', file], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0) failures++;
  const failed = stdout.split('\n').filter((line) => line.startsWith('not ok'));
  process.stdout.write(`run ${run}: ${status === 0 ? 'passed' : ['failed', ...failed].join('\n  ')}\n`);
}
process.stdout.write(`${failures} of ${times} runs failed\n`);
process.exit(failures === 0 ? 0 : 1);
