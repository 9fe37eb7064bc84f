// Another process that writes the database: `node hold-lock.ts DB`. Takes the write lock, says so, and
// holds it until its input ends. A connection that nothing refers to any more is closed by the garbage
// collector: the end refers to it.
import Database from 'better-sqlite3';

const db = new Database(process.argv[2] ?? '');
db.exec('BEGIN IMMEDIATE');
process.stdout.write('locked\n');
process.stdin.resume();
process.stdin.on('end', () => db.close());
