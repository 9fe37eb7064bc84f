// `playhead doctor`: what this machine has of what Playhead needs, whether a collector is there, lets us in and takes
// records, and by which prices costs are estimated. Says of each thing what is wrong and what helps, or with --listen what
// arrives. Leaves nothing behind: the span that it sends is deleted again.

import { styleText } from 'node:util';
import type { PricesJson } from '../../shared/wire.ts';
import { type Client, readClient } from '../client.ts';
import { command, type Values } from '../command.ts';
import { printJson, printLine } from '../json.ts';
import type { Check } from '../machine.ts';
import { printable } from '../printable.ts';
import { counted, readPort } from '../quantities.ts';
import { clientFlags, DEFAULT_DB, DEFAULT_PORT, jsonFlags } from '../shared-flags.ts';
import { playheadVersion } from '../version.ts';

const flags = {
  send: { about: 'sends a span, which it does anyway' },
  'no-send': { about: 'sends no span' },
  listen: {
    about: 'takes OTLP in a collector’s place and says of what arrives how it is read; keeps nothing',
  },
  port: { value: 'N', about: `with --listen: the port, ${DEFAULT_PORT} where absent`, short: 'p' },
  host: { value: 'ADDRESS', about: 'with --listen: the address to bind, 127.0.0.1 where absent' },
  db: { value: 'FILE', about: `the database whose disk is looked at; ${DEFAULT_DB} where absent` },
  'price-file': { value: 'FILE', about: 'reads own prices before a collector does' },
  ...clientFlags,
  ...jsonFlags,
} as const;

const CELL = 'doctor/playhead/none/check/record';

export const doctor = command({
  name: 'doctor',
  about:
    'Looks at Node, disk, fonts, agents on PATH and how each is recorded, port, clock and prices, and sends the collector a span, reads it back and deletes it again. Exit code 1 where anything is wrong.',
  flags,
  examples: [
    { line: 'playhead doctor', says: 'what is missing or wrong on this machine' },
    { line: 'playhead doctor --json --no-send', says: 'the same for programs, and nothing is sent' },
  ],
  async run({ values }) {
    if (values.listen === true)
      return listenUntilStopped(values.port ?? String(DEFAULT_PORT), values.host ?? '127.0.0.1');
    const client = readClient(values);
    const checks: Check[] = [];
    const say = (check: Check): void => {
      checks.push(check);
      if (!values.json) process.stdout.write(`${check.name.padEnd(12)}${signed(check)}\n`);
    };
    const { Prices } = await import('../../collector/prices/prices.ts');
    // What is wrong with a price file is said before anything else could go wrong.
    const own = new Prices(values['price-file']).tables.map((table) => ({
      ...table,
      models: table.models.size,
    }));
    const machine = await import('../machine.ts');
    say({ name: 'Playhead', state: 'good', text: `${playheadVersion()}, Node ${process.versions.node}` });
    say(machine.diskCheck(values.db ?? DEFAULT_DB));
    say(await machine.fontCheck());
    for (const check of machine.agentChecks(process.env)) say(check);
    await checkCollector(client, values, own, say);
    if (checks.some(({ state }) => state === 'wrong')) process.exitCode = 1;
    if (values.json) printJson({ version: playheadVersion(), node: process.versions.node, checks });
  },
});

/** What is good goes without a sign. */
function signed({ state, text }: Check): string {
  const shown = printable(text);
  return state === 'good' ? shown : styleText(state === 'wrong' ? 'red' : 'yellow', shown);
}

type OwnTable = PricesJson['tables'][number];

async function checkCollector(
  client: Client,
  values: Values<typeof flags>,
  own: readonly OwnTable[],
  say: (check: Check) => void,
): Promise<void> {
  const { whyUnreached } = await import('../../adapter/sdk/reach.ts');
  const { readJson } = await import('../../adapter/sdk/collector-client.ts');
  const { tableWords } = await import('../../shared/cost.ts');
  const sayPrices = (tables: readonly OwnTable[]): void => {
    for (const table of tables)
      say({
        name: 'Prices',
        state: 'good',
        text: `of ${tableWords(table)}, ${counted(table.models, 'model')}`,
      });
  };
  const why = await whyUnreached(client);
  if (why !== null) {
    sayPrices(own);
    return say({ name: 'Collector', state: 'wrong', text: `${why}. Start one: playhead serve` });
  }
  try {
    sayPrices((await readJson<PricesJson>(client, '/api/prices')).tables);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const text = `what answers at ${client.endpoint} lets us read nothing: ${reason}. Another port: playhead serve --port 0`;
    return say({ name: 'Collector', state: 'wrong', text });
  }
  say({ name: 'Collector', state: 'good', text: `${client.endpoint} answers, and lets us read` });
  const { clockCheck } = await import('../machine.ts');
  say(await clockCheck(client.endpoint));
  if (values['no-send'] === true) return;
  try {
    say({ name: 'Record', state: 'good', text: await sendOne(client) });
  } catch (error) {
    say({ name: 'Record', state: 'wrong', text: error instanceof Error ? error.message : String(error) });
  }
}

/** Says what arrives until it is told to stop. */
async function listenUntilStopped(port: string, host: string): Promise<void> {
  const { listen } = await import('./listen.ts');
  const listening = await listen({ port: readPort(port), host }, printLine);
  printLine(`Listening at ${listening.url}; Ctrl-C ends it, and what came is forgotten`);
  await new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  await listening.close();
}

/** Sends a span, reads it back and deletes it again. */
async function sendOne(client: Client): Promise<string> {
  const { openCell } = await import('../../adapter/sdk/cell-recorder.ts');
  const { deleteCell, readCellOutline } = await import('../../adapter/sdk/collector-client.ts');
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
