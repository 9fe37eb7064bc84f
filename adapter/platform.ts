// Where operating systems differ, with the answer of each: how a page is opened, where state is kept, which shell runs a
// line, where processes and open files can be looked at. docs/platforms.md says on which of them this was run. Starts nothing.
import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The command that shows an address in the browser of whoever is logged in. */
export function browserCommand(
  url: string,
  platform: NodeJS.Platform = process.platform,
): [string, ...string[]] {
  if (platform === 'darwin') return ['open', url];
  // `start` would read "&" as the end of a command.
  if (platform === 'win32') return ['rundll32', 'url.dll,FileProtocolHandler', url];
  return ['xdg-open', url];
}

/** The folder in which what outlives a run is kept for its user. */
export function stateFolder(
  env: Environment,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  if (env.XDG_STATE_HOME) return join(env.XDG_STATE_HOME, 'playhead');
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData/Local'), 'playhead');
  return join(home, '.local/state/playhead');
}

/** The command that runs a line as its user would type it. */
export function shellCommand(
  line: string,
  platform: NodeJS.Platform = process.platform,
): [string, ...string[]] {
  return platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', line] : ['/bin/sh', '-c', line];
}

/** The folder that has one for each process, with its environment; null where the system has none. */
export function processFolder(platform: NodeJS.Platform = process.platform): string | null {
  return platform === 'linux' ? '/proc' : null;
}

/** A path to an open file or folder that no rename leads elsewhere; null where the system has none. */
export function descriptorPath(
  descriptor: number,
  platform: NodeJS.Platform = process.platform,
): string | null {
  return platform === 'linux' ? `/proc/self/fd/${descriptor}` : null;
}
