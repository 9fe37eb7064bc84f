// Leads an agent's model calls through the proxy. The usual variables are set by the agent's own adapter;
// this file adds what variables cannot say: providers that the user named in a configuration file of
// opencode, pi or Codex. It changes no file of the user: it overlays them for this one run.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentAdapter } from '../agents/agent.ts';
import { programOf } from '../agents/reading/command-line.ts';
import type { JsonObject } from '../agents/reading/json-value.ts';
import { objectAt, parseObject, textAt } from '../agents/reading/json-value.ts';
import { proxyRoutes, upstreamOf } from '../agents/reading/proxy-env.ts';
import type { Json } from '../agents/step.ts';

/** The proxy, as far as this file needs it. */
interface Router {
  readonly url: string;
  route(path: string, upstream: string): string;
}

export interface RouteContext {
  readonly agent: AgentAdapter;
  readonly command: readonly string[];
  /** The environment that the agent would have had. */
  readonly env: Readonly<Record<string, string>>;
  readonly home: string;
  readonly workdir: string;
  /** A folder of ours that lives as long as the run. */
  readonly scratch: string;
  /** The agent sees none of the files of this machine but its working directory. */
  readonly inContainer: boolean;
}

export interface Routed {
  readonly command: readonly string[];
  /** Variables to set. */
  readonly env: Readonly<Record<string, string>>;
}

/** Registers every provider that the run may call and says how the agent is started. */
export function routeModels(proxy: Router, context: RouteContext): Routed {
  for (const route of Object.values(proxyRoutes)) proxy.route(route.path, upstreamOf(route, context.env));
  const env = context.agent.proxyEnv?.(proxy.url, context.env) ?? {};
  const { command } = context;
  if (context.inContainer) return { command, env };
  switch (context.agent.name) {
    case 'opencode':
      return { command, env: { ...env, ...opencodeOverlay(proxy, context, env) } };
    case 'pi':
      return { command, env: { ...env, ...piOverlay(proxy, context) } };
    case 'codex':
      return { command: codexCommand(proxy, context), env };
    default:
      return { command, env };
  }
}

/** opencode lays OPENCODE_CONFIG_CONTENT over its files: the providers of those get the proxy's address. */
function opencodeOverlay(
  proxy: Router,
  { env, home, workdir }: RouteContext,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  const config = env.XDG_CONFIG_HOME || join(home, '.config');
  const places = [join(config, 'opencode'), workdir, join(workdir, '.opencode')];
  const files = places.flatMap((place) =>
    ['opencode.json', 'opencode.jsonc'].map((name) => join(place, name)),
  );
  const texts = [...files, env.OPENCODE_CONFIG ?? ''].map(readOrEmpty);
  const overlay = parseObject(set.OPENCODE_CONFIG_CONTENT ?? env.OPENCODE_CONFIG_CONTENT ?? '{}');
  if (overlay === null) return {};
  const providers = new Map<string, Json>(Object.entries(objectAt(overlay, 'provider') ?? {}));
  for (const text of [...texts, env.OPENCODE_CONFIG_CONTENT ?? '']) {
    const named = objectAt(parseObject(withoutComments(text)), 'provider');
    for (const [id, provider] of Object.entries(named ?? {})) {
      const baseUrl = textAt(objectAt(provider, 'options'), 'baseURL');
      if (baseUrl === null || !isHttp(baseUrl)) continue;
      const given = objectAt(Object.fromEntries(providers) as JsonObject, id) ?? {};
      const options = {
        ...objectAt(given, 'options'),
        baseURL: proxy.route(`/opencode-${slug(id)}`, baseUrl),
      };
      providers.set(id, { ...given, options });
    }
  }
  const provider = Object.fromEntries(providers);
  return { OPENCODE_CONFIG_CONTENT: JSON.stringify({ ...overlay, provider }) };
}

/** pi reads its providers from one folder: ours holds links to everything in it but the changed file. */
function piOverlay(proxy: Router, { env, home, scratch }: RouteContext): Record<string, string> {
  const own = env.PI_CODING_AGENT_DIR || join(home, '.pi/agent');
  const models = parseObject(withoutComments(readOrEmpty(join(own, 'models.json'))));
  const providers = objectAt(models, 'providers');
  if (models === null || providers === null) return {};
  const changed = Object.entries(providers).map(([id, provider]): [string, Json] => {
    const baseUrl = textAt(provider, 'baseUrl');
    if (baseUrl === null || !isHttp(baseUrl)) return [id, provider];
    return [id, { ...(provider as JsonObject), baseUrl: proxy.route(`/pi-${slug(id)}`, baseUrl) }];
  });
  const folder = join(scratch, 'pi-agent');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Sessions must stay where the user finds them.
  mkdirSync(join(own, 'sessions'), { recursive: true });
  for (const name of readdirSync(own))
    if (name !== 'models.json') symlinkSync(join(own, name), join(folder, name));
  const text = JSON.stringify({ ...models, providers: Object.fromEntries(changed) });
  writeFileSync(join(folder, 'models.json'), text, { mode: 0o600 });
  return { PI_CODING_AGENT_DIR: folder };
}

/** Codex takes `-c key=value` on its command line, where the command is codex itself and not a script of it. */
function codexCommand(proxy: Router, { command, env, home }: RouteContext): readonly string[] {
  const program = programOf(command);
  const at = program === null ? -1 : command.length - program.args.length;
  if (program === null || at < 1 || command.slice(at).join('\0') !== program.args.join('\0')) return command;
  const toml = readOrEmpty(join(env.CODEX_HOME || join(home, '.codex'), 'config.toml'));
  const set: string[] = [];
  let table = '';
  for (const line of toml.split('\n')) {
    table = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? table;
    const provider = /^model_providers\.(?:"([^"]+)"|([\w-]+))$/.exec(table);
    const baseUrl = /^\s*base_url\s*=\s*["']([^"']+)["']/.exec(line)?.[1];
    const id = provider?.[1] ?? provider?.[2];
    if (id === undefined || baseUrl === undefined || !isHttp(baseUrl)) continue;
    const key = /^[\w-]+$/.test(id) ? id : JSON.stringify(id);
    set.push(
      '-c',
      `model_providers.${key}.base_url=${JSON.stringify(proxy.route(`/codex-${slug(id)}`, baseUrl))}`,
    );
  }
  return [...command.slice(0, at), ...set, ...command.slice(at)];
}

function readOrEmpty(file: string): string {
  if (file === '') return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

/** JSON with comments and commas too many, as these agents allow it. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, '$1')
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, '$1');
}

function isHttp(url: string): boolean {
  return /^https?:\/\//.test(url) && URL.canParse(url);
}

function slug(id: string): string {
  return encodeURIComponent(id.replaceAll('/', '-'));
}
