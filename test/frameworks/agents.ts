// Real coding agents for `npm run capture:frameworks`: each works on the task of the agents' tests against a scripted
// model, and what it keeps of its session is copied beside what was served, under test/fixtures/agents. Texts that
// name the machine are replaced. Does not read what it keeps.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import {
  type PythonAgent,
  planFor,
  pythonAgentCommand,
  pythonAgentEnvironment,
  pythonAgents,
  versionOf,
} from '../agents/python-agents.ts';
import { layTask, prompt, twoEdits } from '../agents/task.ts';
import {
  agentCommand,
  agentEnvironment,
  configureAgent,
  installAgents,
  type RealAgent,
  versionOfAgent,
} from '../support/real-agents.ts';
import { ScriptedModel } from '../support/scripted-model.ts';
import type { AgentTruth } from './served.ts';
import { trimmedFile } from './trim.ts';

const fixtures = join(import.meta.dirname, '../fixtures/agents');
const TIMEOUT_MS = 600_000;

/** What of its home an agent keeps of a session. */
const kept: Readonly<Partial<Record<RealAgent | PythonAgent, RegExp>>> = {
  'mini-swe-agent': /\.traj\.json$/,
  aider: /^work\/\.aider\.chat\.history\.md$/,
  openhands: /^\.openhands\/conversations\/[^/]+\/(?:events\/event-[^/]+|base_state)\.json$/,
  codex: /^\.codex\/sessions\/.*\.jsonl$/,
  pi: /^\.pi\/agent\/sessions\/.*\.jsonl$/,
  'qwen-code': /^\.qwen\/.*chats\/.*\.jsonl?$/,
  gemini: /^\.gemini\/tmp\/.*chats\/.*\.jsonl?$/,
};
export const capturedAgents = Object.keys(kept) as (RealAgent | PythonAgent)[];

function isPython(agent: RealAgent | PythonAgent): agent is PythonAgent {
  return (pythonAgents as readonly string[]).includes(agent);
}

export async function captureAgent(agent: RealAgent | PythonAgent): Promise<void> {
  if (!isPython(agent)) installAgents();
  // codex refuses to work with a home below /tmp.
  const home = mkdtempSync(join(homedir(), '.playhead-capture-'));
  const workdir = join(home, 'work');
  layTask(workdir);
  const plan = isPython(agent) ? planFor(agent, twoEdits) : twoEdits;
  const inText = agent === 'aider' ? ({ inText: true } as const) : {};
  const model = await ScriptedModel.start({ plan, workdir, ...inText });
  try {
    if (!isPython(agent)) configureAgent(agent, home, model.url);
    const command = isPython(agent) ? pythonAgentCommand(agent, prompt) : agentCommand(agent, prompt);
    const env = isPython(agent)
      ? pythonAgentEnvironment(agent, home, model.url)
      : agentEnvironment(home, model.url);
    const exitCode = await run(command, env, workdir);
    keep(agent, home, model, exitCode);
    console.log(`${agent}: ${model.served.length} calls, exit ${exitCode}`);
  } finally {
    await model.close();
    rmSync(home, { recursive: true, force: true });
  }
}

function run(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd: string,
): Promise<number> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: TIMEOUT_MS });
  let said = '';
  const note = (text: Buffer): void => {
    said = (said + text).slice(-6000);
  };
  child.stdout.on('data', note);
  child.stderr.on('data', note);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (process.env.SHOW_OUTPUT) console.log(said);
      if (code === null) reject(new Error(`ended by ${signal}:\n${said}`));
      else resolve(code);
    });
  });
}

/** Where things lie on this machine, and what its kernel is called. */
function withoutMachine(text: string): string {
  return text
    .replace(/\/[\w./@-]*\/(?:bin|shims)\/(?=[\w.-]+)/g, '/usr/bin/')
    .replaceAll(homedir(), '/home/user')
    .replace(/\(kernel [^)]*\)/g, '(kernel left out)')
    .replace(/("hostname": *)"[^"]*"/g, '$1"left out"')
    .replace(/http:\/\/127\.0\.0\.1:\d+/g, 'http://127.0.0.1:4000');
}

function keep(agent: RealAgent | PythonAgent, home: string, model: ScriptedModel, exitCode: number): void {
  const files = readdirSync(home, { recursive: true, encoding: 'utf8' }).filter((path) =>
    kept[agent]?.test(path),
  );
  if (files.length === 0) throw new Error('it kept no file of its session');
  const version = isPython(agent) ? versionOf(agent) : versionOfAgent(agent);
  rmSync(join(fixtures, agent), { recursive: true, force: true });
  const folder = join(fixtures, agent, version);
  const save = (path: string, text: string): void => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };
  for (const path of files) {
    const text = withoutMachine(readFileSync(join(home, path), 'utf8').replaceAll(home, '/home/agent'));
    // Some name a folder after the one that they work in.
    const place = path.replace(/[\w.-]*playhead-capture-\w+-work[\w-]*/, 'home-agent-work');
    save(join('home', place), trimmedFile(path, text));
  }
  const served = model.served.toSorted((a, b) => a.askedMs - b.askedMs);
  const truth: AgentTruth = {
    agent,
    version,
    exitCode,
    calls: served.map(({ tokens, tool, offered }) => ({ tokens, tool, offered })),
  };
  save('truth.json', `${JSON.stringify(truth, null, 2).replaceAll(home, '/home/agent')}\n`);
}
