// `playhead export`: reads all that is known of one cell of a running collector. What is exported is what the API
// says, word for word.
import { writeFileSync } from 'node:fs';
import { type ClientOptions, readCellPart } from '../../adapter/sdk/collector-client.ts';
import { clientFlags, readClient } from '../client.ts';
import { onlyCell, readFlags, UsageError } from '../flags.ts';

export const exportFlags = { format: { type: 'string' }, out: { type: 'string' }, ...clientFlags } as const;

/** A cell of 100,000 spans is some 100 MB of JSON. */
const EXPORT_TIMEOUT_MS = 300_000;

type Read = (client: ClientOptions, cellId: string) => Promise<string>;

const formats: Readonly<Record<string, Read>> = {
  json: wholeCell,
  trace: (client, cellId) => readCellPart(client, cellId, 'trace'),
  terminal: (client, cellId) => readCellPart(client, cellId, 'terminal'),
  scores: async (client, cellId) => {
    const { scores } = JSON.parse(await readCellPart(client, cellId)) as { scores: unknown };
    return `${JSON.stringify({ scores }, null, 2)}\n`;
  },
};

export async function exportCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, exportFlags);
  const cellId = onlyCell('export', positionals);
  const format = values.format ?? 'json';
  const read = Object.hasOwn(formats, format) ? formats[format] : undefined;
  if (!read)
    throw new UsageError(`--format takes ${Object.keys(formats).join(', ')}, not ${JSON.stringify(format)}`);
  const client = { ...readClient(values, defaultEndpoint), timeoutMs: EXPORT_TIMEOUT_MS };
  const text = await read(client, cellId);
  if (values.out === undefined) process.stdout.write(text);
  else writeFileSync(values.out, text);
}

/** Every answer about the cell as one object. The texts are joined as they came: no digit is lost on the way. */
async function wholeCell(client: ClientOptions, cellId: string): Promise<string> {
  const cell = await readCellPart(client, cellId);
  const tracks = [
    ['trace', 'trace'],
    ['modelCalls', 'model-calls'],
    ['changes', 'changes'],
    ['logs', 'logs?limit=10000000'],
    ['metrics', 'metrics'],
  ] as const;
  const parts = [`"cell":${cell}`];
  for (const [name, part] of tracks) parts.push(`"${name}":${await readCellPart(client, cellId, part)}`);
  const { hasTerminal } = JSON.parse(cell) as { hasTerminal: boolean };
  const terminal = hasTerminal ? await readCellPart(client, cellId, 'terminal') : null;
  parts.push(`"terminal":${JSON.stringify(terminal)}`);
  return `{${parts.join(',\n')}}\n`;
}
