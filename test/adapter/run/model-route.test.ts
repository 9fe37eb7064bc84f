// How an agent's model calls are led to the proxy: by variables, and by what is laid over the files in which
// the user named providers. The files themselves stay as they are.
import { existsSync, lstatSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { findAgent } from '../../../adapter/agents/registry.ts';
import { routeModels } from '../../../adapter/run/model-route.ts';
import { scratchFolder } from '../../support/runs.ts';

function setUp(files: Record<string, string>, command: readonly string[], env: Record<string, string> = {}) {
  const { folder, workdir } = scratchFolder();
  const scratch = join(folder, 'scratch');
  mkdirSync(scratch);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const routes = new Map<string, string>();
  const proxy = {
    url: 'http://127.0.0.1:1/secret',
    route(path: string, upstream: string) {
      routes.set(path, upstream);
      return `${this.url}${path}`;
    },
  };
  const agent = findAgent({ command });
  const routed = routeModels(proxy, {
    agent,
    command,
    env,
    home: folder,
    workdir,
    scratch,
    inContainer: false,
  });
  return { folder, routes, routed };
}

test('variables point at the proxy, and where they pointed before is where calls go on to', () => {
  const { routes, routed } = setUp({}, ['some-agent'], {
    OPENAI_BASE_URL: 'http://llm.example/v1/',
    PATH: '/bin',
  });
  expect(routed.env).toMatchObject({
    OPENAI_BASE_URL: 'http://127.0.0.1:1/secret/openai',
    OPENAI_API_BASE: 'http://127.0.0.1:1/secret/openai',
    ANTHROPIC_BASE_URL: 'http://127.0.0.1:1/secret/anthropic',
    GOOGLE_GEMINI_BASE_URL: 'http://127.0.0.1:1/secret/google',
  });
  expect(Object.fromEntries(routes)).toEqual({
    '/openai': 'http://llm.example/v1',
    '/anthropic': 'https://api.anthropic.com',
    '/google': 'https://generativelanguage.googleapis.com',
  });
});

test('opencode: providers of its files are laid over, comments and commas too many are read', () => {
  const config = `{
    // my own server, "https://not.this/one"
    "provider": { "local": { "npm": "x", "options": { "baseURL": "http://localhost:8000/v1", "apiKey": "k" } }, },
  }`;
  const { folder, routes, routed } = setUp({ '.config/opencode/opencode.json': config }, [
    'opencode',
    'run',
    'hi',
  ]);
  const overlay = JSON.parse(routed.env.OPENCODE_CONFIG_CONTENT!) as { provider: Record<string, unknown> };
  expect(overlay.provider.local).toEqual({
    options: { baseURL: 'http://127.0.0.1:1/secret/opencode-local' },
  });
  expect(routes.get('/opencode-local')).toBe('http://localhost:8000/v1');
  expect(readFileSync(join(folder, '.config/opencode/opencode.json'), 'utf8')).toBe(config);
});

test('opencode: a configuration given by variable is kept and laid over', () => {
  const given = {
    theme: 'dark',
    provider: { mine: { options: { baseURL: 'http://a/v1', headers: { x: '1' } } } },
  };
  const { routed, routes } = setUp({}, ['opencode'], { OPENCODE_CONFIG_CONTENT: JSON.stringify(given) });
  expect(JSON.parse(routed.env.OPENCODE_CONFIG_CONTENT!)).toMatchObject({
    theme: 'dark',
    provider: {
      mine: { options: { baseURL: 'http://127.0.0.1:1/secret/opencode-mine', headers: { x: '1' } } },
    },
  });
  expect(routes.get('/opencode-mine')).toBe('http://a/v1');
});

test('pi: a folder of links stands in for its own, with a changed models.json alone', () => {
  const models = {
    providers: { local: { baseUrl: 'http://localhost:8000/v1', apiKey: 'k', models: [{ id: 'm' }] } },
  };
  const { folder, routes, routed } = setUp(
    { '.pi/agent/models.json': JSON.stringify(models), '.pi/agent/settings.json': '{}' },
    ['pi', '--mode', 'json', '-p', 'hi'],
  );
  const overlay = routed.env.PI_CODING_AGENT_DIR!;
  expect(JSON.parse(readFileSync(join(overlay, 'models.json'), 'utf8'))).toEqual({
    providers: { local: { ...models.providers.local, baseUrl: 'http://127.0.0.1:1/secret/pi-local' } },
  });
  expect(lstatSync(join(overlay, 'settings.json')).isSymbolicLink()).toBe(true);
  expect(lstatSync(join(overlay, 'sessions')).isSymbolicLink()).toBe(true);
  expect(routes.get('/pi-local')).toBe('http://localhost:8000/v1');
  expect(JSON.parse(readFileSync(join(folder, '.pi/agent/models.json'), 'utf8'))).toEqual(models);
});

test('pi without providers of its own is left alone', () => {
  const { folder, routed } = setUp({}, ['pi', '-p', 'hi']);
  expect(routed.env.PI_CODING_AGENT_DIR).toBeUndefined();
  expect(existsSync(join(folder, '.pi'))).toBe(false);
});

test('Codex: its command line names the proxy for each provider of its file, before its own arguments', () => {
  const toml = `model = "m"
[model_providers.local]
name = "Local"
base_url = "http://localhost:8000/v1" # mine
[model_providers."with space"]
base_url = 'https://b.example/v1'
[other]
base_url = "https://not.a.provider"
`;
  const command = ['npx', 'codex', 'exec', '--json', 'hi'];
  const { routes, routed } = setUp({ '.codex/config.toml': toml }, command);
  expect(routed.command).toEqual([
    'npx',
    'codex',
    '-c',
    'model_providers.local.base_url="http://127.0.0.1:1/secret/codex-local"',
    '-c',
    'model_providers."with space".base_url="http://127.0.0.1:1/secret/codex-with%20space"',
    'exec',
    '--json',
    'hi',
  ]);
  expect(routes.get('/codex-local')).toBe('http://localhost:8000/v1');
  expect([...routes.values()]).not.toContain('https://not.a.provider');
});

test('Codex in a shell script is started as it is', () => {
  const command = ['bash', '-c', 'codex exec --json hi'];
  const toml = '[model_providers.local]\nbase_url = "http://localhost:8000/v1"\n';
  expect(setUp({ '.codex/config.toml': toml }, command).routed.command).toEqual(command);
});
