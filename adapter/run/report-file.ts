// The reports that a verifier writes beside what it prints: files, or folders of them, as `--report` names them. Takes
// only what the verifier wrote in its own time, opens no link to a file and waits for no pipe; a folder may be a link,
// as build tools make them. Judges nothing.
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Findings } from '../../shared/failures/reader.ts';
import { joinFindings, readReport } from '../../shared/failures/report.ts';

const MAX_BYTES = 64 * 1024 * 1024;
const MAX_FILES = 1000;
/** File systems keep times to a second or two. */
const SLACK_MS = 2000;

export interface Reports {
  /** Null where none was read. */
  readonly findings: Findings | null;
  readonly problems: readonly string[];
}

/** @param sinceMs what was written before is left out: it is of another run */
export function readReports(paths: readonly string[], workdir: string, sinceMs: number | null): Reports {
  const found: Findings[] = [];
  const problems: string[] = [];
  for (const path of paths) {
    const before = found.length;
    try {
      for (const file of filesAt(resolve(workdir, path))) {
        const findings = readReport(readOwn(file, sinceMs));
        if (findings !== null) found.push(findings);
      }
      if (found.length === before) problems.push(`--report ${path}: holds no report in JUnit’s XML or CTRF`);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      problems.push(`--report ${path}: ${code === 'ENOENT' ? 'was not written' : message}`);
    }
  }
  return { findings: found.length === 0 ? null : joinFindings(found), problems };
}

function filesAt(path: string): string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path).filter((name) => /\.(?:xml|json)$/i.test(name));
  return names
    .sort()
    .slice(0, MAX_FILES)
    .map((name) => join(path, name));
}

function readOwn(file: string, sinceMs: number | null): string {
  const handle = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(handle);
    if (!stats.isFile()) throw new Error('is no regular file');
    if (stats.size > MAX_BYTES)
      throw new Error(`is larger than the ${MAX_BYTES / 2 ** 20} MiB that are read`);
    if (sinceMs !== null && stats.mtimeMs < sinceMs - SLACK_MS)
      throw new Error('is older than the verifier’s run, and was left out');
    return readFileSync(handle, 'utf8');
  } finally {
    closeSync(handle);
  }
}
