// Reports of the evaluation of SWE-bench: `report.json`, of one instance with the tests that it had to make pass, and the
// summary of a run, lists of instances by how they ended. Each verdict goes to the cell of its model and instance. A
// summary says nothing of an instance of which a report told more.
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { reportSection } from '../../../shared/failures/report.ts';
import type { ScoreRecord } from '../../../shared/score.ts';
import { field, isObject, type JsonObject, listAt, objectAt } from '../../agents/reading/json-value.ts';
import { resolveCell } from '../../sdk/cell-identity.ts';
import { putScores, readJudgedCell } from '../../sdk/collector-client.ts';
import { failedEntry, importErrorOf } from '../failed-entry.ts';
import type { ImportEntry, ImportOptions, OwnFormat, Source, Workshop } from '../format.ts';
import { ImportError } from '../import-error.ts';
import { readText } from '../text-file.ts';
import { cellOfInstance, SWE_BENCH } from './swe-bench-cells.ts';
import { recordTrial } from './trial.ts';

/** Beside a report of one instance. */
const PRINTED = 'test_output.txt';

export const sweBenchReport: OwnFormat = {
  name: 'swe-bench-report',
  words: 'a report of SWE-bench',
  phase: 'own',
  kinds: { unit: 'entry', read: ['verdict'], repeated: { 'verdict again': 'the verdict that the cell has' } },
  notInManifest: 'is a report of SWE-bench, which names its own cells',
  recognises: ({ whole }) => whole !== null && (isReport(whole) || isSummary(whole)),
  async import(source, { options }: Workshop) {
    const whole = JSON.parse(source.text) as JsonObject;
    return isSummary(whole) ? importSummary(source, whole, options) : importReports(source, whole, options);
  },
};

function isReport(whole: JsonObject): boolean {
  const [first] = Object.values(whole);
  return (
    isObject(first ?? null) &&
    typeof field(first, 'resolved') === 'boolean' &&
    'patch_successfully_applied' in (first as JsonObject)
  );
}

function isSummary(whole: JsonObject): boolean {
  return Array.isArray(whole.resolved_ids) && Array.isArray(whole.unresolved_ids);
}

/** A report by the folders that it lies in: run, model, instance. */
async function importReports(
  source: Source,
  whole: JsonObject,
  options: ImportOptions,
): Promise<ImportEntry[]> {
  const entries: ImportEntry[] = [];
  for (const [instance, report] of Object.entries(whole)) {
    if (!isObject(report)) continue;
    try {
      entries.push(...(await importReport(source, instance, report, options)));
    } catch (error) {
      entries.push({ ...failedEntry(importErrorOf(source.file, error)), format: sweBenchReport.name });
    }
  }
  return entries;
}

async function importReport(
  source: Source,
  instance: string,
  report: JsonObject,
  options: ImportOptions,
): Promise<ImportEntry[]> {
  const folder = dirname(resolve(source.file));
  const isPlaced = basename(folder) === instance;
  const model = isPlaced ? basename(dirname(folder)) || null : null;
  const evaluation = isPlaced ? basename(dirname(dirname(folder))) || null : null;
  const { cell, known } = await cellOfInstance(options, { instance, model }, null);
  const atNs = source.modifiedNs ?? 0n;
  const printed = isPlaced ? await printedIn(folder, options.wholeBytes) : null;
  const tests = testsOf(report);
  const verdict: ScoreRecord = {
    axis: 'pass_rate',
    scorer: SWE_BENCH,
    values: {
      pass: field(report, 'resolved') === true ? 1 : 0,
      verifier: SWE_BENCH,
      ...(evaluation === null ? {} : { evaluation }),
      patch_applied: field(report, 'patch_successfully_applied') === true,
      ...tests.counts,
    },
  };
  const verifier = {
    kind: 'verify' as const,
    name: SWE_BENCH,
    startNs: atNs,
    endNs: atNs,
    timing: 'none' as const,
    failure: null,
    output: `${printed?.text ?? ''}${tests.section}` || null,
  };
  const seed = `${cell.sweep}/${model}/${instance}/${evaluation}`;
  const from = { file: source.file, format: sweBenchReport.name };
  const trial = {
    cell,
    seed,
    run: null,
    phases: [verifier],
    scores: [verdict],
    remarks: printed?.remarks ?? [],
  };
  return recordTrial(trial, from, options, options.cellId ?? known);
}

