// The variables by which model clients are told another address, and the paths under which a recording
// proxy stands for each provider. The path stands for the provider's whole base address, so whatever
// follows it is passed on as it is: `<proxy>/openai/chat/completions` is `<OPENAI_BASE_URL>/chat/completions`.
import type { Environment } from '../agent.ts';

export interface ProxyRoute {
  /** Under the proxy's root. */
  readonly path: string;
  /** All of them are set; the first that was set before names the address behind the proxy. */
  readonly variables: readonly string[];
  /** The address behind the proxy where no variable named one. */
  readonly upstream: string;
}

export const proxyRoutes = {
  openai: {
    path: '/openai',
    variables: ['OPENAI_BASE_URL', 'OPENAI_API_BASE', 'LLM_BASE_URL'],
    upstream: 'https://api.openai.com/v1',
  },
  anthropic: {
    path: '/anthropic',
    variables: ['ANTHROPIC_BASE_URL', 'ANTHROPIC_API_BASE'],
    upstream: 'https://api.anthropic.com',
  },
  google: {
    path: '/google',
    variables: ['GOOGLE_GEMINI_BASE_URL', 'GEMINI_API_BASE'],
    upstream: 'https://generativelanguage.googleapis.com',
  },
} as const satisfies Record<string, ProxyRoute>;

/** The variables that most clients and SDKs heed. */
export function standardProxyEnv(proxyUrl: string): Record<string, string> {
  const set: Record<string, string> = {};
  for (const { path, variables } of Object.values(proxyRoutes))
    for (const name of variables) set[name] = `${proxyUrl}${path}`;
  return set;
}

/** Where the calls under a route were to go before the proxy stood there. */
export function upstreamOf(route: ProxyRoute, env: Environment): string {
  for (const name of route.variables) {
    const value = Object.hasOwn(env, name) ? env[name] : undefined;
    if (value) return value.replace(/\/+$/, '');
  }
  return route.upstream;
}
