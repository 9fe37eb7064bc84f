// What real agents kept of a run under test/fixtures/agents, each with what the scripted model served to it. Reads no file
// of theirs: the tests do.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgentTruth } from './served.ts';

const fixtures = join(import.meta.dirname, '../fixtures/agents');

export interface KeptRun {
  readonly truth: AgentTruth;
  /** The file, or the folder of a conversation, below the agent's home. */
  readonly path: string;
  readonly fullPath: string;
}

/** aider's history keeps nothing of the summary that it has made of itself. */
export function isKept(agent: string, { offered }: AgentTruth['calls'][number]): boolean {
  return offered || agent !== 'aider';
}

/** By agent and version. */
export function keptRuns(): KeptRun[] {
  const agents = readdirSync(fixtures, { withFileTypes: true }).flatMap((one) =>
    one.isDirectory() ? [one.name] : [],
  );
  return agents.sort().flatMap((agent) =>
    readdirSync(join(fixtures, agent)).map((version) => {
      const folder = join(fixtures, agent, version);
      const truth = JSON.parse(readFileSync(join(folder, 'truth.json'), 'utf8')) as AgentTruth;
      const files = readdirSync(join(folder, 'home'), { recursive: true, withFileTypes: true });
      const paths = files.filter((one) => one.isFile()).map((one) => join(one.parentPath, one.name));
      const state = paths.find((path) => path.endsWith('/base_state.json'));
      const fullPath = state ? join(state, '..') : paths.sort()[0];
      if (fullPath === undefined) throw new Error(`nothing of ${agent} is kept`);
      return { truth, path: fullPath.slice(join(folder, 'home').length + 1), fullPath };
    }),
  );
}
