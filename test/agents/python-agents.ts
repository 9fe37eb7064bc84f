// Real coding agents from PyPI for tests, each at a fixed version in an environment of its own: how they are started
// for one prompt, without a person, with the scripted model as their only one. Does not run them.
import { join } from 'node:path';
import { pythonBin } from '../frameworks/install.ts';
import type { Plan } from '../support/scripted-model.ts';

const packages = {
  'mini-swe-agent': 'mini-swe-agent==2.4.6',
  aider: 'aider-chat==0.86.2',
  openhands: 'openhands==1.16.0',
} as const;
export type PythonAgent = keyof typeof packages;
export const pythonAgents = Object.keys(packages) as PythonAgent[];

interface CommandLine {
  readonly program: string;
  readonly args: (prompt: string) => readonly string[];
  readonly env: (home: string, modelUrl: string) => Readonly<Record<string, string>>;
}

const model = 'openai/scripted-model';
const commandLines: Readonly<Record<PythonAgent, CommandLine>> = {
  'mini-swe-agent': {
    program: 'mini',
    args: (prompt) => ['--yolo', '--exit-immediately', '--model', model, '--task', prompt],
    env: (home) => ({
      MSWEA_CONFIGURED: 'true',
      MSWEA_COST_TRACKING: 'ignore_errors',
      MSWEA_GLOBAL_CONFIG_DIR: join(home, '.config/mini-swe-agent'),
    }),
  },
  aider: {
    program: 'aider',
    args: (prompt) => [
      ...['--model', model, '--edit-format', 'diff', '--yes-always', '--no-git', '--no-stream'],
      ...['--no-check-update', '--no-show-release-notes', '--no-show-model-warnings', '--no-pretty'],
      ...['--auto-test', '--test-cmd', 'node --test', '--message', prompt, 'src/total.js'],
    ],
    env: () => ({}),
  },
  openhands: {
    program: 'openhands',
    args: (prompt) => ['--headless', '--json', '--override-with-envs', '--task', prompt],
    env: (_home, modelUrl) => ({
      LLM_MODEL: model,
      LLM_API_KEY: 'key-of-the-scripted-model',
      LLM_BASE_URL: `${modelUrl}/v1`,
      OPENHANDS_SUPPRESS_BANNER: '1',
    }),
  },
};

/** Its own version, as its package is pinned. */
export function versionOf(agent: PythonAgent): string {
  return packages[agent].split('==')[1] ?? '';
}

/** Installs what is not there yet. @throws where PyPI or a Python of 3.12 is missing */
export function pythonAgentCommand(agent: PythonAgent, prompt: string): string[] {
  const { program, args } = commandLines[agent];
  return [join(pythonBin([packages[agent]]), program), ...args(prompt)];
}

/** A clean environment: an agent must find nothing of the machine that runs the test. */
export function pythonAgentEnvironment(
  agent: PythonAgent,
  home: string,
  modelUrl: string,
): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: home,
    LANG: 'C.UTF-8',
    NO_PROXY: '127.0.0.1',
    OPENAI_API_KEY: 'key-of-the-scripted-model',
    OPENAI_API_BASE: `${modelUrl}/v1`,
    OPENAI_BASE_URL: `${modelUrl}/v1`,
    // Its list of prices lies elsewhere.
    LITELLM_LOCAL_MODEL_COST_MAP: 'True',
    ...commandLines[agent].env(home, modelUrl),
  };
}

/** What the model says to an agent that ends by a command of its own, or takes edits from the text. */
export function planFor(agent: PythonAgent, { title, turns }: Plan): Plan {
  if (agent === 'mini-swe-agent') {
    const last = { say: 'All is done.', run: 'echo COMPLETE_TASK_AND_SUBMIT_FINAL_OUTPUT' };
    return { title, turns: [...turns.slice(0, -1), last] };
  }
  return agent === 'aider'
    ? { title, turns: turns.filter(({ edit }) => edit !== undefined) }
    : { title, turns };
}
