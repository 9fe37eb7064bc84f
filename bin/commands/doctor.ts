// `playhead doctor`: whether a collector is there, lets us in and takes records, and by which prices costs are estimated.
// Says of each thing what is wrong and what helps, or with --listen what arrives. Changes nothing unless it is asked to
// send a record.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openCell } from '../../adapter/sdk/cell-recorder.ts';
import { deleteCell, readCellOutline, readJson } from '../../adapter/sdk/collector-client.ts';
import { whyUnreached } from '../../adapter/sdk/reach.ts';
import { Prices } from '../../collector/prices/prices.ts';
import { tableWords } from '../../shared/cost.ts';
import type { PricesJson } from '../../shared/wire.ts';
import { clientFlags, readClient } from '../client.ts';
import { counted, readCount, readFlags, UsageError } from '../flags.ts';
import { listen } from './listen.ts';

export const doctorFlags = {
  'price-file': { type: 'string' },
  send: { type: 'boolean' },
  listen: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  ...clientFlags,
} as const;

const CELL = 'doctor/playhead/none/check/record';

export async function doctorCommand(args: string[], defaultEndpoint: string): Promise<void> {
  const { values, positionals } = readFlags(args, doctorFlags);
  if (positionals.length > 0) throw new UsageError('doctor takes flags alone');
  if (values.listen === true) return listenUntilStopped(values.port ?? '4318', values.host ?? '127.0.0.1');
  if (values.port !== undefined || values.host !== undefined)
    throw new UsageError('--port and --host go with --listen');
  const client = readClient(values, defaultEndpoint);
  const say = (name: string, text: string): void => {
    process.stdout.write(`${name.padEnd(12)}${text}\n`);
  };
  say('Playhead', `${version()}, Node ${process.versions.node}`);
  // What is wrong with a price file is said before anything else could go wrong.
  const own = new Prices(values['price-file']).tables.map((table) => ({
    ...table,
    models: table.models.size,
  }));
  const why = await whyUnreached(client);
  if (why !== null) {
    for (const table of own) say('Prices', pricesWords(table));
    say('Collector', `${why}. Start one: playhead serve`);
    process.exitCode = 1;
    return;
  }
  const { tables } = await readJson<PricesJson>(client, '/api/prices');
  for (const table of tables) say('Prices', pricesWords(table));
  say('Collector', `${client.endpoint} answers, and lets us read`);
  if (values.send === true) say('Record', await sendOne(client));
}

/** Says what arrives until it is told to stop. */
async function listenUntilStopped(port: string, host: string): Promise<void> {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const listening = await listen({ port: readCount('port', port, 0, 65_535), host }, say);
  say(`Listening at ${listening.url}; Ctrl-C ends it, and what came is forgotten`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await listening.close();
}

/** Sends a span, reads it back and deletes it again. */
async function sendOne(client: { endpoint: string; token?: string | undefined }): Promise<string> {
  const cell = openCell({ ...client, cellId: `${CELL}#run${1 + (Date.now() % 999_998)}` });
  cell.phase('other', 'playhead doctor').end();
  await cell.close();
  const [problem] = cell.problems;
  if (problem !== undefined) throw new Error(problem);
  const found = await readCellOutline(client, cell.cellId);
  if (found?.spans !== 1) throw new Error(`a span was taken and cannot be read back: ${cell.cellId}`);
  await deleteCell(client, cell.cellId);
  return 'a span was sent, read back and deleted again';
}

function pricesWords(table: PricesJson['tables'][number]): string {
  return `of ${tableWords(table)}, ${counted(table.models, 'model')}`;
}

/** The package's own: the sources lie in it, what is built of them a folder deeper. */
function version(): string {
  const file = ['../..', '../../..']
    .map((up) => join(import.meta.dirname, up, 'package.json'))
    .find((path) => existsSync(path));
  return file === undefined ? 'of unknown version' : JSON.parse(readFileSync(file, 'utf8')).version;
}