/** How many of the tests passed that had to, and the names of those that did not. */
function testsOf(report: JsonObject): { counts: Record<string, number>; section: string } {
  const status = objectAt(report, 'tests_status');
  const counts: Record<string, number> = {};
  const failed: string[] = [];
  let passed = 0;
  for (const [list, key] of [
    ['FAIL_TO_PASS', 'fail_to_pass'],
    ['PASS_TO_PASS', 'pass_to_pass'],
  ] as const) {
    const of = objectAt(status, list);
    if (of === null) continue;
    const good = listAt(of, 'success').length;
    const bad = listAt(of, 'failure').filter((name): name is string => typeof name === 'string');
    counts[`${key}_passed`] = good;
    counts[`${key}_total`] = good + bad.length;
    passed += good;
    failed.push(...bad);
  }
  if (status === null) return { counts, section: '' };
  const tests = failed.map((name) => ({ name, place: null, message: null }));
  return { counts, section: reportSection({ tests, tally: { passed, failed: failed.length } }) };
}

/** What each list of a summary says of its instances; null: nothing was found out. */
const lists: readonly (readonly [string, number | null])[] = [
  ['resolved_ids', 1],
  ['unresolved_ids', 0],
  ['empty_patch_ids', 0],
  ['error_ids', null],
];

async function importSummary(
  source: Source,
  whole: JsonObject,
  options: ImportOptions,
): Promise<ImportEntry[]> {
  if (options.cellId !== undefined)
    throw new ImportError('bad_content', source.file, 'names its own cells: leave --cell away');
  const file = basename(source.file).replace(/\.json$/, '');
  const entries: ImportEntry[] = [];
  const cells: string[] = [];
  let again = 0;
  for (const [list, pass] of lists)
    for (const instance of listAt(whole, list)) {
      if (typeof instance !== 'string' || options.signal?.aborted) continue;
      try {
        const { id, isNew } = await judge(instance, file, list, pass, options);
        cells.push(id);
        if (!isNew) again++;
      } catch (error) {
        entries.push({ ...failedEntry(importErrorOf(source.file, error)), format: sweBenchReport.name });
      }
    }
  const total = cells.length + entries.length;
  const interrupted = new ImportError(
    'interrupted',
    source.file,
    `interrupted: ${cells.length} of its verdicts are loaded; import it again to load the rest`,
  );
  return [
    ...entries,
    ...(options.signal?.aborted ? [{ ...failedEntry(interrupted), format: sweBenchReport.name }] : []),
    {
      file: source.file,
      format: sweBenchReport.name,
      outcome: 'loaded',
      cellId: null,
      cells,
      detail: `${cells.length} verdicts${again > 0 ? `, ${again} of them known` : ''}`,
      lines: { unit: 'entry', total, read: total - again, repeated: again, leftOut: new Map() },
      error: null,
    },
  ];
}

async function judge(
  instance: string,
  file: string,
  list: string,
  pass: number | null,
  options: ImportOptions,
): Promise<{ id: string; isNew: boolean }> {
  const { cell, known } = await cellOfInstance(options, { instance, model: null, file }, null);
  const id = known ?? resolveCell(cell).id;
  const before = (known === undefined ? null : await readJudgedCell(options, id))?.scores.find(
    ({ axis, scorer }) => axis === 'pass_rate' && scorer === SWE_BENCH,
  );
  if (before !== undefined && before.values.pass === pass) return { id, isNew: false };
  const values = {
    pass,
    verifier: SWE_BENCH,
    ...(list === 'empty_patch_ids' ? { patch: 'empty' } : {}),
    ...(pass === null ? { verifier_error: 'the evaluation of this instance ended with an error' } : {}),
  };
  await putScores(options, id, [{ axis: 'pass_rate', scorer: SWE_BENCH, values }]);
  return { id, isNew: true };
}

/** What the tests printed; empty where there is no regular file with it, and a remark where it cannot be read. */
async function printedIn(
  folder: string,
  wholeBytes: number | undefined,
): Promise<{ readonly text: string; readonly remarks: readonly string[] }> {
  const file = join(folder, PRINTED);
  const stats = await lstat(file).catch(() => null);
  if (!stats?.isFile()) return { text: '', remarks: [] };
  try {
    return { text: await readText(file, wholeBytes), remarks: [] };
  } catch (error) {
    if (!(error instanceof ImportError)) throw error;
    return { text: '', remarks: [`could not be read: ${PRINTED}`] };
  }
}
