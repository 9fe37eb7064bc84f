// `playhead help`: every command with what it is for, and the nearest one to a name that is none. Runs nothing.
import { Command } from 'commander';
import { helpStyle, parse } from './command.ts';
import { commands } from './commands/registry.ts';
import { UsageError } from './usage-error.ts';

/** All commands, none of them loaded. */
function program(): Command {
  const all = new Command('playhead')
    .description('Records what a coding agent did, keeps it with its scores, and plays it back.')
    .usage('COMMAND [flags]')
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp(helpStyle)
    .helpCommand('help [command]', 'how a command is called, with examples')
    .option('-V, --version', 'the version');
  for (const { name, summary, group } of commands)
    all.addCommand(new Command(name).description(summary).usage('').helpGroup(`${group}:`));
  return all;
}

export function overview(): string {
  return program().helpInformation();
}

/** What is wrong with it, and which may have been meant. */
export function unknownCommand(name: string): UsageError {
  try {
    parse(program(), [name]);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  return new UsageError(`unknown command: ${name}`);
}
