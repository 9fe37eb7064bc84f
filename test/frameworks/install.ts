// Environments for frameworks, one each, in a folder of the user's cache: uv's for Python, npm's for Node. What is
// there already is used again. Does not touch the project's own node_modules.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Framework } from './frameworks.ts';

const UV = 'uv==0.13.8';
/** What the packages themselves need is taken as it was then, so that a capture can be made again. */
const AS_OF = '2026-12-01';
/** Some agents take no other than 3.12. */
const pythons = ['python3.12', ...pyenvPythons(), 'python3.13', 'python3.11', 'python3'];

export interface Interpreter {
  readonly command: string;
  /** Where the programs are. */
  readonly folder: string;
}

/** PLAYHEAD_FRAMEWORKS_DIR, else a folder in the user's cache. */
function cacheFolder(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return process.env.PLAYHEAD_FRAMEWORKS_DIR || join(cache, 'playhead-frameworks');
}

export async function interpreterOf({ language, packages }: Framework): Promise<Interpreter> {
  if (language === 'Python') {
    const bin = pythonBin(packages);
    return { command: join(bin, 'python'), folder: join(import.meta.dirname, 'python') };
  }
  const folder = installed('node', packages, installNode);
  // Node looks for packages beside the program.
  cpSync(join(import.meta.dirname, 'node'), folder, { recursive: true });
  return { command: process.execPath, folder };
}

/** The folder of programs of an environment that holds these packages. */
export function pythonBin(packages: readonly string[]): string {
  return join(installed('python', packages, installPython), 'bin');
}

type Install = (folder: string, packages: readonly string[]) => void;

function installed(language: string, packages: readonly string[], install: Install): string {
  const key = createHash('sha256')
    .update([...packages, AS_OF].join('\n'))
    .digest('hex')
    .slice(0, 12);
  const folder = join(cacheFolder(), `${language}-${key}`);
  const done = join(folder, 'installed');
  if (!existsSync(done)) install(folder, packages);
  writeFileSync(done, packages.join('\n'));
  return folder;
}

function installPython(folder: string, packages: readonly string[]): void {
  const uv = uvProgram();
  must(uv, ['venv', '--clear', '--python', somePython(), folder]);
  const into = ['--python', join(folder, 'bin/python'), '--exclude-newer', AS_OF];
  must(uv, ['pip', 'install', ...into, ...packages]);
}

function uvProgram(): string {
  const folder = join(cacheFolder(), 'uv');
  const uv = join(folder, 'bin/uv');
  if (existsSync(uv)) return uv;
  mkdirSync(cacheFolder(), { recursive: true });
  must(somePython(), ['-m', 'venv', folder]);
  must(join(folder, 'bin/pip'), ['install', '--quiet', '--disable-pip-version-check', UV]);
  return uv;
}

/** pyenv keeps them beside one another, and names but one on the path. */
function pyenvPythons(): string[] {
  const versions = join(process.env.PYENV_ROOT || join(homedir(), '.pyenv'), 'versions');
  if (!existsSync(versions)) return [];
  const fit = readdirSync(versions).filter((version) => version.startsWith('3.12.'));
  return fit.map((version) => join(versions, version, 'bin/python3.12'));
}

/** PYTHON, else the first that is new enough. */
function somePython(): string {
  const isNewEnough = (python: string): boolean => {
    const probe = ['-c', 'import sys; sys.exit(sys.version_info < (3, 11))'];
    return spawnSync(python, probe).status === 0;
  };
  const python = [process.env.PYTHON ?? '', ...pythons].find((one) => one !== '' && isNewEnough(one));
  if (python === undefined) throw new Error('a Python of at least 3.11 is needed: name it in PYTHON');
  return python;
}

function installNode(folder: string, packages: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}\n');
  const how = ['--prefix', folder, '--before', AS_OF, '--no-audit', '--no-fund', '--ignore-scripts'];
  must('npm', ['install', ...how, ...packages]);
}

function must(command: string, args: readonly string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`.slice(0, 1200));
}
