// Captures what test runners print: runs each of the small projects once and keeps its output under
// test/fixtures/failures/, or FIXTURES_DIR, without what differs from run to run. `node test/failures/capture.ts [RUNNER…]`.
// The runners of PyPI and npm, and the Node that they run on, are installed into a temporary folder; those of Debian
// must be there (README.md beside the fixtures names them). Does not check what the readers make of the output.
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { compiledProjects } from './compiled-projects.ts';
import { normalised } from './normalise.ts';
import type { Project } from './project.ts';
import { pythonProjects } from './python-projects.ts';
import { scriptProjects } from './script-projects.ts';

const fixtures = process.env.FIXTURES_DIR ?? join(import.meta.dirname, '../fixtures/failures');
const tools = process.env.RUNNERS_DIR ?? join(tmpdir(), 'playhead-runners');
/** Compiling Catch2's one header takes minutes on a busy machine. */
const RUN_LIMIT_MS = 900_000;

/** Of the versions that the fixtures are of: another one prints otherwise. */
const pypi = ['pytest==9.2.0', 'django==5.2.19', 'pytest-json-ctrf==0.6.1'];
const npm = [
  // All of JavaScript runs on this Node, whatever the machine has: its own runner's output is a fixture, too.
  'node@20.20.2',
  'jest@30.5.2',
  'vitest@4.1.12',
  'mocha@12.0.3',
  'tape@5.10.2',
  'jasmine@7.0.0',
  'bun@1.4.5',
  'deno@2.9.6',
  'jest-junit@17.0.0',
  'jest-ctrf-json-reporter@0.0.11',
];
const nodeFolder = join(tools, 'npm/node_modules/node/bin');

function installTools(): void {
  const venv = join(tools, 'venv');
  if (!existsSync(venv)) {
    mkdirSync(tools, { recursive: true });
    shell(`python3 -m venv ${venv} && ${venv}/bin/pip install -q ${pypi.join(' ')}`, tools);
  }
  const node = join(tools, 'npm');
  if (!existsSync(nodeFolder)) {
    mkdirSync(node, { recursive: true });
    writeFileSync(join(node, 'package.json'), '{"name":"runners","private":true}\n');
    shell(`npm install --no-audit --no-fund ${npm.join(' ')}`, node);
  }
  process.stdout.write(`JavaScript runs on Node ${shell('node --version', tools).trim()}\n`);
}

function shell(command: string, cwd: string): string {
  // Both streams go into one, in the order in which they were written.
  const run = spawnSync('/bin/sh', ['-c', `{ ${command}\n} 2>&1`], {
    cwd,
    encoding: 'utf8',
    timeout: RUN_LIMIT_MS,
    env: environment(),
    maxBuffer: 64 * 1024 * 1024,
  });
  return run.stdout;
}

/** A plain one: no agent, no CI, no colours but those that a command asks for. */
function environment(): NodeJS.ProcessEnv {
  const { HOME, PATH, GOPROXY, GOFLAGS, CARGO_HOME, RUSTUP_HOME, PIP_INDEX_URL, NODE_EXTRA_CA_CERTS } =
    process.env;
  const path = [join(tools, 'venv/bin'), nodeFolder, join(tools, 'npm/node_modules/.bin'), PATH].join(':');
  const kept = { HOME, GOPROXY, GOFLAGS, CARGO_HOME, RUSTUP_HOME, PIP_INDEX_URL, NODE_EXTRA_CA_CERTS };
  return { ...kept, PATH: path, LC_ALL: 'C.UTF-8', TERM: 'dumb', TZ: 'UTC', PYTHONDONTWRITEBYTECODE: '1' };
}

function capture(project: Project): void {
  const folder = mkdtempSync(join(tmpdir(), 'capture-'));
  try {
    for (const [path, text] of Object.entries(project.files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const modules = join(tools, 'npm/node_modules');
    if ('package.json' in project.files) symlinkSync(modules, join(folder, 'node_modules'));
    const output = shell(project.command, folder);
    const told = stripVTControlCharacters(shell(project.version, folder)).trim().split('\n');
    // Java tells of itself before some of the programs that run on it.
    const version =
      told.find((line) => !/^(?:Picked up|openjdk version|OpenJDK) /.test(line)) ?? told[0] ?? '';
    const target = join(fixtures, project.runner);
    mkdirSync(target, { recursive: true });
    writeFileSync(join(target, `${project.form}.txt`), normalised(output, [folder, realpathSync(modules)]));
    writeFileSync(
      join(target, `${project.form}.made.txt`),
      `version: ${version.trim()}\ncommand: ${project.command}\n`,
    );
    process.stdout.write(`${project.runner}/${project.form}: ${output.length} characters, ${version}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const wanted = process.argv.slice(2);
installTools();
for (const project of [...pythonProjects, ...compiledProjects, ...scriptProjects]) {
  if (wanted.length === 0 || wanted.includes(project.runner)) capture(project);
}
