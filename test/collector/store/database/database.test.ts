// Opening a database: durable on every open, ours, and no newer than this build; and the log's chain.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { type LogEntry, packBody, unpackBody } from '../../../../collector/cell/log-entry.ts';
import { StartError, UnavailableError } from '../../../../collector/errors.ts';
import { openDatabase } from '../../../../collector/store/database/database.ts';
import { SCHEMA } from '../../../../collector/store/database/migrate.ts';
import { Store } from '../../../../collector/store/store.ts';
import { databaseFolder } from '../../../support/machine/database-folder.ts';

function aPath(): string {
  const folder = databaseFolder();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'playhead.db');
}

function codeOf(open: () => unknown): string {
  try {
    open();
  } catch (error) {
    if (error instanceof StartError) return error.code;
    throw error;
  }
  return 'opened';
}

test('synchronous is FULL on the first open and on every later one', () => {
  const path = aPath();
  for (let open = 0; open < 3; open++) {
    const db = openDatabase(path, SCHEMA);
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('trusted_schema', { simple: true })).toBe(0);
    db.close();
  }
});

test('what is no database of ours is refused and left as it is', () => {
  const text = aPath();
  writeFileSync(
    text,
    'hello, this is no database at all, only text that is long enough to look at\n'.repeat(9),
  );
  expect(codeOf(() => new Store(text))).toBe('not_a_database');
  const foreign = aPath();
  const db = new Database(foreign);
  db.exec('CREATE TABLE notes (text)');
  expect(codeOf(() => new Store(foreign))).toBe('not_a_database');
  expect(db.prepare('SELECT name FROM sqlite_schema').all()).toEqual([{ name: 'notes' }]);
  db.close();
  expect(codeOf(() => new Store(join(aPath(), 'no/such/folder.db')))).toBe('cannot_open');
});

test('a newer schema is refused', () => {
  const path = aPath();
  new Store(path).close();
  const db = new Database(path);
  db.pragma(`user_version = ${SCHEMA + 1}`);
  db.close();
  expect(codeOf(() => new Store(path))).toBe('newer_schema');
});

test('projections of another build are dropped, the log stays', () => {
  const path = aPath();
  const store = new Store(path);
  store.transaction(() => {
    store.log.append(store.log.head(), 1n, anEntry('a'));
    store.write([{ kind: 'projected', seq: 1 }]);
  });
  store.close();
  const db = new Database(path);
  db.exec("UPDATE meta SET value = -1 WHERE key = 'projection'");
  db.exec('CREATE TABLE signatures (signature INTEGER PRIMARY KEY)');
  db.close();
  const reopened = new Store(path);
  expect(reopened.log.projectedSeq()).toBe(0);
  expect(reopened.log.head().seq).toBe(1);
  reopened.close();
  const tables = new Database(path)
    .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
    .pluck()
    .all();
  expect(tables).toContain('ngram_filters');
  expect(tables, 'a table of an earlier build').not.toContain('signatures');
});

test('a database that another process writes is unavailable within a moment', () => {
  const path = aPath();
  const store = new Store(path);
  const other = new Database(path);
  other.exec('BEGIN IMMEDIATE');
  const startMs = performance.now();
  expect(() => store.transaction(() => undefined)).toThrow(UnavailableError);
  expect(performance.now() - startMs).toBeLessThan(1000);
  other.close();
  store.close();
});

function anEntry(text: string): LogEntry {
  const body = Buffer.from(text);
  return {
    signal: 'traces',
    cellId: null,
    encoding: 'json',
    accepted: 1,
    rejected: 0,
    params: null,
    rawBytes: body.length,
    coding: 'identity',
    body,
  };
}

test.each([
  ["UPDATE log SET body = x'62' WHERE seq = 2", 2],
  ['UPDATE log SET accepted = 9 WHERE seq = 3', 3],
  ["UPDATE log SET cell_id = 'a/b' WHERE seq = 1", 1],
  ['DELETE FROM log WHERE seq = 2', 3],
  ['UPDATE log SET seq = 7 WHERE seq = 3', 7],
  ['SELECT 1', null],
])('the chain finds %s at entry %s', (sql, broken) => {
  const path = aPath();
  const store = new Store(path);
  store.transaction(() => {
    let head = store.log.head();
    for (const text of ['a', 'a', 'a']) head = store.log.append(head, 5n, anEntry(text));
  });
  const db = new Database(path);
  db.prepare(sql).reader ? db.prepare(sql).all() : db.exec(sql);
  db.close();
  expect(store.log.firstBroken()).toBe(broken);
  store.close();
});

test('a body lies packed where that helps, and comes out as it went in', async () => {
  for (const raw of [
    Buffer.alloc(0),
    Buffer.from('x'),
    Buffer.alloc(50_000, 'ab'),
    Buffer.from([1, 2, 3, 4, 5, 6, 7, 8, 9]),
  ]) {
    const packed = packBody(raw, 'identity');
    expect(packed.body.length).toBeLessThanOrEqual(raw.length);
    expect(Buffer.from(unpackBody({ ...anEntry(''), ...packed, rawBytes: raw.length })).equals(raw)).toBe(
      true,
    );
  }
});
