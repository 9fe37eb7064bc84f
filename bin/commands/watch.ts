// `playhead watch`: imports folders as they grow, jobs of a harness or the sessions that agents keep of themselves, until it
// is stopped. What is kept of a person's own sessions must be said.
import { homedir } from 'node:os';
import { resolve } from 'node:path';
import type { ImportReport } from '../../adapter/import/import.ts';
import type { WatchedFolder } from '../../adapter/import/watch/units.ts';
import { readClient } from '../client.ts';
import { command } from '../command.ts';
import { printLine, printProblem } from '../json.ts';
import { clientFlags } from '../shared-flags.ts';
import { stopOnSignal } from '../stop.ts';
import { readTimeZone, timeZoneFlags } from '../time-zone.ts';
import { UsageError } from '../usage-error.ts';

const choices = ['all', 'no-secrets', 'numbers'] as const;
const choiceWords: Readonly<Record<(typeof choices)[number], string>> = {
  all: 'prompts, answers, commands, their outputs and file changes, as the agents kept them',
  'no-secrets':
    'prompts, answers, commands, their outputs and file changes; values of secret variables of this environment are replaced',
  numbers: 'tools, models, times, tokens and how things ended; no text, no path, no argument',
};

export const watch = command({
  name: 'watch',
  about:
    'Imports folders as they grow, so that runs are live as they go on: jobs of Harbor, logs of Inspect, whatever `playhead import` reads; with --sessions the runs that agents on this machine keep of themselves. Runs until it is stopped; a watcher that was killed goes on where it was, and nothing is doubled.',
  args: [{ name: 'DIR…', about: 'folders', optional: true }],
  flags: {
    sessions: {
      value: 'AGENT',
      multiple: true,
      about: 'watches where this agent keeps its sessions; may be given several times; needs --keep',
    },
    keep: {
      value: 'WHAT',
      choices,
      about:
        'what is kept of runs: all; no-secrets: without the values of secret variables; numbers: no text at all',
    },
    sweep: { value: 'ID', about: 'the sweep of runs whose files name none; swe-bench where absent' },
    ...timeZoneFlags,
    ...clientFlags,
  },
  examples: [
    { line: 'playhead watch jobs', says: 'a job of Harbor, live while it goes on' },
    {
      line: 'playhead watch --sessions claude-code --sessions codex --keep no-secrets',
      says: 'what you do with these agents, from now on and before',
    },
  ],
  async run({ values, args }) {
    readTimeZone(values);
    const agents = values.sessions ?? [];
    if (args.length === 0 && agents.length === 0)
      throw new UsageError('watch needs a folder, or --sessions with an agent');
    const client = readClient(values);
    const keep = values.keep as (typeof choices)[number] | undefined;
    if (agents.length > 0 && keep === undefined)
      throw new UsageError(
        `--sessions reads what you and your agents said: say with --keep what of it goes to ${client.endpoint}: ${choices.join(', ')}`,
      );
    const folders = [
      ...args.map((path): WatchedFolder => ({ path: resolve(path) })),
      ...(await sessionFolders(agents)),
    ];
    const { watchFolders } = await import('../../adapter/import/watch/watcher.ts');
    const { Redactor } = await import('../../adapter/sdk/redact.ts');
    // Before the first word: whoever reads it may stop the watching.
    const stop = stopOnSignal();
    printLine(`watching ${folders.map(({ path }) => path).join(', ')}; Ctrl-C stops it`);
    if (keep !== undefined) printLine(`kept at ${client.endpoint}: ${choiceWords[keep]}`);
    await watchFolders(folders, {
      ...client,
      ...(values.sweep === undefined ? {} : { sweepId: values.sweep }),
      ...(keep === 'no-secrets' ? { redactor: Redactor.of(process.env) } : {}),
      ...(keep === 'numbers' ? { withoutTexts: true } : {}),
      signal: stop.signal,
      onImport: tell,
    });
    stop.release();
  },
});

function tell({ lines, problems }: ImportReport): void {
  for (const line of lines) printLine(line);
  for (const problem of problems) printProblem(problem);
}

async function sessionFolders(names: readonly string[]): Promise<WatchedFolder[]> {
  const { agents } = await import('../../adapter/agents/registry.ts');
  const { definedEnv } = await import('../../adapter/run/environment.ts');
  const env = definedEnv(process.env);
  const kept = agents.filter(({ sessionFiles, sessionStore }) => sessionFiles ?? sessionStore);
  return names.flatMap((name) => {
    const agent = kept.find((one) => one.name === name.toLowerCase());
    if (agent === undefined)
      throw new UsageError(
        `--sessions takes ${kept.map((one) => one.name).join(', ')}, not ${JSON.stringify(name)}`,
      );
    const context = { home: homedir(), workdir: process.cwd(), env, startNs: 0n };
    const places = [...(agent.sessionFiles?.(context) ?? []), ...(agent.sessionStore?.(context) ?? [])];
    return places.map(({ dir, match }) => ({ path: resolve(dir), match }));
  });
}
