// Real agents that go on from a session: what each run, each file and all of them together come to is what the
// scripted model served, to the digit.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { importFiles } from '../../adapter/import/import.ts';
import { TestCollector } from '../support/collector.ts';
import type { RealAgent } from '../support/real-agents.ts';
import {
  agentCommand,
  agentEnvironment,
  canFork,
  configureAgent,
  type From,
  installAgents,
  keptSessions,
  playheadRun,
  realAgents,
} from '../support/real-agents.ts';
import { ScriptedModel, type Served } from '../support/scripted-model.ts';
import { layTask, patiently, plans, prompt } from './task.ts';

let folder: string;
let collector: TestCollector;
beforeAll(async () => {
  installAgents();
  folder = mkdtempSync(join(tmpdir(), 'playhead-sessions-test-'));
  collector = await TestCollector.unattended(join(folder, 'playhead.db'));
});
afterAll(async () => {
  await collector?.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly name: string;
  readonly cellId: string;
  /** What the agent printed. */
  readonly printed: string;
  /** What the model answered in it. */
  readonly served: readonly Served[];
}

class Session {
  readonly home: string;
  readonly runs: Run[] = [];
  readonly #agent: RealAgent;
  readonly #model: ScriptedModel;
  readonly #flags: readonly string[];

  private constructor(agent: RealAgent, name: string, model: ScriptedModel, flags: readonly string[]) {
    this.home = join(folder, `${agent}-${name}`);
    this.#agent = agent;
    this.#model = model;
    this.#flags = flags;
  }

  static async start(agent: RealAgent, name: string, flags: readonly string[]): Promise<Session> {
    const workdir = join(folder, `${agent}-${name}`, 'work');
    const model = await ScriptedModel.start({ plan: plans.solved, workdir, latencyMs: 20 });
    const session = new Session(agent, name, model, flags);
    layTask(workdir);
    configureAgent(agent, session.home, model.url);
    const id = await session.#run('first', null);
    model.play(plans.again);
    await session.#run('resumed', { resume: id });
    model.play(plans.again);
    if (canFork(agent)) await session.#run('forked', { fork: id });
    await model.close();
    return session;
  }

  /** @returns the id of the agent's session */
  async #run(name: string, from: From): Promise<string> {
    const before = this.#model.served.length;
    const task = `polyglot/${name}-${this.home.length}`;
    const finished = await playheadRun(
      [
        ...['--agent', this.#agent, '--model', 'local/scripted-model', '--task', task],
        ...['--workdir', join(this.home, 'work'), '--timeout', '240', '--endpoint', collector.url],
        ...['--spool', join(this.home, 'spool'), ...this.#flags],
      ],
      agentCommand(this.#agent, from === null ? prompt : 'Look once more.', from),
      agentEnvironment(this.home, this.#model.url),
    );
    if (finished.exitCode !== 0) throw new Error(`${name}: ${finished.stderr}\n${finished.stdout}`);
    const cellId = `local/${this.#agent}/local/scripted-model/${task}`;
    this.runs.push({
      name,
      cellId,
      printed: finished.stdout,
      served: this.#model.served.slice(before),
    });
    const { spans } = await patiently(() => collector.trace(cellId));
    const id = spans.map(({ attributes }) => attributes['gen_ai.conversation.id']).find(Boolean);
    return String(id);
  }
}

/** Calls, and tokens in, cached and out. */
function sumOf(served: readonly Served[]): number[] {
  const sum = (pick: (tokens: Served['tokens']) => number) =>
    served.reduce((total, { tokens }) => total + pick(tokens), 0);
  return [served.length, sum(({ input }) => input), sum(({ cached }) => cached), sum(({ output }) => output)];
}

async function countsOf(cellId: string): Promise<(number | null)[]> {
  const { modelCalls, tokens } = await patiently(() => collector.cell(cellId));
  return [modelCalls, tokens.input, tokens.cacheRead, tokens.output];
}

/** A title is asked for without tools, and no agent keeps what it took. */
const withTools = (served: readonly Served[]): readonly Served[] => served.filter(({ offered }) => offered);

/** What an agent kept and printed, by the last session that was run. */
const sessions = new Map<RealAgent, Session>();
/** The outputs of some tell a sum and guess at the calls. */
const tellsCalls = (agent: RealAgent): boolean => agent !== 'codex' && agent !== 'gemini';

const tellings = {
  'with a proxy': { flags: [], told: (served: readonly Served[]) => served },
  'from its own words alone': { flags: ['--no-proxy', '--no-telemetry'], told: withTools },
};

describe.each(realAgents)('%s', (agent) => {
  describe.each(Object.entries(tellings))('recorded %s', (how, { flags, told }) => {
    let session: Session;
    beforeAll(async () => {
      session = await Session.start(agent, how.replaceAll(' ', '-'), flags);
      sessions.set(agent, session);
    }, 900_000);

    test('counts in its first run, a resumed one and a fork what the model served in each', async () => {
      for (const { name, cellId, served } of session.runs)
        expect([name, ...(await countsOf(cellId))]).toEqual([name, ...sumOf(told(served))]);
      expect(session.runs.map(({ served }) => withTools(served).length)).toEqual(
        canFork(agent) ? [5, 2, 2] : [5, 2],
      );
    });
  });

  test('counts each answer once, from what it kept and what it printed, in any order', async () => {
    const session = sessions.get(agent) as Session;
    const kept = keptSessions(agent, session.home);
    const printed = session.runs.map(({ name, printed }) => {
      const path = join(session.home, `${name}.stdout.jsonl`);
      writeFileSync(path, printed);
      return path;
    });
    const all = session.runs.flatMap(({ served }) => served);
    const orders = [
      { files: kept, served: all },
      // Codex prints no calls but the sum of its thread, a fork's with its parent's.
      { files: printed, served: all },
      { files: [...kept, ...printed], served: all },
      { files: [...printed, ...kept, ...kept].toReversed(), served: all },
    ];
    for (const [index, { files, served }] of orders.entries()) {
      const cellId = `files/${agent}/local/m/order/${index}`;
      for (const file of files) {
        const report = await importFiles([file], { endpoint: collector.url, cellId });
        expect(report.problems).toEqual([]);
      }
      const [calls, ...sums] = await countsOf(cellId);
      const [answers, ...told] = sumOf(withTools(served));
      expect([index, ...sums]).toEqual([index, ...told]);
      if (tellsCalls(agent) || index !== 1) expect([index, calls]).toEqual([index, answers]);
    }
  });
});
