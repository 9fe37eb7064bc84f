// The command line: finds the command, has it run, and turns expected failures into one line on standard error and an
// exit code. Loads a command when it is asked for, and commander when there are words to read.

import { commands } from './commands/registry.ts';
import { exitCodeOf } from './exit-codes.ts';
import { printProblem } from './json.ts';
import { UsageError } from './usage-error.ts';
import { playheadVersion } from './version.ts';

export async function main(argv: readonly string[]): Promise<void> {
  // Who reads may go away (`… | head`, a closed terminal): what is under way is done to its end, unheard.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE' && error.code !== 'EIO') fail(error);
    });
  try {
    await runProgram(argv);
  } catch (error) {
    fail(error, argv[0]);
  }
}

/** @throws UsageError, and what the command throws */
export async function runProgram(argv: readonly string[]): Promise<void> {
  const [name = 'help', ...rest] = argv;
  if (name === '--version' || name === '-V' || name === '-v' || name === 'version') {
    process.stdout.write(`${playheadVersion()}\n`);
    return;
  }
  const isHelp = name === 'help' || name === '--help' || name === '-h';
  const asked = isHelp ? rest[0] : name;
  const entry = commands.find((one) => one.name === asked);
  if (asked !== undefined && entry === undefined) {
    const { unknownCommand } = await import('./overview.ts');
    throw unknownCommand(asked);
  }
  if (entry === undefined) {
    const { overview } = await import('./overview.ts');
    process.stdout.write(overview());
    return;
  }
  const command = await entry.load();
  if (isHelp) await command.run(['--help']);
  else await command.run(rest);
}

/** Leaves the process with what went wrong, in one line, and for a wrong call with how the command is called. */
function fail(error: unknown, name = ''): never {
  printProblem(describe(error));
  if (error instanceof UsageError) {
    const help = error.usage === null ? 'playhead help' : `playhead help ${name}`;
    process.stderr.write(`usage: ${error.usage ?? 'playhead COMMAND [flags]'} (${help} says more)\n`);
  }
  process.exit(exitCodeOf(error));
}

function describe(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return describe(error.errors[0]);
  return error instanceof Error ? error.message : String(error);
}
