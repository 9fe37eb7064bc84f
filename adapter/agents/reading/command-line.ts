// Finds the agent in a command line: behind `env`, `npx`, `uvx`, `timeout`, `sh -c`, a path, a package
// name with its version. Reads words only; it runs nothing and knows no agent.

/** Programs that start another one named in their own arguments, and those flags of theirs that take a word. */
const wrappers = new Map<string, ReadonlySet<string>>([
  ['env', new Set(['-u', '--unset', '-C', '--chdir'])],
  ['npx', new Set(['-p', '--package'])],
  ['bunx', new Set()],
  ['uvx', new Set(['--from', '--with', '-p', '--python'])],
  ['pipx', new Set(['--spec', '--python'])],
  ['npm', new Set(['-p', '--package'])],
  ['pnpm', new Set()],
  ['yarn', new Set()],
  ['bun', new Set()],
  ['uv', new Set(['--with', '-p', '--python', '--project', '--directory'])],
  ['node', new Set(['-r', '--require', '--import', '--loader'])],
  ['python', new Set(['-W', '-X'])],
  ['python3', new Set(['-W', '-X'])],
  ['timeout', new Set(['-s', '--signal', '-k', '--kill-after'])],
  ['stdbuf', new Set(['-i', '-o', '-e'])],
  ['nice', new Set(['-n'])],
  ['sudo', new Set(['-u', '-g'])],
  ['time', new Set()],
  ['nohup', new Set()],
  ['exec', new Set()],
]);
const shells = new Set(['sh', 'bash', 'zsh', 'dash', 'ash']);
/** `npm exec`, `pnpm dlx`, `uv run`, `uv tool run`… */
const subcommands = new Set(['exec', 'dlx', 'run', 'x', 'tool', 'runpip']);

export interface Program {
  /** What it may be called: its file's name without an ending, and the package that it lies in. */
  readonly names: readonly string[];
  readonly args: readonly string[];
}

/** The program that a command line comes down to; null where it names none. */
export function programOf(command: readonly string[]): Program | null {
  let words = command;
  // Each turn takes at least one word away.
  for (;;) {
    while (words[0] !== undefined && /^[A-Za-z_]\w*=/.test(words[0])) words = words.slice(1);
    const [first, ...rest] = words;
    if (first === undefined) return null;
    const names = namesOf(first);
    const name = names[0] ?? '';
    if (shells.has(name)) {
      const script = shellScript(rest);
      if (script === null) return { names, args: rest };
      words = script;
      continue;
    }
    const flags = wrappers.get(name);
    if (flags === undefined) return { names, args: rest };
    const inner = behindFlags(name, rest, flags);
    if (inner.length === 0) return { names, args: rest };
    words = inner;
  }
}

/** Whether the command starts a program of one of these names. */
export function runsProgram(command: readonly string[], names: readonly string[]): boolean {
  return programOf(command)?.names.some((name) => names.includes(name)) ?? false;
}

/** The word after a flag, or what stands behind its `=`; null where it is not there. */
export function flagValue(command: readonly string[] | null, ...flags: readonly string[]): string | null {
  const args = command === null ? [] : (programOf(command)?.args ?? []);
  for (const [index, word] of args.entries()) {
    if (flags.includes(word)) return args[index + 1] ?? null;
    const flag = flags.find((name) => name.startsWith('--') && word.startsWith(`${name}=`));
    if (flag !== undefined) return word.slice(flag.length + 1);
  }
  return null;
}

export function hasFlag(command: readonly string[], ...flags: readonly string[]): boolean {
  return programOf(command)?.args.some((word) => flags.includes(word)) ?? false;
}

function behindFlags(name: string, words: readonly string[], flags: ReadonlySet<string>): readonly string[] {
  let index = 0;
  for (; index < words.length; index++) {
    const word = words[index] ?? '';
    if (word === '-m' && name.startsWith('python')) return words.slice(index + 1);
    if (word === '--') return words.slice(index + 1);
    if (flags.has(word)) index++;
    else if (word.startsWith('-') || (subcommands.has(word) && name !== 'node')) continue;
    else if (name === 'timeout' && /^[\d.]+[smhd]?$/.test(word)) continue;
    else break;
  }
  return words.slice(index);
}

/** The first simple command of `sh -c '…'` that is no `cd`, split as a shell splits plain words and quotes. */
function shellScript(args: readonly string[]): readonly string[] | null {
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(word));
  const script = at < 0 ? undefined : args[at + 1];
  if (script === undefined) return null;
  let words: string[] = [];
  for (const [, single, double, operator, plain] of script.matchAll(
    /'([^']*)'|"((?:[^"\\]|\\.)*)"|(&&|\|\||[;|\n])|([^\s'"&;|]+)/g,
  )) {
    if (operator === undefined) words.push(single ?? double ?? plain ?? '');
    else if (isCommand(words)) break;
    else words = [];
  }
  return isCommand(words) ? words : null;
}

/** What only sets the scene starts nothing. */
function isCommand([first]: readonly string[]): boolean {
  return first !== undefined && !['cd', 'export', 'set', 'source', '.'].includes(first);
}

function namesOf(word: string): string[] {
  const path = word.replaceAll('\\', '/');
  const base = path.slice(path.lastIndexOf('/') + 1);
  const name = base.replace(/(.)[@=].*$/, '$1').replace(/\.(?:exe|cmd|m?[jt]s|cjs|py)$/, '');
  const inPackage = /node_modules\/(?:@[^/]+\/)?([^/]+)\//.exec(path)?.[1];
  return inPackage === undefined || inPackage === name ? [name] : [name, inPackage];
}
