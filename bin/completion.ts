// Scripts by which shells complete commands, flags and values, from the commands as they are. Pure text.
import type { Argument, Flags } from './command.ts';

export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

export interface Completed {
  readonly name: string;
  readonly summary: string;
  readonly args: readonly Argument[];
  readonly flags: Flags;
}

export function completionScript(shell: Shell, commands: readonly Completed[]): string {
  const lines = { bash: bashLines, zsh: zshLines, fish: fishLines }[shell](commands);
  return `${lines.join('\n')}\n`;
}

const namesOf = (commands: readonly Completed[]) => [...commands.map(({ name }) => name), 'help'];

function bashLines(commands: readonly Completed[]): string[] {
  const names = namesOf(commands).join(' ');
  return [
    '# playhead: completion for bash',
    '_playhead() {',
    // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's, not ours.
    '  local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" cmd="${COMP_WORDS[1]}"',
    `  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${names} --version" -- "$cur")); return; fi`,
    '  case "$cmd $prev" in',
    `    "help help") COMPREPLY=($(compgen -W "${names}" -- "$cur")); return ;;`,
    ...commands.flatMap(({ name, flags }) =>
      Object.entries(flags).flatMap(([flag, { choices }]) =>
        choices === undefined
          ? []
          : [
              `    "${name} --${flag}") COMPREPLY=($(compgen -W "${choices.join(' ')}" -- "$cur")); return ;;`,
            ],
      ),
    ),
    '  esac',
    '  case "$cmd" in',
    ...commands.map(({ name, args, flags }) => {
      const words = Object.keys(flags).map((flag) => `--${flag}`);
      const values = args.flatMap(({ choices = [] }) => choices);
      return `    ${name}) COMPREPLY=($(compgen -W "${[...words, '--help', ...values].join(' ')}" -- "$cur")) ;;`;
    }),
    '  esac',
    '}',
    // Where no word fits, files do.
    'complete -o default -F _playhead playhead',
  ];
}

/** Inside single quotes of a shell, where colons and brackets part what `_arguments` reads. Quotes last: they need a backslash. */
const zshText = (text: string) => text.replace(/[[\]:\\]/g, '\\$&').replaceAll("'", "'\\''");

function zshLines(commands: readonly Completed[]): string[] {
  const specOf = (flag: string, { about, value, choices, multiple }: Flags[string]): string => {
    const many = multiple === true ? '*' : '';
    const what =
      value === undefined ? '' : `:${value}:${choices === undefined ? '_files' : `(${choices.join(' ')})`}`;
    return `'${many}--${flag}[${zshText(about)}]${what}'`;
  };
  return [
    '#compdef playhead',
    '_playhead() {',
    '  local -a commands',
    '  commands=(',
    ...commands.map(({ name, summary }) => `    '${name}:${zshText(summary)}'`),
    "    'help:how a command is called, with examples'",
    '  )',
    '  if (( CURRENT == 2 )); then _describe command commands; return; fi',
    '  local cmd=$words[2]',
    '  shift words; (( CURRENT-- ))',
    '  case $cmd in',
    '    help) _describe command commands ;;',
    ...commands.map(({ name, args, flags }) => {
      const values = args.map(({ choices }) =>
        choices === undefined ? "'*:file:_files'" : `':value:(${choices.join(' ')})'`,
      );
      const specs = Object.entries(flags).map(([flag, of]) => specOf(flag, of));
      return `    ${name}) _arguments ${[...specs, "'--help[shows how it is called]'", ...values].join(' ')} ;;`;
    }),
    '  esac',
    '}',
    'if [ "$funcstack[1]" = "_playhead" ]; then _playhead "$@"; else compdef _playhead playhead; fi',
  ];
}

const fishText = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

function fishLines(commands: readonly Completed[]): string[] {
  return [
    '# playhead: completion for fish',
    ...commands.map(
      ({ name, summary }) =>
        `complete -c playhead -n __fish_use_subcommand -f -a ${name} -d ${fishText(summary)}`,
    ),
    "complete -c playhead -n __fish_use_subcommand -f -a help -d 'how a command is called, with examples'",
    `complete -c playhead -n '__fish_seen_subcommand_from help' -f -a '${commands.map(({ name }) => name).join(' ')}'`,
    ...commands.flatMap(({ name, args, flags }) => {
      const seen = `-n '__fish_seen_subcommand_from ${name}'`;
      const values = args.flatMap(({ choices = [] }) => choices);
      return [
        ...(values.length === 0 ? [] : [`complete -c playhead ${seen} -f -a '${values.join(' ')}'`]),
        ...Object.entries(flags).map(([flag, { about, value, choices }]) => {
          const takes =
            value === undefined ? '' : choices === undefined ? ' -r' : ` -x -a '${choices.join(' ')}'`;
          return `complete -c playhead ${seen} -l ${flag}${takes} -d ${fishText(about)}`;
        }),
      ];
    }),
  ];
}
