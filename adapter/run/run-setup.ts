// What a run stands on before its agent starts: the directory it works in, the agent's adapter, the proxy before
// its model, its container and the way its terminal is read. Starts nothing that the agent could notice.
import { mkdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { AgentAdapter } from '../agents/agent.ts';
import { findAgent } from '../agents/registry.ts';
import type { Container } from './container.ts';
import { prepareContainer } from './container.ts';
import { telemetryEnv } from './environment.ts';
import { ModelProxy } from './model-proxy.ts';
import type { Routed } from './model-route.ts';
import { routeModels } from './model-route.ts';
import { RunError } from './run-error.ts';
import type { RunOptions } from './run-options.ts';

export interface RunSetup {
  readonly options: RunOptions;
  readonly workdir: string;
  readonly env: Readonly<Record<string, string>>;
  readonly agent: AgentAdapter;
  readonly routed: Routed;
  readonly proxy: ModelProxy | null;
  readonly container: Container | null;
  readonly mode: 'pty' | 'pipes';
}

/** The directory, made where it was missing, without symbolic links. @throws RunError */
export function prepareWorkdir(path: string): string {
  try {
    mkdirSync(path, { recursive: true });
    return realpathSync(path);
  } catch (error) {
    throw new RunError('bad_workdir', `the working directory ${path} cannot be made`, error);
  }
}

/**
 * @param scratch a folder that lives as long as the run
 * @throws RunError where the container cannot be prepared
 */
export async function prepareRun(
  { options, workdir, env }: Pick<RunSetup, 'options' | 'workdir' | 'env'>,
  scratch: string,
): Promise<RunSetup> {
  const { command, image } = options;
  const agent = findAgent({ name: options.agent, command });
  const proxy = options.proxy ? await ModelProxy.start({ env }) : null;
  const home = env.HOME ?? homedir();
  const context = { agent, command, env, home, workdir, scratch, inContainer: image !== null };
  const routed: Routed = proxy ? routeModels(proxy, context) : { command, env: {} };
  const streams = agent.streamsJson(command) && agent.reader !== undefined;
  const mode = options.terminal === 'auto' ? (streams ? 'pipes' : 'pty') : options.terminal;
  const setup = { options, workdir, env, agent, routed, proxy, mode } as const;
  if (image === null) return { ...setup, container: null };
  try {
    const container = await prepareContainer({
      image,
      workdir,
      command: routed.command,
      variables: [...Object.keys(routed.env), ...telemetryNames(options), ...options.imageEnv],
      env,
      terminal: mode === 'pty',
      name: `playhead-${basename(scratch)}`,
      hostNetwork: proxy !== null,
    });
    return { ...setup, container };
  } catch (error) {
    await proxy?.close();
    throw error;
  }
}

function telemetryNames({ telemetry }: RunOptions): string[] {
  return telemetry ? Object.keys(telemetryEnv({ url: '', cellId: '', traceId: '', spanId: '' }, {})) : [];
}

/** A spool file of this run alone. */
export function spoolPath(folder: string, cellId: string): string {
  const stamp = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
  return join(
    folder,
    `${cellId.replace(/[^A-Za-z0-9.-]+/g, '-').slice(0, 120)}-${stamp}-${process.pid}.jsonl`,
  );
}
