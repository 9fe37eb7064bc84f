// Leads an agent's model calls through the proxy: by the variables that its adapter sets, and by what that lays
// over the user's configuration for this one run. Changes no file of the user, and knows no agent.
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentAdapter, Overlay } from '../agents/agent.ts';
import { proxyRoutes, upstreamOf } from '../agents/reading/proxy-env.ts';

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
  const { agent, command } = context;
  const set = agent.proxyEnv?.(proxy.url, context.env) ?? {};
  if (context.inContainer || agent.overlay === undefined) return { command, env: set };
  const route = (path: string, upstream: string): string => proxy.route(path, upstream);
  const overlay = agent.overlay({ ...context, set, route, read: readOrEmpty });
  if (overlay.mirror) makeMirror(overlay.mirror);
  return { command: overlay.command ?? command, env: { ...set, ...overlay.env } };
}

function makeMirror({ of, at, files, folders }: NonNullable<Overlay['mirror']>): void {
  mkdirSync(at, { recursive: true, mode: 0o700 });
  for (const name of folders) mkdirSync(join(of, name), { recursive: true });
  const changed = new Set(files.map(({ name }) => name));
  for (const name of readdirSync(of)) if (!changed.has(name)) symlinkSync(join(of, name), join(at, name));
  for (const { name, text } of files) writeFileSync(join(at, name), text, { mode: 0o600 });
}

/** A file of the user's; '' where it cannot be read. */
export function readOrEmpty(file: string): string {
  if (file === '') return '';
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
