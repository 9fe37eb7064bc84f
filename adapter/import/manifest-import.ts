// Imports a manifest: reads the files that it lists and hands them, with what it says of each, to one cell.
import { dirname, join } from 'node:path';
import { failedEntry } from './failed-entry.ts';
import type { ImportEntry, OwnFormat, PlacedSource, Source, Workshop } from './format.ts';
import { ImportError } from './import-error.ts';
import { readManifest } from './manifest.ts';
import { checkInside } from './text-file.ts';

export const manifest: OwnFormat = {
  name: 'manifest',
  words: 'a cell manifest',
  phase: 'own',
  kinds: { unit: 'entry', read: ['a file of `records`', 'a phase of `phases`'] },
  notInManifest: 'is a manifest; a manifest lists no others',
  recognises: ({ whole }) => whole !== null && Object.hasOwn(whole, 'playhead'),
  import: importManifest,
};

async function importManifest(source: Source, workshop: Workshop): Promise<ImportEntry[]> {
  const { cell: told, records, phases } = readManifest(source.text, source.file, workshop.formats);
  const entries: ImportEntry[] = [];
  const sources: PlacedSource[] = [];
  for (const { file, as, startOffsetMs, timing, note } of records) {
    try {
      const path = join(dirname(source.file), file);
      await checkInside(source.file, path);
      const read = await workshop.read(path, as);
      const { format } = read;
      if (format.phase === 'own') throw new ImportError('bad_content', read.file, format.notInManifest);
      sources.push({ ...read, startOffsetMs, timing, note });
    } catch (error) {
      entries.push(failedEntry(error));
    }
  }
  const { cellId } = workshop.options;
  const cell = cellId === undefined ? told : { ...told, cellId };
  const loaded = await workshop.importCell({ cell, sources, phases, manifest: source.file });
  return [...entries, ...loaded];
}
