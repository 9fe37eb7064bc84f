// Real coding agents for tests: fetched from npm once, at fixed versions, into a cache folder outside the
// project, and set up each with a home of its own that points at a scripted model.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packages = {
  opencode: 'opencode-ai@1.18.33',
  pi: '@mariozechner/pi-coding-agent@0.73.1',
  codex: '@openai/codex@0.169.0',
  'qwen-code': '@qwen-code/qwen-code@0.24.4',
  gemini: '@google/gemini-cli@0.61.0',
} as const;
export type RealAgent = keyof typeof packages;
export const realAgents = Object.keys(packages) as RealAgent[];

const bin = join(import.meta.dirname, '../../bin/playhead.ts');

/** Its own version, as its package is pinned. */
export function versionOfAgent(agent: RealAgent): string {
  return packages[agent].slice(packages[agent].lastIndexOf('@') + 1);
}

/** PLAYHEAD_AGENTS_DIR, else a folder in the user's cache. */
function agentsDir(): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), '.cache');
  return process.env.PLAYHEAD_AGENTS_DIR || join(cache, 'playhead-agents');
}

/** Installs what is not there yet. @throws when npm fails */
export function installAgents(): void {
  const dir = agentsDir();
  const missing = realAgents.filter((agent) => {
    const [, name = '', version = ''] = /^(.+)@([^@]+)$/.exec(packages[agent]) ?? [];
    const manifest = join(dir, 'node_modules', name, 'package.json');
    return !existsSync(manifest) || !installed(manifest, version);
  });
  if (missing.length === 0) return;
  mkdirSync(dir, { recursive: true });
  const args = ['install', '--prefix', dir, '--no-audit', '--no-fund', ...realAgents.map((a) => packages[a])];
  const { status } = spawnSync('npm', args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`npm could not install the agents into ${dir}`);
}

function installed(manifest: string, version: string): boolean {
  const probe = spawnSync(process.execPath, ['-p', `require(${JSON.stringify(manifest)}).version`]);
  return probe.stdout.toString().trim() === version;
}

type Provider = (modelUrl: string) => string | object;

