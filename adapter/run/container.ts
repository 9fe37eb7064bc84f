// Runs the agent's command in a container, by docker or podman: the working directory is mounted, the
// user's id kept, and only named variables go in. Says which image it was, by digest, and says plainly
// when no engine is there. It builds nothing and changes no image.
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { promisify } from 'node:util';
import { findOutside } from './outside-program.ts';
import { RunError } from './run-error.ts';

const run = promisify(execFile);

export interface ContainerOptions {
  readonly image: string;
  readonly workdir: string;
  readonly command: readonly string[];
  /** Handed in by name: their values stand on no command line. */
  readonly variables: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A terminal inside the container. */
  readonly terminal: boolean;
  readonly name: string;
  /** The host's network, so that the recording proxy on loopback is reached. */
  readonly hostNetwork: boolean;
}

export interface Container {
  readonly engine: EngineName;
  /** `sha256:<hex>`, or null for an image that was never in a registry. */
  readonly digest: string | null;
  readonly command: readonly string[];
  /** Ends the container itself: killing its client leaves it running. */
  kill(): Promise<void>;
}

type EngineName = 'docker' | 'podman';

interface Engine {
  readonly name: EngineName;
  /** Its program, which the working directory does not hold: it runs on the host. */
  readonly file: string;
}

/** Where the working directory lies inside. */
const WORKSPACE = '/workspace';
const PROBE_MS = 10_000;
const PULL_MS = 600_000;

/** @throws RunError where no engine answers, or the image cannot be had */
export async function prepareContainer(options: ContainerOptions): Promise<Container> {
  const { env } = options;
  const { name: engine, file } = await findEngine(options);
  const digest = await imageDigest({ name: engine, file }, options.image, env);
  const { uid, gid } = userInfo();
  const user = engine === 'docker' && uid >= 0 ? ['--user', `${uid}:${gid}`] : [];
  const command = [
    file,
    'run',
    '--rm',
    '--init',
    '--interactive',
    ...(options.terminal ? ['--tty'] : []),
    '--name',
    options.name,
    ...(engine === 'podman' ? ['--userns', 'keep-id'] : []),
    ...user,
    '--volume',
    `${options.workdir}:${WORKSPACE}`,
    '--workdir',
    WORKSPACE,
    ...(options.hostNetwork ? ['--network', 'host'] : []),
    ...options.variables.flatMap((name) => ['--env', name]),
    options.image,
    ...options.command,
  ];
  return {
    engine,
    digest,
    command,
    async kill() {
      await run(file, ['kill', options.name], { env, timeout: PROBE_MS }).catch(() => undefined);
    },
  };
}

async function findEngine({ workdir, env }: Pick<ContainerOptions, 'workdir' | 'env'>): Promise<Engine> {
  const reasons: string[] = [];
  for (const name of ['docker', 'podman'] as const) {
    const file = findOutside(workdir, name, env.PATH ?? '');
    if (file === null) {
      reasons.push(`${name}: not installed`);
      continue;
    }
    try {
      await run(file, ['version', '--format', '{{.Server.Version}}'], { env, timeout: PROBE_MS });
      return { name, file };
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
      reasons.push(`${name}: ${said || 'does not answer'}`);
    }
  }
  throw new RunError(
    'no_container_engine',
    `--image needs docker or podman, and neither answers (${reasons.join('; ')}); start one, or leave --image out`,
  );
}

async function imageDigest(
  { name, file }: Engine,
  image: string,
  env: Readonly<Record<string, string>>,
): Promise<string | null> {
  const inspect = async (): Promise<string> => {
    const args = ['image', 'inspect', '--format', '{{json .RepoDigests}}', image];
    return (await run(file, args, { env, timeout: PROBE_MS })).stdout;
  };
  let text: string;
  try {
    text = await inspect();
  } catch {
    try {
      await run(file, ['pull', image], { env, timeout: PULL_MS });
      text = await inspect();
    } catch (error) {
      const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? String(error);
      throw new RunError('image_unavailable', `${name} has no image ${image} and cannot pull it: ${said}`);
    }
  }
  return /sha256:[0-9a-f]{64}/.exec(text)?.[0] ?? null;
}
