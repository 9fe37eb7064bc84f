// Containers: what the engine is asked, and what is said where none answers. The engine is a script of the
// test's that writes its arguments down and runs the command itself, for a build machine may have none.
import { chmodSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TestCollector } from '../../support/collector.ts';
import { runCellId, runShell, scratchFolder } from '../../support/runs.ts';

const digest = `sha256:${'ab'.repeat(32)}`;

/** A folder with a `docker` that knows one image. */
function engineFolder(folder: string): string {
  const file = join(folder, 'docker');
  writeFileSync(
    file,
    `#!/bin/bash
echo "$*" >> ${folder}/calls
case "$1 $2" in
  "version --format") echo 28.0 ;;
  "image inspect") [[ "$*" == *bench/agent:1* ]] || { echo "No such image" >&2; exit 1; }; echo '["bench/agent@${digest}"]' ;;
  "pull "*) echo "manifest unknown" >&2; exit 1 ;;
  "run "*) while [[ "$1" != bench/agent:1 ]]; do shift; done; shift; exec "$@" ;;
esac
`,
  );
  chmodSync(file, 0o755);
  return folder;
}

const pathWith = (folder: string) => `${folder}:/usr/bin:/bin`;

test('the command runs in the image, with the working directory mounted and named variables handed in', async () => {
  const collector = await TestCollector.start({ now: () => BigInt(Date.now()) * 1_000_000n });
  const scratch = scratchFolder();
  const env = {
    PATH: pathWith(engineFolder(scratch.folder)),
    HOME: scratch.folder,
    MY_KEY: 'value-of-the-key',
  };
  const result = await runShell(collector.url, scratch, 'echo inside; exit 4', {
    image: 'bench/agent:1',
    imageEnv: ['MY_KEY'],
    proxy: true,
    env,
  });
  expect(result.exitCode).toBe(4);
  const asked = readFileSync(join(scratch.folder, 'calls'), 'utf8');
  expect(asked).toContain(`--volume ${scratch.workdir}:/workspace --workdir /workspace`);
  expect(asked).toContain('--network host');
  expect(asked).toMatch(/--env OPENAI_BASE_URL /);
  expect(asked).toMatch(/--env MY_KEY /);
  expect(asked).not.toContain('value-of-the-key');
  const cell = await collector.cell(runCellId);
  expect(cell.identity).toMatchObject({ containerImage: 'bench/agent:1', imageDigest: digest, exitCode: 4 });
  const { spans } = await collector.trace(runCellId);
  expect(spans.map(({ kind }) => kind)).toEqual(['task_setup', 'adapter_run', 'container', 'cleanup']);
});

test('an image that cannot be had is told before the run', async () => {
  const scratch = scratchFolder();
  const env = { PATH: pathWith(engineFolder(scratch.folder)) };
  await expect(
    runShell('http://127.0.0.1:9', scratch, '', { image: 'bench/other:1', env }),
  ).rejects.toMatchObject({
    code: 'image_unavailable',
    message: expect.stringContaining('manifest unknown'),
  });
});

test('where no engine is there, that is said plainly', async () => {
  const scratch = scratchFolder();
  const env = { PATH: scratch.folder };
  await expect(runShell('http://127.0.0.1:9', scratch, '', { image: 'bench/agent:1', env })).rejects.toThrow(
    '--image needs docker or podman, and neither answers (docker: not installed; podman: not installed)',
  );
});

test('an engine that lies in the working directory is none: it would run on the host', async () => {
  const scratch = scratchFolder();
  const bin = join(scratch.workdir, 'node_modules/.bin');
  mkdirSync(bin, { recursive: true });
  engineFolder(bin);
  const elsewhere = join(scratch.folder, 'links');
  mkdirSync(elsewhere);
  symlinkSync(join(bin, 'docker'), join(elsewhere, 'docker'));
  for (const PATH of [bin, elsewhere, 'node_modules/.bin'])
    await expect(
      runShell('http://127.0.0.1:9', scratch, '', { image: 'bench/agent:1', env: { PATH } }),
    ).rejects.toThrow('docker: not installed');
  expect(existsSync(join(bin, 'calls'))).toBe(false);
});