/** The agents' own configuration, by files below a home folder: one provider, the scripted model. */
const configurations: Readonly<Record<RealAgent, readonly [path: string, content: Provider]>> = {
  opencode: [
    '.config/opencode/opencode.json',
    (url) => ({
      provider: {
        local: {
          npm: '@ai-sdk/openai-compatible',
          options: { baseURL: `${url}/v1`, apiKey: 'none' },
          models: { 'scripted-model': {} },
        },
      },
      autoupdate: false,
      share: 'disabled',
    }),
  ],
  pi: [
    '.pi/agent/models.json',
    (url) => ({
      providers: {
        local: {
          baseUrl: `${url}/v1`,
          api: 'openai-completions',
          apiKey: 'none',
          models: [
            {
              id: 'scripted-model',
              name: 'Scripted model',
              reasoning: false,
              input: ['text'],
              contextWindow: 100_000,
              maxTokens: 8000,
              cost: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
            },
          ],
        },
      },
    }),
  ],
  codex: [
    '.codex/config.toml',
    (url) =>
      [
        'model = "scripted-model"',
        'model_provider = "local"',
        '[model_providers.local]',
        'name = "Local"',
        `base_url = "${url}/v1"`,
        'env_key = "MODEL_KEY"',
        'wire_api = "responses"',
        '',
      ].join('\n'),
  ],
  'qwen-code': [
    '.qwen/settings.json',
    () => ({
      security: { auth: { selectedType: 'openai' }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
      model: { name: 'scripted-model' },
    }),
  ],
  gemini: [
    '.gemini/settings.json',
    () => ({
      security: { auth: { selectedType: 'gemini-api-key' }, folderTrust: { enabled: false } },
      general: { enableAutoUpdate: false, disableAutoUpdate: true },
      privacy: { usageStatisticsEnabled: false },
    }),
  ],
};

export function configureAgent(agent: RealAgent, home: string, modelUrl: string): void {
  const [path, content] = configurations[agent];
  const value = content(modelUrl);
  mkdirSync(join(home, path, '..'), { recursive: true });
  writeFileSync(join(home, path), typeof value === 'string' ? value : JSON.stringify(value));
}

/** A new session, or one that goes on from the session of that id: itself, or a fork of it. */
export type From = { readonly resume: string } | { readonly fork: string } | null;

interface CommandLine {
  readonly program: string;
  /** The flags before the prompt. */
  readonly start: readonly string[];
  resume(session: string): readonly string[];
  /** Absent where the agent cannot fork without a person. */
  fork?(session: string): readonly string[];
}

const model = 'local/scripted-model';
const codexFlags = ['--json', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox'];
const qwenFlags = ['--yolo', '--output-format', 'stream-json'];
const geminiFlags = ['--yolo', '--skip-trust', '--output-format', 'stream-json', '-m', 'scripted-model'];
const commandLines: Readonly<Record<RealAgent, CommandLine>> = {
  opencode: {
    program: 'opencode',
    start: ['run', '--format', 'json', '-m', model],
    resume: (session) => ['run', '--format', 'json', '-m', model, '--session', session],
    fork: (session) => ['run', '--format', 'json', '-m', model, '--session', session, '--fork'],
  },
  pi: {
    program: 'pi',
    start: ['--offline', '--mode', 'json', '--model', model, '-p'],
    resume: (session) => ['--offline', '--mode', 'json', '--model', model, '--session', session, '-p'],
    fork: (session) => ['--offline', '--mode', 'json', '--model', model, '--fork', session, '-p'],
  },
  codex: {
    program: 'codex',
    start: ['exec', ...codexFlags],
    resume: (session) => ['exec', 'resume', ...codexFlags, session],
    fork: (session) => ['exec', 'fork', ...codexFlags, session],
  },
  'qwen-code': {
    program: 'qwen',
    start: [...qwenFlags, '-p'],
    resume: (session) => [...qwenFlags, '--resume', session, '-p'],
    fork: (session) => [...qwenFlags, '--resume', session, '--fork-session', '-p'],
  },
  gemini: {
    program: 'gemini',
    start: [...geminiFlags, '-p'],
    resume: (session) => [...geminiFlags, '--resume', session, '-p'],
  },
};

export const canFork = (agent: RealAgent): boolean => commandLines[agent].fork !== undefined;

/** The agent's command line for one prompt, without a person. */
export function agentCommand(agent: RealAgent, prompt: string, from: From = null): string[] {
  const { program, start, resume, fork } = commandLines[agent];
  const args = from === null ? start : 'resume' in from ? resume(from.resume) : (fork?.(from.fork) ?? start);
  return [join(agentsDir(), 'node_modules/.bin', program), ...args, prompt];
}

/** A clean environment: an agent must find nothing of the machine that runs the test. */
export function agentEnvironment(home: string, modelUrl: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    MODEL_KEY: 'key-of-the-scripted-model',
    OPENAI_API_KEY: 'key-of-the-scripted-model',
    OPENAI_BASE_URL: `${modelUrl}/v1`,
    OPENAI_MODEL: 'scripted-model',
    GEMINI_API_KEY: 'key-of-the-scripted-model',
    GOOGLE_GEMINI_BASE_URL: modelUrl,
    OPENCODE_DISABLE_AUTOUPDATE: '1',
    OPENCODE_DISABLE_MODELS_FETCH: '1',
  };
}

export interface Finished {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `playhead run` as a user does. */
export function playheadRun(
  flags: readonly string[],
  command: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  return runPlayhead(['run', ...flags, '--', ...command], env);
}

/** Runs the command line with an empty standard input. */
export function runPlayhead(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Finished> {
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, stdout, stderr }));
  });
}

/** What an agent keeps of its sessions, below its home. */
const keptFiles: Readonly<Record<RealAgent, readonly [folder: string, file: RegExp]>> = {
  opencode: ['.local/share/opencode', /^opencode\.db$/],
  pi: ['.pi/agent/sessions', /\.jsonl$/],
  codex: ['.codex/sessions', /\.jsonl$/],
  'qwen-code': ['.qwen/projects', /chats\/[^/]*\.jsonl$/],
  gemini: ['.gemini/tmp', /chats\/[^/]*\.jsonl?$/],
};

/** The files in which an agent keeps its sessions, in order of their names. */
export function keptSessions(agent: RealAgent, home: string): string[] {
  const [dir, file] = keptFiles[agent];
  return readdirSync(join(home, dir), { recursive: true, encoding: 'utf8' })
    .filter((name) => file.test(name))
    .map((name) => join(home, dir, name))
    .sort();
}
