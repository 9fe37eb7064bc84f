// Opens a database of an older build and dies on the way: `node migrate.ts DB N`. Kills itself before the
// Nth statement that opening and migrating run; says how many there were when it got to the end.
import Database from 'better-sqlite3';

const [dbPath = '', killAt = '0'] = process.argv.slice(2);
let statements = 0;

function count(): void {
  statements++;
  if (statements === Number(killAt)) process.kill(process.pid, 'SIGKILL');
}

const { exec, pragma, prepare } = Database.prototype;
Database.prototype.exec = function (sql: string) {
  for (const statement of sql.split(';').filter((part) => part.trim() !== '')) {
    count();
    exec.call(this, statement);
  }
  return this;
};
Database.prototype.pragma = function (...args) {
  count();
  return pragma.apply(this, args);
};
Database.prototype.prepare = function (this: Database.Database, sql: string) {
  count();
  return prepare.call(this, sql);
} as typeof prepare;

const { Store } = await import('../../../collector/store/store.ts');
new Store(dbPath).close();
process.stdout.write(`${statements}\n`);
