// The thread that writes, seen from the one that asks it to: bodies come to lie in the log as they were,
// a COMMIT is shared, a lock is waited for but not long, and nothing of dropped projections is written.
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { newCell } from '../../../../collector/cell/cell-state.ts';
import type { Change } from '../../../../collector/cell/changes.ts';
import { unpackBody } from '../../../../collector/cell/log-entry.ts';
import { RefusedChanges, type StartError } from '../../../../collector/errors.ts';
import { handOver } from '../../../../collector/store/changes/changes-channel.ts';
import { packChange } from '../../../../collector/store/changes/packed-change.ts';
import type { HandingParams } from '../../../../collector/store/handing-store.ts';
import { Appender } from '../../../../collector/store/request-log/write-thread-host.ts';
import { Store } from '../../../../collector/store/store.ts';
import { openForProjector } from '../../../../collector/store/threads.ts';
import { databaseFolder } from '../../../support/machine/database-folder.ts';

/** A store whose log is written by an appender, until the test ends. */
function open() {
  const folder = databaseFolder();
  const path = join(folder, 'playhead.db');
  const store = new Store(path);
  const heads: number[] = [];
  const appender = new Appender(
    path,
    {},
    {
      committed: ({ seq }) => heads.push(seq),
      opened: () => undefined,
      failed: (error) => {
        throw error;
      },
    },
  );
  onTestFinished(async () => {
    await appender.stop();
    store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const append = (body: Uint8Array) =>
    appender.append(7n, {
      signal: 'traces',
      cellId: null,
      encoding: 'protobuf',
      accepted: 1,
      rejected: 0,
      params: null,
      rawBytes: body.length,
      coding: 'identity',
      body,
    });
  return { path, store, appender, append, heads };
}

function shared(bytes: Uint8Array): Uint8Array {
  const copy = new Uint8Array(new SharedArrayBuffer(bytes.length + 9), 5, bytes.length);
  copy.set(bytes);
  return copy;
}

test('bodies that are appended at once lie in the log as they were, in a chain that holds', async () => {
  const { store, append } = open();
  const sent: Uint8Array[] = [];
  // Bytes that compress well, or not at all, in memory that both threads see, or not.
  const body = fc
    .tuple(fc.nat({ max: 400_000 }), fc.boolean(), fc.boolean())
    .map(([size, isRandom, isShared]) => {
      const bytes = isRandom ? randomBytes(size) : Buffer.alloc(size, 'abcdefg ');
      return isShared ? shared(bytes) : bytes;
    });
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 1, maxLength: 12 }), async (bodies) => {
      sent.push(...bodies.map((bytes) => Buffer.from(bytes)));
      await Promise.all(bodies.map(append));
      expect(store.log.head().seq).toBe(sent.length);
    }),
    { numRuns: 20 },
  );
  for (const { entry, follows } of store.log.chain()) {
    expect(follows).toBe(true);
    expect(Buffer.compare(unpackBody(entry), sent[entry.seq - 1]!)).toBe(0);
  }
});

test('a body in shared memory may be changed as soon as it is acknowledged', async () => {
  const { store, append } = open();
  const body = shared(Buffer.alloc(50_000, 'first'));
  await append(body);
  body.fill(0);
  expect(Buffer.from(unpackBody(store.log.entry(1))).toString('latin1', 0, 10)).toBe('firstfirst');
});

test('requests that arrive together share their COMMITs', async () => {
  const { append, heads } = open();
  await Promise.all(Array.from({ length: 100 }, () => append(Buffer.from('x'))));
  expect(heads.at(-1)).toBe(100);
  expect(heads.length).toBeLessThan(50);
});

test('a lock of another process is told as such, and nothing of the append is written', async () => {
  const { path, store, append, appender } = open();
  await append(Buffer.from('x'));
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  await expect(append(Buffer.from('y'))).rejects.toMatchObject({ code: 'locked', httpStatus: 503 });
  await expect(appender.dropProjections(1)).rejects.toMatchObject({ code: 'locked' });
  other.exec('ROLLBACK');
  other.close();
  await append(Buffer.from('z'));
  expect(Buffer.from(store.log.entry(2).body).toString()).toBe('z');
});

test('changes are on disk when they were handed over, and none of a run before the last drop', async () => {
  const { store, appender } = open();
  const { channel } = appender.openerForProjector().params as HandingParams;
  const cell = { ...newCell('sweep/agent/model/family/task/1', 7n), no: 1 };
  const write = (run: number, reason: string) => {
    const changes: Change[] = [
      { kind: 'setAside', seq: 1, reason },
      { kind: 'cellAdded', cell },
    ];
    handOver(channel, { run, changes: changes.flatMap((change) => [...packChange(change)]) });
  };
  write(0, 'first');
  expect(store.log.setAsideEntries()).toEqual([{ seq: 1, reason: 'first' }]);
  expect(() => write(0, 'again')).toThrow(RefusedChanges);
  await appender.dropProjections(1);
  expect(store.log.setAsideEntries()).toEqual([]);
  expect(() => write(0, 'late')).toThrow(expect.objectContaining({ code: 'stopping' }));
  write(1, 'anew');
  expect(store.log.setAsideEntries()).toEqual([{ seq: 1, reason: 'anew' }]);
});

test('what the projector writes can be read behind a flush, and not before', () => {
  const { appender } = open();
  const store = openForProjector(appender.openerForProjector().params);
  onTestFinished(() => store.close());
  const digest = randomBytes(16);
  store.write([{ kind: 'requestSeen', digest, seq: 1 }]);
  expect(store.flushed.sawRequest(digest)).toBe(false);
  expect(store.flush().sawRequest(digest)).toBe(true);
  store.write([{ kind: 'projected', seq: 1 }]);
  store.discard();
  expect(store.flush().projectedSeq()).toBe(0);
});

test('of changes of which one cannot be taken, none is written', () => {
  const { appender } = open();
  const store = openForProjector(appender.openerForProjector().params);
  onTestFinished(() => store.close());
  const changes = function* (): Generator<Change> {
    yield { kind: 'projected', seq: 1 };
    throw new Error('an entry that cannot be read');
  };
  expect(() => store.write(changes())).toThrow('cannot be read');
  expect(store.flush().projectedSeq()).toBe(0);
});

test('a database that cannot be opened is told, and refuses what was sent to it', async () => {
  const failed = Promise.withResolvers<StartError>();
  const appender = new Appender(
    join(tmpdir(), 'no/such/folder.db'),
    {},
    {
      committed: () => undefined,
      opened: () => undefined,
      failed: failed.resolve,
    },
  );
  const entry = { signal: 'traces', cellId: null, encoding: 'json', accepted: 1, rejected: 0 } as const;
  const body = Buffer.from('{}');
  const append = appender.append(7n, { ...entry, params: null, rawBytes: 2, coding: 'identity', body });
  await expect(append).rejects.toMatchObject({ code: 'io' });
  expect((await failed.promise).code).toBe('cannot_open');
});
