// A trial of Harbor as its folder keeps it: `result.json` and `config.json` say whose it is and how it ended, `agent` holds
// what the agent left, `verifier` the rewards. The agent's own files are read where there are any, for they know more of
// time than the trajectory that Harbor makes of them. Follows no link, and no path out of the folder.
import { lstat, readdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { type JsonObject, objectAt, parseObject, textAt } from '../../agents/reading/json-value.ts';
import type { AgentRun } from '../../agents/step.ts';
import { groupRuns, readRuns } from '../agent-run.ts';
import { walkFolder } from '../folder.ts';
import type { ImportEntry, Source, Workshop } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { readSources } from '../source.ts';
import { readText } from '../text-file.ts';
import { AtifReader, isAtif } from './atif.ts';
import {
  factsOf,
  type Identity,
  identityOf,
  type Part,
  scoresOf,
  spanOf,
  type TrialFacts,
  withEnd,
} from './harbor-facts.ts';
import { modelSegments, segmentOf } from './names.ts';
import { bareRun, recordTrial, type Trial, type TrialPhase } from './trial.ts';

export const harborTrial = 'harbor-trial';
const CAST = ['agent', 'recording.cast'] as const;
/** Names of files that are told. */
const MAX_NAMES = 5;
/** Continuations of one run. */
const MAX_SEGMENTS = 1000;

/** Imports a trial; null where the folder is none. Expected failures become an entry. */
export async function importHarborTrial(
  folder: string,
  files: readonly string[],
  { options }: Workshop,
): Promise<readonly ImportEntry[] | null> {
  const told = await trialFiles(folder, files);
  if (told === null) return null;
  const trial = await readTrial(resolve(folder), told.result, told.config, options.wholeBytes);
  return recordTrial(trial, { file: folder, format: harborTrial }, options, options.cellId);
}

export async function isHarborTrial(folder: string, files: readonly string[]): Promise<boolean> {
  return (await trialFiles(folder, files)) !== null;
}

/** What a trial says of itself; null where the folder is none. */
async function trialFiles(
  folder: string,
  files: readonly string[],
): Promise<{ readonly result: JsonObject | null; readonly config: JsonObject | null } | null> {
  const names = new Set(files.map((file) => basename(file)));
  if (!names.has('result.json') && !names.has('config.json')) return null;
  const result = await objectIn(folder, 'result.json');
  const config = (await objectIn(folder, 'config.json')) ?? objectAt(result, 'config');
  return textAt(result, 'trial_name') === null && textAt(config, 'trial_name') === null
    ? null
    : { result, config };
}

async function readTrial(
  folder: string,
  result: JsonObject | null,
  config: JsonObject | null,
  wholeBytes: number | undefined,
): Promise<Trial> {
  const who = identityOf(result, config);
  const facts = factsOf(result);
  const unread: string[] = [];
  const own = await ownRun(folder, unread, wholeBytes);
  const files: TrialFiles = { folder, wholeBytes, unread: [] };
  const read = own ?? (await trajectoryRun(files)) ?? bareOf(who.agent, facts);
  const run = withEnd(withRemarks(read, unread), facts, result);
  const attempt = await attemptOf(folder, who);
  const cast = await textOfTrial(files, ...CAST);
  const phases = await phasesOf(files, result, facts);
  const missed = files.unread.filter((name) => !unread.includes(name));
  return {
    cell: {
      sweep: segmentOf(basename(dirname(folder)) || 'harbor'),
      agent: segmentOf(who.agent),
      model: modelSegments(who.model),
      task: `${segmentOf(who.source)}/${segmentOf(who.task)}`,
      attempt,
      ...(who.version === null ? {} : { agentVersion: who.version }),
      ...(who.kwargs === null ? {} : { settings: who.kwargs }),
    },
    seed: textAt(result, 'id') ?? `${textAt(config, 'job_id') ?? ''}/${basename(folder)}`,
    run,
    isOver: textAt(result, 'finished_at') !== null,
    phases,
    scores: scoresOf(result, facts),
    remarks: missed.length === 0 ? [] : [`could not be read: ${namesOf(missed)}`],
    ...(cast === null ? {} : { terminal: { file: join(folder, ...CAST), text: cast } }),
  };
}

function namesOf(unread: readonly string[]): string {
  return unread.slice(0, MAX_NAMES).join(', ');
}

function bareOf(agent: string, { agent: span }: TrialFacts): AgentRun | null {
  return span === null ? null : bareRun(agent, { ...span, timing: 'measured' });
}

function withRemarks(run: AgentRun | null, unread: readonly string[]): AgentRun | null {
  if (run === null || unread.length === 0) return run;
  const remark = `${unread.length} files of the agent could not be read: ${namesOf(unread)}`;
  return { ...run, remarks: [...(run.remarks ?? []), remark] };
}

/**
 * The run that the agent's own files tell; null where it left none that is known.
 * @param unread gets the names of those that are broken or too large
 */
async function ownRun(
  folder: string,
  unread: string[],
  wholeBytes: number | undefined,
): Promise<AgentRun | null> {
  const sources: Source[] = [];
  if (!(await areFolders(folder, 'agent'))) return null;
  try {
    await walkFolder(join(folder, 'agent'), async ({ files }) => {
      for (const file of files) sources.push(...(await known(file, unread, wholeBytes)));
      return true;
    });
  } catch (error) {
    if (error instanceof ImportError) return null;
    throw error;
  }
  const groups = groupRuns(readRuns(sources));
  const [most] = groups.toSorted((a, b) => b.run.steps.length - a.run.steps.length);
  if (most === undefined || most.run.steps.length === 0) return null;
  const others = groups.length - 1;
  const remark = `${others} more sessions of the agent lie in the folder and are left out`;
  return others === 0 ? most.run : { ...most.run, remarks: [...(most.run.remarks ?? []), remark] };
}

async function known(file: string, unread: string[], wholeBytes: number | undefined): Promise<Source[]> {
  try {
    const sources = await readSources(file, { wholeBytes });
    return sources.filter(({ format }) => format.phase === 'run' && format.name !== 'atif');
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    if (error.code !== 'unknown_format') unread.push(basename(file));
    return [];
  }
}

/** The run that the trajectory tells, with what goes on from it and the subagents that it names. */
async function trajectoryRun(files: TrialFiles): Promise<AgentRun | null> {
  const documents = new Map<string, JsonObject>();
  for (const name of await namesIn(files.folder, 'agent')) {
    if (!/^trajectory[^/]*\.json$/.test(name)) continue;
    const text = await textOfTrial(files, 'agent', name);
    const document = text === null ? null : parseObject(text);
    if (isAtif(document) && document !== null) documents.set(name, document);
  }
  const first = documents.get('trajectory.json');
  if (first === undefined) return null;
  const reader = new AtifReader(first, documents);
  const seen = new Set<JsonObject>();
  for (
    let next: JsonObject | undefined = first;
    next !== undefined && !seen.has(next) && seen.size < MAX_SEGMENTS;
  ) {
    seen.add(next);
    reader.read(next);
    next = documents.get(textAt(next, 'continued_trajectory_ref') ?? '');
  }
  return reader.finish();
}

async function phasesOf(
  files: TrialFiles,
  result: JsonObject | null,
  facts: TrialFacts,
): Promise<TrialPhase[]> {
  const { exception, verifier, whole } = facts;
  const phases: TrialPhase[] = [];
  const failureIn = (part: Part) => (exception?.of === part ? exception.text : null);
  for (const name of ['environment_setup', 'agent_setup']) {
    const span = spanOf(objectAt(result, name));
    if (span !== null)
      phases.push({ kind: 'task_setup', name, ...span, timing: 'measured', failure: null, output: null });
  }
  const setup = failureIn('environment');
  const [last] = phases.splice(-1);
  if (last !== undefined) phases.push({ ...last, failure: setup });
  else if (setup !== null && whole !== null)
    phases.push({
      kind: 'task_setup',
      name: 'environment_setup',
      ...whole,
      timing: 'derived',
      failure: setup,
      output: null,
    });
  const printed: string[] = [];
  for (const name of ['test-stdout.txt', 'test-stderr.txt'])
    printed.push((await textOfTrial(files, 'verifier', name)) ?? '');
  const output = printed.filter((text) => text !== '').join('\n');
  if (verifier !== null)
    phases.push({
      kind: 'verify',
      name: 'verifier',
      ...verifier,
      timing: 'measured',
      failure: failureIn('verifier'),
      output: output === '' ? null : output,
    });
  return phases;
}

/** Which of the trials of one task, agent and model it is, by when they began. From 1. */
async function attemptOf(folder: string, who: Identity): Promise<number> {
  const own = basename(folder);
  const prefix = own.replace(/__[^_]+$/, '');
  const begun: { readonly name: string; readonly at: string }[] = [];
  for (const name of await namesIn(dirname(folder))) {
    if (!name.startsWith(`${prefix}__`)) continue;
    const result = await objectIn(dirname(folder), name, 'result.json');
    const config = (await objectIn(dirname(folder), name, 'config.json')) ?? objectAt(result, 'config');
    const other = identityOf(result, config);
    if (name !== own && (other.agent !== who.agent || other.model !== who.model || other.task !== who.task))
      continue;
    begun.push({ name, at: textAt(result, 'started_at') ?? (await writtenAt(dirname(folder), name)) });
  }
  begun.sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : a.name < b.name ? -1 : 1));
  return Math.max(1, begun.findIndex(({ name }) => name === own) + 1);
}

