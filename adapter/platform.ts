// Where operating systems differ, with the answer of each: how a page is opened, where state is kept, which shell runs a
// line. docs/platforms.md says on which of them this was run. Starts nothing.
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
