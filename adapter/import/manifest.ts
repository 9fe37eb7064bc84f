// The manifest `cell.json`: one cell described by several files beside it. Checked field by field, so
// that a mistake is named where it stands; a key that is not known is a mistake too, for a misspelled
// one would be lost in silence. The format is described in docs/import.md.
import { CELL_ID_GRAMMAR, cellIdProblem } from '../../shared/cell-id.ts';
import type { SpanKind, SpanStatus, TimingGrade } from '../../shared/span.ts';
import { spanKinds, spanStatuses, timingGrades } from '../../shared/span.ts';
import type { CellIdentity } from '../sdk/cell-identity.ts';
import { resolveCell } from '../sdk/cell-identity.ts';
import { ImportError } from './import-error.ts';

export interface ManifestRecord {
  readonly file: string;
  /** The name of its format; null where its content says. */
  readonly as: string | null;
  /** Of a terminal: where its zero lies on the run's clock; null where its own header says. */
  readonly startOffsetMs: number | null;
  readonly timing: TimingGrade | null;
  readonly note: string | null;
}

/** A phase that no recording holds, placed by hand. */
export interface ManifestPhase {
  readonly kind: SpanKind;
  readonly name: string;
  readonly at: 'start' | 'end';
  readonly offsetMs: number;
  readonly durationMs: number;
  readonly timing: TimingGrade;
  readonly status: SpanStatus;
  /** Why the status is an error. */
  readonly message: string | null;
  /** A file whose text the phase carries as what it printed. */
  readonly outputFile: string | null;
}

export interface Manifest {
  readonly cell: CellIdentity;
  readonly records: readonly ManifestRecord[];
  readonly phases: readonly ManifestPhase[];
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * @param formats the names that a record's `as` may use
 * @throws ImportError that names the file and the field.
 */
export function readManifest(text: string, file: string, formats: readonly string[]): Manifest {
  const reader = new ManifestReader(file, formats);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ImportError('bad_content', file, 'is not JSON', error);
  }
  return reader.manifest(value);
}

class ManifestReader {
  readonly file: string;
  readonly formats: readonly string[];

  constructor(file: string, formats: readonly string[]) {
    this.file = file;
    this.formats = formats;
  }

