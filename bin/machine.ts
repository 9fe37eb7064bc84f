// What this machine has of what Playhead needs: room on its disk, fonts, a clock that agrees, agents. Looks, and changes
// nothing.
import { execFile } from 'node:child_process';
import { readdirSync, statfsSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { AgentAdapter } from '../adapter/agents/agent.ts';
import { agents, findAgent } from '../adapter/agents/registry.ts';
import { megabytes } from './quantities.ts';

/** One thing that was looked at. */
export interface Check {
  readonly name: string;
  readonly state: 'good' | 'note' | 'wrong';
  readonly text: string;
}

/** A sweep of a thousand runs takes some hundred MB. */
const LITTLE_BYTES = 1e9;
/** More is no jitter of a network: times of two machines are then shown beside each other that do not fit. */
const CLOCK_SKEW_MS = 2000;
const ASK_MS = 5000;

export function diskCheck(dbPath: string): Check {
  const folder = dirname(resolve(dbPath));
  try {
    const { bavail, bsize } = statfsSync(folder);
    const free = bavail * bsize;
    const text = `${megabytes(free)} free in ${folder}`;
    return free < LITTLE_BYTES
      ? { name: 'Disk', state: 'wrong', text: `${text}: little; playhead prune makes a database smaller` }
      : { name: 'Disk', state: 'good', text };
  } catch (error) {
    return { name: 'Disk', state: 'wrong', text: `${folder} cannot be looked at (${String(error)})` };
  }
}

/** Letters come with the viewer; other scripts and emoji are the system's, and fc-list tells which it has. */
export async function fontCheck(): Promise<Check> {
  const own = 'Latin letters come with the viewer';
  try {
    const has = async (pattern: string): Promise<boolean> =>
      (await promisify(execFile)('fc-list', [pattern, 'family'], { timeout: ASK_MS })).stdout.trim() !== '';
    const lacking = [
      ...((await has(':lang=zh')) ? [] : ['Chinese']),
      ...((await has(':lang=ja')) ? [] : ['Japanese']),
      ...((await has(':charset=1f600')) ? [] : ['emoji']),
    ];
    return lacking.length === 0
      ? { name: 'Fonts', state: 'good', text: `${own}; Chinese, Japanese and emoji are here too` }
      : {
          name: 'Fonts',
          state: 'note',
          text: `${own}; a browser on this machine lacks ${lacking.join(', ')}`,
        };
  } catch {
    return { name: 'Fonts', state: 'good', text: `${own}; other scripts are the browser’s own` };
  }
}

/** Whether the collector's clock is ours, to a second: that is how exactly HTTP tells it. */
export async function clockCheck(endpoint: string): Promise<Check> {
  const answer = await fetch(`${endpoint}/livez`, { signal: AbortSignal.timeout(ASK_MS) });
  await answer.body?.cancel();
  const told = Date.parse(answer.headers.get('date') ?? '');
  const skewMs = Number.isNaN(told) ? 0 : told - Date.now();
  if (Math.abs(skewMs) <= CLOCK_SKEW_MS)
    return { name: 'Clock', state: 'good', text: 'agrees with the collector’s' };
  const text = `the collector’s is ${(skewMs / 1000).toFixed(0)} s off: set both by NTP`;
  return { name: 'Clock', state: 'wrong', text };
}

/** The known agents that PATH leads to, and what is recorded of each. */
export function agentChecks(env: Readonly<Record<string, string | undefined>>): Check[] {
  const found = new Map<string, string>();
  for (const folder of (env.PATH ?? '').split(delimiter).filter((path) => path !== ''))
    for (const name of namesIn(folder)) {
      const agent = findAgent({ command: [name] });
      if (agent.name !== 'generic' && !found.has(agent.name)) found.set(agent.name, join(folder, name));
    }
  const checks = agents.flatMap((agent): Check[] => {
    const path = found.get(agent.name);
    return path === undefined
      ? []
      : [{ name: 'Agent', state: 'good', text: `${agent.name}: ${recordedAs(agent)} (${path})` }];
  });
  const none =
    'none that Playhead knows is on PATH; any other command is recorded as terminal, model calls and files';
  return checks.length > 0 ? checks : [{ name: 'Agent', state: 'note', text: none }];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function recordedAs(agent: AgentAdapter): string {
  return [
    'terminal, files',
    agent.reader === undefined ? '' : 'steps as it prints them',
    agent.sessionFiles === undefined ? '' : 'steps as its sessions keep them',
    agent.reportsItself === true ? 'its own telemetry' : '',
    'model calls by the proxy',
  ]
    .filter((word) => word !== '')
    .join(', ');
}
