// Codex takes `-c key=value` on its command line: so the providers of its config.toml get the proxy's address,
// where the command is codex itself and not a script of it.
import type { Overlay, OverlayContext } from '../agent.ts';
import { programOf } from '../reading/command-line.ts';
import { isHttp, pathSegment } from '../reading/user-config.ts';

export function overlayCodexConfig({ command, env, home, read, route }: OverlayContext): Overlay {
  const program = programOf(command);
  const at = program === null ? -1 : command.length - program.args.length;
  if (program === null || at < 1 || command.slice(at).join('\0') !== program.args.join('\0')) return {};
  const toml = read(`${env.CODEX_HOME || `${home}/.codex`}/config.toml`);
  const set: string[] = [];
  let table = '';
  for (const line of toml.split('\n')) {
    table = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? table;
    const provider = /^model_providers\.(?:"([^"]+)"|([\w-]+))$/.exec(table);
    const baseUrl = /^\s*base_url\s*=\s*["']([^"']+)["']/.exec(line)?.[1];
    const id = provider?.[1] ?? provider?.[2];
    if (id === undefined || baseUrl === undefined || !isHttp(baseUrl)) continue;
    const key = /^[\w-]+$/.test(id) ? id : JSON.stringify(id);
    const address = route(`/codex-${pathSegment(id)}`, baseUrl);
    set.push('-c', `model_providers.${key}.base_url=${JSON.stringify(address)}`);
  }
  return { command: [...command.slice(0, at), ...set, ...command.slice(at)] };
}
