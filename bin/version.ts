// The package's version. The sources lie in the package, what is built of them a folder deeper.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function playheadVersion(): string {
  const file = ['..', '../..']
    .map((up) => join(import.meta.dirname, up, 'package.json'))
    .find((path) => existsSync(path));
  return file === undefined ? 'of unknown version' : JSON.parse(readFileSync(file, 'utf8')).version;
}
