// Logs of Inspect: `.json`, one document, and `.eval`, an archive of a member a sample, which may be running or have crashed.
// Each sample becomes a cell. Of an archive one sample is in memory at a time.
import { stat } from 'node:fs/promises';
import {
  field,
  isObject,
  type JsonObject,
  listAt,
  objectAt,
  parseJson,
  textAt,
} from '../../agents/reading/json-value.ts';
import type { Json } from '../../agents/step.ts';
import { failedEntry } from '../failed-entry.ts';
import type { ImportEntry, ImportOptions, OwnFormat } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { type EvalHead, inspectEvents, isSample, readSample } from './inspect-sample.ts';
import { modelSegments, segmentOf } from './names.ts';
import { recordTrial } from './trial.ts';
import type { ZipFile } from './zip.ts';

export const inspectLog: OwnFormat = {
  name: 'inspect-log',
  words: 'a log of Inspect',
  phase: 'own',
  kinds: inspectEvents,
  notInManifest: 'is a log of Inspect, which names its own cells',
  recognises: ({ whole }) => whole !== null && isLog(whole),
  async import({ file, text }, { options }) {
    const log = parseJson(text);
    const head = headOf(log ?? null, file);
    const samples = listAt(log, 'samples');
    return importSamples(file, head, options, samples.length, async function* () {
      for (const sample of samples) yield sample;
    });
  },
};

/** What a log's beginning tells of its evaluation. */
function isLog(log: JsonObject): boolean {
  const spec = objectAt(log, 'eval');
  return spec !== null && 'task' in spec && 'model' in spec && 'status' in log;
}

export function isInspectArchive(zip: ZipFile): boolean {
  return headNameOf(zip) !== undefined;
}

function headNameOf(zip: ZipFile): string | undefined {
  return ['header.json', '_journal/start.json'].find((name) => zip.has(name));
}

/** An archive that Inspect wrote; null where it is another one. @throws ImportError where it is damaged */
export async function importInspectArchive(
  file: string,
  zip: ZipFile,
  options: ImportOptions,
): Promise<readonly ImportEntry[] | null> {
  const headName = headNameOf(zip);
  if (headName === undefined) return null;
  const head = headOf(parseJson(await zip.text(headName)) ?? null, file);
  const shells = zip.names.filter((name) => /^samples\/.+_epoch_\d+(?:\/sample)?\.json$/.test(name));
  const entries = await importSamples(file, head, options, shells.length, async function* () {
    for (const name of shells) yield await sampleIn(zip, name, file);
  });
  return headName === 'header.json'
    ? entries
    : entries.map((entry) => ({ ...entry, detail: `${entry.detail}; its evaluation had not ended` }));
}

async function importSamples(
  file: string,
  head: EvalHead,
  options: ImportOptions,
  total: number,
  samples: () => AsyncGenerator<Json | ImportError>,
): Promise<readonly ImportEntry[]> {
  if (options.cellId !== undefined && total > 1)
    throw new ImportError('bad_content', file, 'names its own cells: leave --cell away');
  const entries: ImportEntry[] = [];
  let done = 0;
  const { size } = await stat(file);
  for await (const sample of samples()) {
    if (options.signal?.aborted) {
      const said = `was interrupted: ${done} of ${total} samples loaded; import it again to go on`;
      entries.push(failedEntry(new ImportError('interrupted', file, said)));
      break;
    }
    entries.push(...(await importSample(file, head, options, sample)));
    done++;
    options.onProgress?.({
      file,
      phase: 'sending',
      bytes: Math.round((size * done) / total),
      totalBytes: size,
    });
  }
  if (total === 0)
    entries.push(failedEntry(new ImportError('bad_content', file, 'holds no sample that was begun')));
  return entries;
}

async function importSample(
  file: string,
  head: EvalHead,
  options: ImportOptions,
  sample: Json | ImportError,
): Promise<ImportEntry[]> {
  const source = { file, format: inspectLog.name };
  if (sample instanceof ImportError) return [{ ...failedEntry(sample), ...source }];
  const trial = isSample(sample) ? readSample(head, sample, file) : null;
  if (trial === null) {
    const error = new ImportError('bad_content', file, 'holds a sample with neither an event nor a score');
    return [{ ...failedEntry(error), ...source }];
  }
  return recordTrial(trial, source, options, options.cellId);
}

/** A sample of an archive; kept in one member or in chunks. What cannot be read is handed on as the error that it is. */
async function sampleIn(zip: ZipFile, name: string, file: string): Promise<Json | ImportError> {
  try {
    const shell = parseJson(await zip.text(name));
    if (shell === undefined) return new ImportError('bad_content', file, `${name} is not JSON`);
    if (!name.endsWith('/sample.json') || !isObject(shell)) return shell;
    const folder = name.slice(0, -'sample.json'.length);
    // What a call was sent, in pools of messages and calls, is not recorded.
    const events = await chunksOf(zip, `${folder}events/`);
    const attachments = await chunksOf(zip, `${folder}attachments/`);
    return { ...shell, events, attachments };
  } catch (error) {
    if (error instanceof ImportError) return error;
    throw error;
  }
}

/** The items of a list that is kept in chunks, each named by the place of its first item. */
async function chunksOf(zip: ZipFile, folder: string): Promise<Json[]> {
  const chunks = zip
    .namesIn(folder)
    .map((name) => ({ name, start: Number(/^(\d{1,9})\.json$/.exec(name.slice(folder.length))?.[1]) }))
    .filter(({ start }) => Number.isInteger(start))
    .sort((a, b) => a.start - b.start);
  const items: Json[] = [];
  for (const { name } of chunks) {
    const chunk = parseJson(await zip.text(name));
    if (Array.isArray(chunk)) for (const item of chunk) items.push(item as Json);
  }
  return items;
}

function headOf(log: Json, file: string): EvalHead {
  const spec = objectAt(log, 'eval');
  const task = textAt(spec, 'task');
  const model = textAt(spec, 'model');
  if (spec === null || task === null || model === null)
    throw new ImportError('bad_content', file, 'is no log of Inspect: it names no task and model');
  const steps = listAt(objectAt(log, 'plan'), 'steps').flatMap((step) => textAt(step, 'solver') ?? []);
  const solver = textAt(spec, 'solver') ?? steps.at(-1) ?? 'generate';
  const run = textAt(spec, 'eval_set_id') ?? textAt(spec, 'run_id') ?? textAt(spec, 'eval_id') ?? 'log';
  const day = (textAt(spec, 'created') ?? '').slice(0, 10);
  const settings: Record<string, unknown> = Object.create(null);
  for (const key of ['solver_args', 'model_args', 'model_generate_config', 'task_args'] as const) {
    const value = field(spec, key);
    if (isObject(value) && Object.keys(value).length > 0) settings[key] = value;
  }
  return {
    sweep: segmentOf(`inspect-${day === '' ? '' : `${day}-`}${run.slice(0, 8)}`),
    agent: segmentOf(nameOf(solver)),
    model: modelSegments(model),
    task: segmentOf(nameOf(task)),
    taskTitle: null,
    version: null,
    evalId: textAt(spec, 'eval_id') ?? run,
    settings,
  };
}

/** "inspect_ai/react" is called "react"; a file's path is called by its last part. */
function nameOf(name: string): string {
  return name.split('/').at(-1) || name;
}
