// What a command line tells of a run by itself: which agent it starts, with which model, in which version. Asks the agent for
// its version and reads its configuration; says nothing where neither tells.
import { execFile } from 'node:child_process';
import { homedir, tmpdir } from 'node:os';
import { basename } from 'node:path';
import { flagValue, programOf } from '../agents/reading/command-line.ts';
import { findAgent } from '../agents/registry.ts';
import { readOrEmpty } from './model-route.ts';

/** An agent of Node's takes a second on a busy machine. */
const ASK_MS = 5000;

export interface NamingContext {
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
}

/** The agent that the command line starts; else what its program is called. */
export function agentNameOf(command: readonly string[]): string {
  const { name } = findAgent({ command });
  return name === 'generic' ? (programOf(command)?.names[0] ?? basename(command[0] ?? 'unknown')) : name;
}

/** The model that the command line names, else the agent's configuration; null where neither does. */
export function modelOf({ command, env, workdir }: NamingContext): string | null {
  const agent = findAgent({ command });
  if (agent.name === 'generic') return null;
  const named = flagValue(command, '--model', '-m');
  const provider = flagValue(command, '--provider');
  if (named !== null) return provider === null || named.includes('/') ? named : `${provider}/${named}`;
  return agent.configuredModel?.({ env, workdir, home: env.HOME ?? homedir(), read: readOrEmpty }) ?? null;
}

/** What a known agent answers to `--version`; null where it answers with no version. Never rejects. */
export function askVersion({ command, env }: NamingContext): Promise<string | null> {
  const [program = ''] = command;
  // What starts another program would be asked for its own version.
  const isAgent = findAgent({ command: [program] }).name !== 'generic';
  if (!isAgent) return Promise.resolve(null);
  return new Promise((resolve) => {
    // Not in the working directory: that is the task's, and may hold anything.
    execFile(program, ['--version'], { env, cwd: tmpdir(), timeout: ASK_MS }, (_error, stdout) =>
      resolve(/\d+\.\d+\.\d+[\w.+-]*/.exec(stdout)?.[0] ?? null),
    );
  });
}
