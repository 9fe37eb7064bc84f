// Programs that we run ourselves beside an agent: found by the search path, but never in the working directory, where
// the agent and its task write what they like. (npm and npx put the project's own `node_modules/.bin` into the path.)
import { accessSync, constants, realpathSync, statSync } from 'node:fs';
import { delimiter, isAbsolute, join, relative, sep } from 'node:path';

/** The file, wherever links lead to it; null where there is none outside. @param workdir without symbolic links */
export function findOutside(workdir: string, name: string, searchPath: string): string | null {
  for (const folder of searchPath.split(delimiter)) {
    if (!isAbsolute(folder)) continue;
    try {
      const file = join(folder, name);
      accessSync(file, constants.X_OK);
      if (!statSync(file).isFile() || isInside(workdir, file) || isInside(workdir, realpathSync(file)))
        continue;
      return file;
    } catch {
      // Not in this one.
    }
  }
  return null;
}

/** Whether a path is a folder's, or the folder itself; links are not followed. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
