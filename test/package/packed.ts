// The package as `npm pack` makes it, installed in an empty folder beside the Nodes that it is for. Made once for a
// test file; the folder goes with it.
import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const run = promisify(execFile);

/** The lines that the package is for, and one that it refuses. */
export const nodeLines = ['22', '24', '26'] as const;
export const TOO_OLD = '20';

export interface Packed {
  /** Where a user has installed it. */
  readonly folder: string;
  readonly tarball: string;
  /** What the tarball holds, by path. */
  readonly files: readonly string[];
  /** The program of a Node by its line: "22". */
  node(line: string): string;
  npm(args: readonly string[], cwd: string, line?: string): Promise<string>;
  remove(): void;
}

interface PackAnswer {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** @throws what npm said, where it failed */
export async function packAndInstall(): Promise<Packed> {
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'playhead-package-')));
  const folder = mkdtempSync(join(base, 'user-'));
  const nodeOf = (line: string) => join(base, `node-${line}`, 'node_modules/node/bin/node');
  const npm = async (args: readonly string[], cwd: string, line?: string): Promise<string> => {
    const path = line === undefined ? process.env.PATH : `${join(nodeOf(line), '..')}:${process.env.PATH}`;
    const env = { ...process.env, PATH: path, npm_config_fund: 'false', npm_config_audit: 'false' };
    const { stdout } = await run('npm', [...args], { cwd, env, maxBuffer: 1 << 26 });
    return stdout;
  };
  const answer = await npm(['pack', '--json', '--silent', '--pack-destination', base], root);
  const [packed] = JSON.parse(answer.slice(answer.indexOf('[\n'))) as PackAnswer[];
  if (!packed) throw new Error(`npm pack answered ${answer}`);
  const tarball = join(base, packed.filename);
  for (const line of [...nodeLines, TOO_OLD])
    await npm(['install', '--prefix', join(base, `node-${line}`), '--silent', `node@${line}`], base);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ name: 'user', private: true, type: 'module' }),
  );
  await npm(['install', '--silent', '--omit=dev', tarball], folder, '22');
  return {
    folder,
    tarball,
    files: packed.files.map(({ path }) => path),
    node: nodeOf,
    npm,
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

/** Bytes of all files of a folder. */
export function bytesOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}
