// Reads a stack trace of the JVM: what was thrown, and the first frame of the project's own. Does not know who
// printed it.
import { firstMatch } from '../collecting.ts';

const THROWN =
  /^ *(?:Exception in thread ".*" )?((?:[\w$]+\.)+[\w$]*(?:Error|Exception|Failure|Failed)\w*(?:: .*)?)$/;
const BRIEF = /^ *((?:[\w$]+\.)*[\w$]+)(?:: .*)? at (\S+\.(?:java|kt|groovy|scala):\d+)$/;
const FRAME =
  /^\s*at (?:[\w.-]+@?[\w.-]*\/{1,2})?([\w$.]+)\.[\w$<>-]+\((\S+\.(?:java|kt|groovy|scala):\d+)\)$/;
const LIBRARY =
  /^(?:java|javax|jdk|sun|org\.junit|junit|org\.opentest4j|org\.assertj|org\.hamcrest|org\.gradle|org\.apache\.maven|org\.testng|kotlin|scala|groovy)\./;

/** @param owner a name that has the class which is meant in it */
export function javaError(
  lines: readonly string[],
  owner: string | null,
): { readonly place: string | null; readonly message: string | null } {
  const brief = firstMatch(lines, BRIEF);
  const thrown = firstMatch(lines, THROWN);
  if (brief && !thrown) return { place: brief.groups[1] ?? null, message: brief.groups[0] ?? null };
  let first: string | null = null;
  for (let at = thrown?.at ?? 0; at < lines.length; at++) {
    const [, called = '', place] = FRAME.exec(lines[at] ?? '') ?? [];
    if (place === undefined || LIBRARY.test(called)) continue;
    const simple = called.slice(called.lastIndexOf('.') + 1).replace(/\$.*$/, '');
    if (owner?.includes(simple)) return { place, message: thrown?.groups[0] ?? null };
    first ??= place;
  }
  return { place: first, message: thrown?.groups[0] ?? null };
}
