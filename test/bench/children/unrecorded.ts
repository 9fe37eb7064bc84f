// The benchmark's other half: runs a command in the same kind of terminal as `playhead run` does, and does
// nothing with what it prints but to pass it on.
import { startProcess } from '../../../adapter/run/agent-process.ts';

const running = startProcess({
  command: process.argv.slice(2),
  workdir: process.cwd(),
  env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
  mode: 'pty',
  cols: 120,
  rows: 36,
  stdin: 'none',
  onOutput: ({ text }) => process.stdout.write(text),
});
process.exitCode = (await running.ended).exitCode ?? 1;
