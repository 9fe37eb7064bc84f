// Real coding agents for tests: fetched from npm once, at fixed versions, into a cache folder outside the
// project, and set up each with a home of its own that points at a scripted model.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

const packages = {
  opencode: 'opencode-ai@1.18.33',
  pi: '@mariozechner/pi-coding-agent@0.73.1',
  codex: '@openai/codex@0.169.0',
} as const;
export type RealAgent = keyof typeof packages;
export const realAgents = Object.keys(packages) as RealAgent[];

const bin = join(import.meta.dirname, '../../bin/playhead.ts');

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

/** Writes the agent's own configuration into a home folder: one provider, the scripted model. */
export function configureAgent(agent: RealAgent, home: string, modelUrl: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(join(home, path, '..'), { recursive: true });
    writeFileSync(join(home, path), text);
  };
  if (agent === 'opencode')
    write(
      '.config/opencode/opencode.json',
      JSON.stringify({
        provider: {
          local: {
            npm: '@ai-sdk/openai-compatible',
            options: { baseURL: modelUrl, apiKey: 'none' },
            models: { 'scripted-model': {} },
          },
        },
        autoupdate: false,
        share: 'disabled',
      }),
    );
  else if (agent === 'pi')
    write(
      '.pi/agent/models.json',
      JSON.stringify({
        providers: {
          local: {
            baseUrl: modelUrl,
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
    );
  else
    write(
      '.codex/config.toml',
      [
        'model = "scripted-model"',
        'model_provider = "local"',
        '[model_providers.local]',
        'name = "Local"',
        `base_url = "${modelUrl}"`,
        'env_key = "MODEL_KEY"',
        'wire_api = "responses"',
        '',
      ].join('\n'),
    );
}

/** The agent's command line for one prompt, without a person. */
export function agentCommand(agent: RealAgent, prompt: string): string[] {
  const program = join(agentsDir(), 'node_modules/.bin', agent);
  if (agent === 'opencode') return [program, 'run', '--format', 'json', '-m', 'local/scripted-model', prompt];
  if (agent === 'pi')
    return [program, '--offline', '--mode', 'json', '--model', 'local/scripted-model', '-p', prompt];
  return [
    program,
    'exec',
    '--json',
    '--skip-git-repo-check',
    '--dangerously-bypass-approvals-and-sandbox',
    prompt,
  ];
}

/** A clean environment: an agent must find nothing of the machine that runs the test. */
export function agentEnvironment(home: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    MODEL_KEY: 'key-of-the-scripted-model',
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
