// `playhead export`: reads all that is known of one cell of a running collector, and writes it in one of the formats
// of shared/export. What is exported is what the API says, word for word.
import { writeFileSync } from 'node:fs';
import { type ClientOptions, readCellPart } from '../../adapter/sdk/collector-client.ts';
import type { CellFormat, CellPart } from '../../shared/export/export-format.ts';
import { cellFormatNames, cellFormats } from '../../shared/export/formats.ts';
import { clientFlags, readClient } from '../client.ts';
import { onlyCell, readFlags, UsageError } from '../flags.ts';

export const exportFlags = { format: { type: 'string' }, out: { type: 'string' }, ...clientFlags } as const;

/** A cell of 100,000 spans is some 100 MB of JSON. */
const EXPORT_TIMEOUT_MS = 300_000;

export async function exportCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, exportFlags);
  const cellId = onlyCell('export', positionals);
  const [usual] = cellFormats;
  const wanted = values.format ?? usual.name;
  const format = cellFormats.find(({ name }) => name === wanted);
  if (!format)
    throw new UsageError(`--format takes ${cellFormatNames.join(', ')}, not ${JSON.stringify(wanted)}`);
  const client = { ...readClient(values, defaultEndpoint), timeoutMs: EXPORT_TIMEOUT_MS };
  const text = format.convert(await readParts(client, cellId, format));
  if (values.out === undefined) process.stdout.write(text);
  else writeFileSync(values.out, text);
}

/** Reads what the format is made of. */
async function readParts(
  client: ClientOptions,
  cellId: string,
  { needs, terminal }: CellFormat,
): Promise<Map<CellPart, string>> {
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
