// Copies a database file, beside a running collector too. Prints nothing and checks nothing.
import { copyDatabase } from '../store/request-log/retention.ts';

/**
 * Copies a database while a collector writes it. The copy holds every entry acknowledged before, and
 * verifies.
 * @returns how many log entries the copy holds
 * @throws StartError where the file cannot be read, or the target exists
 */
export async function backupDatabase(path: string, target: string): Promise<number> {
  return (await copyDatabase(path, target)).seq;
}
