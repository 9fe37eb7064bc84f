// A database in which an agent keeps its sessions, read from a file: each session a cell. Whatever else it holds is
// neither read nor run. The same rows as files of a folder, as older versions kept them.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { importFiles } from '../../../adapter/import/import.ts';
import { agentSamples } from '../../support/agent-samples.ts';
import { OtlpReceiver } from '../../support/otlp/otlp-receiver.ts';

let receiver: OtlpReceiver;
let folder: string;
let made = 0;
const START_MS = Date.UTC(2026, 0, 1);
beforeAll(async () => {
  receiver = await OtlpReceiver.start();
  folder = mkdtempSync(join(tmpdir(), 'playhead-database-'));
});
afterEach(() => {
  receiver.requests.length = 0;
});
afterAll(async () => {
  await receiver.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Exported {
  readonly info: { readonly id: string };
  readonly messages: { readonly info: { id: string; time: { created: number } }; readonly parts: object[] }[];
}
const kept = JSON.parse(agentSamples.find(({ name }) => name === 'export')?.text ?? '') as Exported;

const schema = `
  CREATE TABLE session (id text PRIMARY KEY, project_id text, parent_id text, directory text NOT NULL, title text,
    version text, time_created integer, time_updated integer);
  CREATE TABLE message (id text PRIMARY KEY, session_id text, time_created integer, time_updated integer, data text);
  CREATE TABLE part (id text PRIMARY KEY, message_id text, session_id text, time_created integer, data text);`;

function aDatabase(sessions: readonly string[], sql = schema): string {
  const path = join(folder, `${made++}.db`);
  const database = new Database(path);
  database.pragma('journal_mode = WAL');
  database.exec(sql);
  if (sql === schema)
    for (const session of sessions) {
      database
        .prepare('INSERT INTO session VALUES (?, null, null, ?, ?, ?, ?, 1)')
        .run(session, '/w', 't', '1.18.33', START_MS);
      for (const { info, parts } of kept.messages) {
        const id = `${session}_${info.id}`;
        database
          .prepare('INSERT INTO message VALUES (?, ?, ?, 1, ?)')
          .run(id, session, info.time.created, JSON.stringify(info));
        for (const [at, part] of parts.entries())
          database
            .prepare('INSERT INTO part VALUES (?, ?, ?, 1, ?)')
            .run(`${id}_${at}`, id, session, JSON.stringify(part));
      }
    }
  database.close();
  return path;
}

test('each session becomes a cell of its own', async () => {
  const report = await importFiles([aDatabase(['ses_a', 'ses_b'])], { endpoint: receiver.url });
  expect(report.problems).toEqual([]);
  expect(report.cells).toEqual(['adhoc/opencode/ses_a', 'adhoc/opencode/ses_b']);
  expect(report.lines.map((line) => line.replace(/^\S+/, ''))).toEqual([
    " (ses_a): an agent's session file, opencode: 1 tool calls, 1 model calls → adhoc/opencode/ses_a",
    " (ses_b): an agent's session file, opencode: 1 tool calls, 1 model calls → adhoc/opencode/ses_b",
  ]);
});

test('a packed one is one too', async () => {
  const path = join(folder, 'packed.bin');
  writeFileSync(path, gzipSync(readFileSync(aDatabase(['ses_a']))));
  expect((await importFiles([path], { endpoint: receiver.url })).cells).toEqual(['adhoc/opencode/ses_a']);
});

test('what its program wrote beside it a moment ago is read too, and the file stays as it is', async () => {
  const path = aDatabase(['ses_a']);
  const before = readFileSync(path);
  const open = new Database(path);
  open.pragma('wal_autocheckpoint = 0');
  open.prepare("UPDATE session SET version = '2.0'").run();
  open.prepare("INSERT INTO session VALUES ('ses_new', null, null, '/w', 't', '1', 2, 2)").run();
  const report = await importFiles([path], { endpoint: receiver.url });
  expect(report.lines).toEqual([expect.stringContaining('1 sessions without a message are left out')]);
  expect(JSON.stringify(receiver.bodies('/v1/traces'))).toContain('2.0');
  expect(readFileSync(path).equals(before)).toBe(true);
  open.close();
});

test.each([
  [
    'a database of another program',
    'CREATE TABLE t (x);',
    'is a database of SQLite, and none of an agent that is known',
  ],
  [
    'views under the names of its tables',
    `${schema.replaceAll('CREATE TABLE ', 'CREATE TABLE own_')}
     CREATE VIEW session AS SELECT * FROM own_session;
     CREATE VIEW message AS SELECT * FROM own_message;
     CREATE VIEW part AS SELECT * FROM own_part;`,
    'is a database of SQLite, and none of an agent that is known',
  ],
  [
    'columns that are computed',
    schema.replace(
      'session_id text, time_created integer, data text',
      'session_id text, time_created integer, data text AS (hex(zeroblob(900000000)))',
    ),
    'is a database of SQLite, and none of an agent that is known',
  ],
])('%s is refused', async (_what, sql, reason) => {
  const report = await importFiles([aDatabase([], sql)], { endpoint: receiver.url });
  expect(report.problems).toEqual([expect.stringContaining(reason)]);
});

test('a damaged one is refused by name', async () => {
  const path = join(folder, 'damaged.db');
  const bytes = readFileSync(aDatabase(['ses_a']));
  bytes.fill(0xff, 100, 4000);
  writeFileSync(path, bytes);
  const report = await importFiles([path], { endpoint: receiver.url });
  expect(report.problems).toEqual([expect.stringMatching(/is a database that cannot be read \(/)]);
});

/** The sessions as a folder of files: `part` says where a part lies, which changed from version to version. */
function aStorage(
  sessions: readonly string[],
  places: { readonly session: string; readonly message: string; readonly part: string } = {
    session: 'session/project',
    message: 'message/SESSION',
    part: 'part/MESSAGE',
  },
): string {
  const root = join(folder, `${made++}`, 'storage');
  const put = (place: string, session: string, message: string, id: string, value: object) => {
    const path = join(root, place.replace('SESSION', session).replace('MESSAGE', message), `${id}.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(value, null, 2));
  };
  put('project', '', '', 'p', { id: 'p', worktree: '/w' });
  for (const session of sessions) {
    const time = { created: START_MS, updated: START_MS + 1 };
    put(places.session, session, '', session, { id: session, version: '1.0.180', directory: '/w', time });
    for (const { info, parts } of kept.messages) {
      const id = `msg_${session}_${info.id}`;
      put(places.message, session, '', id, { ...info, id, sessionID: session });
      for (const [at, part] of parts.entries()) {
        const partId = `prt_${id}_${at}`;
        put(places.part, session, id, partId, { ...part, id: partId, messageID: id, sessionID: session });
      }
    }
  }
  return root;
}

test.each([
  ['of version 1.0', undefined],
  [
    'of version 0.5',
    { session: 'session/info', message: 'session/message/SESSION', part: 'session/part/SESSION/MESSAGE' },
  ],
])('sessions in a folder %s, a file a row, become the cells that its database gives', async (_of, places) => {
  const report = await importFiles([aStorage(['ses_a', 'ses_b'], places)], { endpoint: receiver.url });
  expect(report.problems).toEqual([]);
  expect(report.cells).toEqual(['adhoc/opencode/ses_a', 'adhoc/opencode/ses_b']);
  expect(report.lines.map((line) => line.replace(/^\S+/, ''))).toEqual([
    " (ses_a): an agent's session file, opencode: 1 tool calls, 1 model calls → adhoc/opencode/ses_a",
    " (ses_b): an agent's session file, opencode: 1 tool calls, 1 model calls → adhoc/opencode/ses_b",
    ' 1 files in no format that Playhead knows were passed by: project/p.json',
  ]);
  expect(JSON.stringify(receiver.bodies('/v1/traces'))).toContain('1.0.180');
});

test('messages whose session has no file of its own are a session all the same', async () => {
  const root = aStorage(['ses_a']);
  rmSync(join(root, 'session'), { recursive: true });
  const report = await importFiles([root], { endpoint: receiver.url });
  expect(report.cells).toEqual(['adhoc/opencode/ses_a']);
});

test('one of those files by itself is refused with the way to read it', async () => {
  const file = join(aStorage(['ses_a']), 'session/project/ses_a.json');
  const report = await importFiles([file], { endpoint: receiver.url });
  expect(report.problems).toEqual([expect.stringContaining('name the folder that all of them lie below')]);
});
