// What a command of the command line is: its flags with their twins in the environment, its arguments, examples, and
// what it does. Words are read, helped with and corrected by commander. Knows no single command.
import { styleText } from 'node:util';
import { Command, CommanderError, type HelpConfiguration, Option } from 'commander';
import { UsageError } from './usage-error.ts';

export interface Flag {
  readonly about: string;
  /** What stands for its value in the help. A flag without one is a switch. */
  readonly value?: string;
  /** May be given several times; the twin's values stand one a line. */
  readonly multiple?: boolean;
  readonly choices?: readonly string[];
  /** One letter. */
  readonly short?: string;
}
export type Flags = Readonly<Record<string, Flag>>;
type Value<F extends Flag> = F extends { multiple: true }
  ? string[]
  : F extends { value: string }
    ? string
    : boolean;
export type Values<F extends Flags> = { -readonly [K in keyof F]?: Value<F[K]> };

export interface Argument {
  /** `CELL`, or `FILE…` where there may be several. */
  readonly name: string;
  readonly about: string;
  readonly optional?: boolean;
  readonly choices?: readonly string[];
}

export interface Example {
  /** As it is typed, `playhead` and all. A test runs it. */
  readonly line: string;
  readonly says: string;
}

export interface Call<F extends Flags> {
  readonly values: Values<F>;
  readonly args: readonly string[];
  /** What stands behind "--", where the command takes another's. */
  readonly rest: readonly string[];
}

interface Spec<F extends Flags> {
  readonly name: string;
  /** What it does, in a paragraph. */
  readonly about: string;
  readonly args?: readonly Argument[];
  /** What stands behind "--": another program's command line. */
  readonly takes?: string;
  readonly flags: F;
  readonly examples: readonly [Example, ...Example[]];
  run(call: Call<F>): Promise<void>;
}

export interface CliCommand<F extends Flags = Flags> extends Omit<Spec<F>, 'run'> {
  /** @throws UsageError where the call is wrong, with how it is called */
  run(argv: readonly string[]): Promise<void>;
}

/** A command before its file is loaded. */
export interface CommandEntry {
  readonly name: string;
  readonly group: 'Look at runs' | 'Record runs' | 'Judge them' | 'Keep them' | 'Set up';
  readonly summary: string;
  load(): Promise<CliCommand>;
}

export function command<const F extends Flags>(spec: Spec<F>): CliCommand<F> {
  return {
    ...spec,
    async run(argv) {
      const end = spec.takes === undefined ? -1 : argv.indexOf('--');
      const own = end < 0 ? argv : argv.slice(0, end);
      const parser = parserOf(spec);
      try {
        if (parse(parser, own) === 'helped') return;
        const values = valuesOf(parser, spec.flags);
        await spec.run({ values, args: parser.args, rest: end < 0 ? [] : argv.slice(end + 1) });
      } catch (error) {
        if (error instanceof UsageError) error.usage = `playhead ${spec.name} ${parser.usage()}`;
        throw error;
      }
    },
  };
}

/** Colours are commander's to leave out: it knows whether a terminal shows the help. */
const colour = (name: 'bold' | 'cyan' | 'green') => (text: string) =>
  styleText(name, text, { validateStream: false });
export const helpStyle: HelpConfiguration = {
  styleTitle: colour('bold'),
  styleCommandText: colour('bold'),
  styleSubcommandText: colour('cyan'),
  styleOptionText: colour('green'),
};

function parserOf({ name, about, args = [], takes, flags, examples }: Spec<never> | Spec<Flags>): Command {
  const parser = new Command(`playhead ${name}`)
    .description(about)
    .exitOverride()
    .configureOutput({ writeErr: () => undefined })
    .configureHelp(helpStyle)
    .helpOption('-h, --help', 'shows this')
    .addHelpText('after', examplesText(examples));
  for (const { name: called, about: says, optional, choices } of args) {
    const word = called.replace('…', '...');
    const argument = parser.createArgument(optional === true ? `[${word}]` : `<${word}>`, says);
    parser.addArgument(choices ? argument.choices(choices) : argument);
  }
  for (const [flag, of] of Object.entries(flags)) parser.addOption(optionOf(flag, of));
  const words = args.map(({ name: called, optional }) => (optional === true ? `[${called}]` : called));
  return parser.usage(['[flags]', ...words, ...(takes === undefined ? [] : [`-- ${takes}`])].join(' '));
}

function optionOf(flag: string, { about, value, multiple, choices, short }: Flag): Option {
  const names = `${short === undefined ? '' : `-${short}, `}--${flag}`;
  const option = new Option(value === undefined ? names : `${names} <${value}>`, about);
  if (choices) option.choices(choices);
  if (multiple) option.argParser((text: string, before: string[] | undefined) => [...(before ?? []), text]);
  return option;
}

function examplesText(examples: readonly Example[]): string {
  const title = styleText('bold', 'Examples:', { validateStream: false });
  const lines = examples.flatMap(({ line, says }) => [`  ${line}`, `      ${says}`]);
  return ['', title, ...lines, '', 'Every flag has a twin in the environment: --db is PLAYHEAD_DB.', ''].join(
    '\n',
  );
}

/** @throws UsageError */
export function parse(parser: Command, argv: readonly string[]): 'parsed' | 'helped' {
  try {
    parser.parse([...argv], { from: 'user' });
    return 'parsed';
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return 'helped';
    throw new UsageError(error.message.replace(/^error: /, '').replaceAll('\n', ' '));
  }
}

function valuesOf<F extends Flags>(parser: Command, flags: F): Values<F> {
  const values: Record<string, unknown> = {};
  for (const option of parser.options) {
    const name = option.long?.slice(2) ?? '';
    const flag = flags[name];
    if (!flag) continue;
    const key = option.attributeName();
    const given = parser.getOptionValueSource(key) === 'cli' ? parser.getOptionValue(key) : undefined;
    // To commander `--no-proxy` is a `proxy` that is false.
    if (given !== undefined) values[name] = option.negate ? !given : given;
    else {
      const twin = twinOf(name, flag);
      if (twin !== undefined) values[name] = twin;
    }
  }
  return values as Values<F>;
}

/** A flag outranks its twin in the environment, `PLAYHEAD_<FLAG>`. @throws UsageError */
function twinOf(name: string, { value, multiple, choices }: Flag): string | string[] | boolean | undefined {
  const variable = `PLAYHEAD_${name.toUpperCase().replaceAll('-', '_')}`;
  const text = process.env[variable];
  if (text === undefined || text === '') return undefined;
  if (value === undefined) return text !== '0' && text !== 'false';
  if (choices !== undefined && !choices.includes(text))
    throw new UsageError(`${variable} takes ${choices.join(', ')}, not ${JSON.stringify(text)}`);
  return multiple === true ? text.split('\n').filter((line) => line !== '') : text;
}