/** When a trial began that does not tell yet: then Harbor wrote its configuration. */
async function writtenAt(...path: readonly string[]): Promise<string> {
  const stats = await lstat(join(...path, 'config.json')).catch(() => null);
  return stats === null ? '\u{10ffff}' : stats.mtime.toISOString();
}

/** What is read of a trial's folder, with the names of what is there and cannot be read, or is too large. */
interface TrialFiles {
  readonly folder: string;
  readonly wholeBytes: number | undefined;
  readonly unread: string[];
}

async function textOfTrial(files: TrialFiles, ...path: readonly string[]): Promise<string | null> {
  try {
    return await ownText(files.folder, path, files.wholeBytes);
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    files.unread.push(path.at(-1) ?? '');
    return null;
  }
}

async function objectIn(base: string, ...path: readonly string[]): Promise<JsonObject | null> {
  const text = await textIn(base, ...path);
  return text === null ? null : parseObject(text);
}

/** The text of a regular file; null where there is none, where a link leads to it, or it cannot be read. */
async function textIn(base: string, ...path: readonly string[]): Promise<string | null> {
  try {
    return await ownText(base, path);
  } catch {
    return null;
  }
}

/** Null where there is no such file, or a link leads to it. @throws ImportError where it cannot be read */
async function ownText(base: string, path: readonly string[], wholeBytes?: number): Promise<string | null> {
  const file = join(base, ...path);
  const stats = await lstat(file).catch(() => null);
  const isOwn = stats?.isFile() === true && (await areFolders(base, ...path.slice(0, -1)));
  return isOwn ? readText(file, wholeBytes) : null;
}

/** Whether the way down from there is of folders: a link among them may lead anywhere. */
async function areFolders(base: string, ...way: readonly string[]): Promise<boolean> {
  for (const depth of way.keys()) {
    const stats = await lstat(join(base, ...way.slice(0, depth + 1))).catch(() => null);
    if (!stats?.isDirectory()) return false;
  }
  return true;
}

async function namesIn(base: string, ...path: readonly string[]): Promise<string[]> {
  try {
    return (await areFolders(base, ...path)) ? (await readdir(join(base, ...path))).sort() : [];
  } catch {
    return [];
  }
}
