// A collector and its clients in one process, for strace: `node ingest.ts DB MARKS FULL|NORMAL SEED ROUNDS`.
// Whoever got an acknowledgement writes the request's number to MARKS at once, so that the trace of this
// one process has every disk write, every sync and every acknowledgement in their true order. Each round
// closes the store and opens it again; checkpoints come often.
import { openSync, writeSync } from 'node:fs';
import { createApp } from '../../../collector/app.ts';
import { Store } from '../../../collector/store/store.ts';
import { Writer } from '../../../collector/writer.ts';
import { Ledger } from '../ledger.ts';
import { Random } from '../random.ts';

const CLIENTS = 4;
const REQUESTS_A_ROUND = 40;
/** 512 KiB of write-ahead log, where a collector takes 32 MiB: some checkpoints fall within a round. */
const CHECKPOINT_PAGES = 64;

const [dbPath = '', marksPath = '', level = 'FULL', seed = '1', rounds = '3'] = process.argv.slice(2);
const ledger = new Ledger(new Random(Number(seed)));
const marks = openSync(marksPath, 'a');

async function runRound(): Promise<void> {
  const synchronous = level === 'NORMAL' ? 'NORMAL' : 'FULL';
  const store = new Store(dbPath, { synchronous, checkpointPages: CHECKPOINT_PAGES });
  const writer = new Writer(store, () => BigInt(Date.now()) * 1_000_000n);
  const app = createApp({ store, writer }, { host: '127.0.0.1' });
  writer.failed.then((error) => process.exit(error.exitCode));
  let left = REQUESTS_A_ROUND;
  const clients = Array.from({ length: CLIENTS }, async () => {
    while (left-- > 0) {
      const request = ledger.sent.length;
      const { cell, headers, body } = ledger.make('cuts/agent/model/family/task');
      const init = { method: 'POST', headers, body: Buffer.from(body) };
      const { status } = await app.request(
        `http://localhost/cells/${encodeURIComponent(cell)}/v1/traces`,
        init,
      );
      if (status === 200) writeSync(marks, `${request}\n`);
      else if (status !== 503) throw new Error(`answered ${status}`);
    }
  });
  await Promise.all(clients);
  await writer.close();
}

for (let round = 0; round < Number(rounds); round++) await runRound();