  manifest(value: unknown): Manifest {
    const fields = this.#fields(value, 'the manifest', ['playhead', 'source', 'cell', 'records', 'phases']);
    if (fields.playhead !== 1) this.#fail('playhead must be 1, the version of this format');
    this.#text(fields, 'source', 'source');
    const records = this.#list(fields.records, 'records').map((item, index) =>
      this.#record(item, `records[${index}]`),
    );
    const phases = this.#list(fields.phases ?? [], 'phases').map((item, index) =>
      this.#phase(item, `phases[${index}]`),
    );
    if (records.length === 0 && phases.length === 0) this.#fail('records is empty');
    return { cell: this.#cell(fields.cell), records, phases };
  }

  #cell(value: unknown): CellIdentity {
    const fields = this.#fields(value, 'cell', [
      'id',
      'sweep',
      'agent',
      'agentVersion',
      'settings',
      'taskTitle',
      'model',
      'task',
      'attempt',
      'image',
      'imageDigest',
      'modelBuildId',
    ]);
    const labels = {
      agentVersion: this.#text(fields, 'agentVersion', 'cell.agentVersion') ?? undefined,
      settings: this.#object(fields, 'settings', 'cell.settings') ?? undefined,
      taskTitle: this.#text(fields, 'taskTitle', 'cell.taskTitle') ?? undefined,
      image: this.#text(fields, 'image', 'cell.image') ?? undefined,
      imageDigest: this.#text(fields, 'imageDigest', 'cell.imageDigest') ?? undefined,
      modelBuildId: this.#text(fields, 'modelBuildId', 'cell.modelBuildId') ?? undefined,
    };
    const id = this.#text(fields, 'id', 'cell.id');
    if (id !== null) {
      const problem = cellIdProblem(id);
      if (problem !== null) this.#fail(`cell.id ${problem}; ${CELL_ID_GRAMMAR}`);
      return { cellId: id, ...labels };
    }
    const need = (key: string): string =>
      this.#text(fields, key, `cell.${key}`) ??
      this.#fail(`cell needs id, or sweep, agent, model and task: ${key} is missing`);
    const attempt = this.#number(fields, 'attempt', 'cell.attempt');
    if (attempt !== null && (!Number.isInteger(attempt) || attempt < 1))
      this.#fail('cell.attempt must be 1 or more');
    const parts = { sweep: need('sweep'), agent: need('agent'), model: need('model'), task: need('task') };
    const cell = { ...parts, attempt: attempt ?? 1, ...labels };
    const { problem } = resolveCell(cell);
    if (problem !== null) this.#fail(problem);
    return cell;
  }

  #record(value: unknown, where: string): ManifestRecord {
    const fields = this.#fields(value, where, ['file', 'as', 'startOffsetMs', 'timing', 'note']);
    return {
      file: this.#path(fields, 'file', where) ?? this.#fail(`${where}.file is missing`),
      as: this.#word(fields, 'as', where, this.formats),
      startOffsetMs: this.#number(fields, 'startOffsetMs', `${where}.startOffsetMs`),
      timing: this.#word(fields, 'timing', where, timingGrades),
      note: this.#text(fields, 'note', `${where}.note`),
    };
  }

  #phase(value: unknown, where: string): ManifestPhase {
    const keys = [
      'kind',
      'name',
      'at',
      'offsetMs',
      'durationMs',
      'timing',
      'status',
      'message',
      'outputFile',
    ];
    const fields = this.#fields(value, where, keys);
    const durationMs = this.#number(fields, 'durationMs', `${where}.durationMs`) ?? 0;
    if (durationMs < 0) this.#fail(`${where}.durationMs must not be negative`);
    return {
      kind: this.#word(fields, 'kind', where, spanKinds) ?? this.#fail(`${where}.kind is missing`),
      name: this.#text(fields, 'name', `${where}.name`) ?? this.#fail(`${where}.name is missing`),
      at: this.#word(fields, 'at', where, ['start', 'end'] as const) ?? 'end',
      offsetMs: this.#number(fields, 'offsetMs', `${where}.offsetMs`) ?? 0,
      durationMs,
      timing: this.#word(fields, 'timing', where, timingGrades) ?? 'none',
      status: this.#word(fields, 'status', where, spanStatuses) ?? 'unset',
      message: this.#text(fields, 'message', `${where}.message`),
      outputFile: this.#path(fields, 'outputFile', where),
    };
  }

  /** A file in the manifest's own folder or below it: a manifest from elsewhere must not reach out. */
  #path(fields: Fields, key: string, where: string): string | null {
    const path = this.#text(fields, key, `${where}.${key}`);
    if (path === null) return null;
    const outside = path.startsWith('/') || /^[A-Za-z]:/.test(path) || path.split(/[\\/]/).includes('..');
    return outside || path === ''
      ? this.#fail(`${where}.${key} must name a file in the manifest's folder`)
      : path;
  }

  #object(fields: Fields, key: string, where: string): Readonly<Record<string, unknown>> | null {
    const value = fields[key];
    if (value === undefined || value === null) return null;
    if (typeof value !== 'object' || Array.isArray(value)) this.#fail(`${where} must be an object`);
    return value as Readonly<Record<string, unknown>>;
  }

  #fields(value: unknown, where: string, known: readonly string[]): Fields {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      this.#fail(`${where} must be an object`);
    for (const key of Object.keys(value as object))
      if (!known.includes(key)) this.#fail(`${where} has the unknown key ${JSON.stringify(key)}`);
    // Read through own properties only: "constructor" in a file is a key like any other.
    return Object.assign(Object.create(null), value);
  }

  #list(value: unknown, where: string): readonly unknown[] {
    return Array.isArray(value) ? value : this.#fail(`${where} must be a list`);
  }

  #text(fields: Fields, key: string, where: string): string | null {
    const value = fields[key];
    if (value === undefined) return null;
    return typeof value === 'string' ? value : this.#fail(`${where} must be text`);
  }

  #number(fields: Fields, key: string, where: string): number | null {
    const value = fields[key];
    if (value === undefined) return null;
    return typeof value === 'number' && Number.isFinite(value)
      ? value
      : this.#fail(`${where} must be a number`);
  }

  #word<T extends string>(fields: Fields, key: string, where: string, words: readonly T[]): T | null {
    const value = fields[key];
    if (value === undefined) return null;
    const found = words.find((word) => word === value);
    return found ?? this.#fail(`${where}.${key} must be one of ${words.join(', ')}`);
  }

  #fail(reason: string): never {
    throw new ImportError('bad_content', this.file, reason);
  }
}
