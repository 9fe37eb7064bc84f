// `playhead export`: reads all that is known of one cell of a running collector, and writes it in one of the formats
// of shared/export. What is exported is what the API says, word for word.
import { writeFileSync } from 'node:fs';
import type { ClientOptions } from '../../adapter/sdk/collector-client.ts';
import type { CellFormat, CellPart } from '../../shared/export/export-format.ts';
import { cellFormatNames, cellFormats } from '../../shared/export/formats.ts';
import { cellArgument, readCell } from '../client.ts';
import { command } from '../command.ts';
import { clientFlags } from '../shared-flags.ts';

/** A cell of 100,000 spans is some 100 MB of JSON. */
const EXPORT_TIMEOUT_MS = 300_000;

export const exporting = command({
  name: 'export',
  about:
    'Writes what is known of a run, word for word as the API says it: all of it, its spans, its terminal as asciicast v3, or its scores.',
  args: [cellArgument],
  flags: {
    format: { value: 'FORMAT', about: 'json where absent, which is everything', choices: cellFormatNames },
    out: { value: 'FILE', about: 'writes a file in place of standard output', short: 'o' },
    ...clientFlags,
  },
  examples: [
    {
      line: 'playhead export my-sweep/my-agent/my-model/my-family/my-task --out run.json',
      says: 'all that is known of this run',
    },
    {
      line: 'playhead export "http://127.0.0.1:4318/cell/my-agent/my-model/my-family/my-task?sweep=my-sweep" --format scores',
      says: 'the scores of the run that this page shows',
    },
  ],
  async run({ values, args: [cell = ''] }) {
    const [usual] = cellFormats;
    const format = cellFormats.find(({ name }) => name === values.format) ?? usual;
    const { client, cellId } = await readCell(cell, values);
    const text = format.convert(await readParts({ ...client, timeoutMs: EXPORT_TIMEOUT_MS }, cellId, format));
    if (values.out === undefined) process.stdout.write(text);
    else writeFileSync(values.out, text);
  },
});

/** Reads what the format is made of. */
async function readParts(
  client: ClientOptions,
  cellId: string,
  { needs, terminal }: CellFormat,
): Promise<Map<CellPart, string>> {
  const { readCellPart } = await import('../../adapter/sdk/collector-client.ts');
  const parts = new Map<CellPart, string>();
  for (const part of needs) parts.set(part, await readCellPart(client, cellId, addressOf[part]));
  if (terminal === 'needed' || (terminal === 'where recorded' && (await hasTerminal(client, cellId, parts))))
    parts.set('terminal', await readCellPart(client, cellId, addressOf.terminal));
  return parts;
}

async function hasTerminal(
  client: ClientOptions,
  cellId: string,
  parts: ReadonlyMap<CellPart, string>,
): Promise<boolean> {
  const { readCellPart } = await import('../../adapter/sdk/collector-client.ts');
  const cell = parts.get('cell') ?? (await readCellPart(client, cellId));
  return (JSON.parse(cell) as { readonly hasTerminal: boolean }).hasTerminal;
}

/** Below the cell's own address. */
const addressOf: Readonly<Record<CellPart, string | undefined>> = {
  cell: undefined,
  trace: 'trace',
  'model-calls': 'model-calls',
  changes: 'changes',
  logs: 'logs?limit=10000000',
  metrics: 'metrics',
  terminal: 'terminal',
};
