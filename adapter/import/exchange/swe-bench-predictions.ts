// Predictions of SWE-bench: a patch an instance, as a list, an object by instance, or a line each. Each becomes a cell with
// the patch's changes, and with the trajectory that lies beside the file in a folder named after the instance, as
// SWE-agent and mini-swe-agent leave it. Judges nothing.
import { access } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readPatch } from '../../agents/reading/diff.ts';
import {
  isObject,
  type JsonObject,
  parseJson,
  parseObject,
  textAt,
} from '../../agents/reading/json-value.ts';
import type { AgentRun, FileChange, Json } from '../../agents/step.ts';
import { placeRun, readRuns } from '../agent-run.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { Content, ImportEntry, OwnFormat, Source, Workshop } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { cellOfInstance } from './swe-bench-cells.ts';
import { bareRun, recordTrial } from './trial.ts';

const NO_PREDICTION = 'a prediction without an instance';

export const sweBenchPredictions: OwnFormat = {
  name: 'swe-bench-predictions',
  words: 'predictions of SWE-bench',
  phase: 'own',
  kinds: {
    unit: 'entry',
    read: ['prediction'],
    leftOut: { [NO_PREDICTION]: 'without an instance or a patch' },
  },
  notInManifest: 'holds predictions of SWE-bench, which name their own cells',
  recognises: isPredictions,
  import: importPredictions,
};

/** How far a prediction's names may lie behind its beginning: not behind its patch. */
const HEAD_CHARS = 4096;

function isPredictions({ text, head, whole }: Content): boolean {
  const start = text.slice(0, HEAD_CHARS);
  if (!/"(?:model_patch|instance_id|model_name_or_path)"/.test(start)) return false;
  if (head !== null && isPrediction(head)) return true;
  if (/^\s*\[/.test(start)) {
    const list = parseJson(text);
    return Array.isArray(list) && isPrediction(list[0] as Json);
  }
  return whole !== null && isPrediction(Object.values(whole)[0] ?? null);
}

function isPrediction(value: Json): boolean {
  return isObject(value) && textAt(value, 'instance_id') !== null && 'model_patch' in value;
}

/** The predictions of a file; null stands for what is none. */
function predictionsIn(text: string): (JsonObject | null)[] {
  const whole = parseJson(text);
  const all: readonly (Json | null)[] =
    whole === undefined
      ? text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [parseObject(line)]))
      : Array.isArray(whole)
        ? whole
        : isPrediction(whole)
          ? [whole]
          : Object.values(whole as JsonObject);
  return all.map((value) => (isObject(value) && isPrediction(value) ? value : null));
}

async function importPredictions(source: Source, workshop: Workshop): Promise<ImportEntry[]> {
  const { options } = workshop;
  const predictions = predictionsIn(source.text);
  if (options.cellId !== undefined && predictions.length > 1)
    return [
      failedEntry(new ImportError('bad_content', source.file, 'names its own cells: leave --cell away')),
    ];
  const entries: ImportEntry[] = [];
  const cells: string[] = [];
  const counts = { trajectories: 0, empty: 0, odd: 0 };
  for (const [index, prediction] of predictions.entries()) {
    if (options.signal?.aborted) {
      const said = `was interrupted: ${cells.length} of ${predictions.length} predictions loaded; import it again to go on`;
      entries.push(failedEntry(new ImportError('interrupted', source.file, said)));
      break;
    }
    if (prediction === null) counts.odd++;
    else {
      const result = await importPrediction(source, prediction, workshop, counts);
      for (const entry of result)
        if (entry.outcome === 'loaded' && entry.cellId !== null) cells.push(entry.cellId);
        else entries.push(entry);
    }
    const totalBytes = source.text.length;
    const bytes = Math.round((totalBytes * (index + 1)) / predictions.length);
    options.onProgress?.({ file: source.file, phase: 'sending', bytes, totalBytes });
  }
  return [...entries, ...loaded(source, predictions.length, cells, counts)];
}

function loaded(
  source: Source,
  total: number,
  cells: readonly string[],
  { trajectories, empty, odd }: { trajectories: number; empty: number; odd: number },
): ImportEntry[] {
  if (cells.length === 0 && odd === 0) return [];
  const told = [
    `${cells.length} predictions`,
    trajectories > 0 ? `${trajectories} with their trajectory` : '',
    empty > 0 ? `${empty} without a patch` : '',
  ];
  return [
    {
      file: source.file,
      format: sweBenchPredictions.name,
      outcome: 'loaded',
      cellId: cells.length === 1 ? (cells[0] ?? null) : null,
      cells,
      detail: told.filter((part) => part !== '').join(', '),
      lines: {
        unit: 'entry',
        total,
        read: total - odd,
        repeated: 0,
        leftOut: new Map(odd > 0 ? [['without an instance or a patch', odd]] : []),
      },
      error: null,
    },
  ];
}

async function importPrediction(
  source: Source,
  prediction: JsonObject,
  workshop: Workshop,
  counts: { trajectories: number; empty: number },
): Promise<ImportEntry[]> {
  const instance = textAt(prediction, 'instance_id') ?? '';
  const model = textAt(prediction, 'model_name_or_path');
  const patch = textAt(prediction, 'model_patch') ?? '';
  const changes: FileChange[] = readPatch(patch, (path) => path.replace(/^[ab]\//, ''));
  if (changes.length === 0) counts.empty++;
  try {
    const kept = await trajectoryOf(source, instance, workshop);
    if (kept !== null) counts.trajectories++;
    const { cell, known } = await cellOfInstance(workshop.options, { instance, model }, kept?.agent ?? null);
    const atNs = source.modifiedNs ?? 0n;
    const run = kept ?? bareRun(cell.agent, { startNs: atNs, endNs: atNs, timing: 'none' });
    const trial = {
      cell: kept?.agentVersion ? { ...cell, agentVersion: kept.agentVersion } : cell,
      seed: `${cell.sweep}/${model}/${instance}`,
      run,
      phases: [],
      scores: [],
      changes,
    };
    const from = { file: source.file, format: sweBenchPredictions.name };
    return await recordTrial(trial, from, workshop.options, workshop.options.cellId ?? known);
  } catch (error) {
    return [failedEntry(importErrorOf(source.file, error))];
  }
}

/** The run that is kept in a folder beside the predictions; null where none is. What was read there is read once. */
async function trajectoryOf(source: Source, instance: string, workshop: Workshop): Promise<AgentRun | null> {
  // It names a file: nothing that leads elsewhere.
  if (instance !== basename(instance) || instance.startsWith('.')) return null;
  for (const name of [`${instance}.traj.json`, `${instance}.traj`]) {
    const file = join(dirname(source.file), instance, name);
    if (!(await isThere(file))) continue;
    const kept = await workshop.read(file, null);
    const [read] = readRuns([kept]);
    if (read === undefined) continue;
    workshop.claimed.add(resolve(file));
    return placeRun(read.run, null, kept.modifiedNs ?? null);
  }
  return null;
}

async function isThere(file: string): Promise<boolean> {
  try {
    await access(file);
    return true;
  } catch {
    return false;
  }
}
