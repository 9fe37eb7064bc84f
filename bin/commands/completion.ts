// `playhead completion`: what bash, zsh or fish needs to complete commands, flags and their values. Made of the commands
// themselves; knows none of them.
import { type CliCommand, type CommandEntry, command } from '../command.ts';
import { completionScript, type Shell, shells } from '../completion.ts';

export function completionOf(commands: readonly CommandEntry[]): CliCommand {
  return command({
    name: 'completion',
    about:
      'Prints what a shell needs to complete commands and flags. For bash: `source <(playhead completion bash)` in ~/.bashrc. For zsh: write it to a file `_playhead` in a folder of $fpath. For fish: write it to ~/.config/fish/completions/playhead.fish.',
    args: [{ name: 'SHELL', about: 'which', choices: shells }],
    flags: {},
    examples: [{ line: 'playhead completion bash', says: 'for `source <(…)` in ~/.bashrc' }],
    async run({ args: [shell] }) {
      const all = await Promise.all(
        commands.map(async ({ name, summary, load }) => {
          const { args = [], flags } = await load();
          return { name, summary, args, flags };
        }),
      );
      process.stdout.write(completionScript(shell as Shell, all));
    },
  });
}
