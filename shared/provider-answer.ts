// What the answer of a model's provider says of the provider: that it wants to be paid, is down or overloaded, or
// cannot be reached. Reads a status where one was recorded, else the words of the error. Does not look at
// whether a later call got through: outcome.ts does.

export interface ProviderAnswer {
  readonly status: number | null;
  /** The error's own words. */
  readonly text: string | null;
}

/** Payment required; all of 5xx (529 too) but 501, which says that the request was not understood. */
export function isProviderStatus(status: number): boolean {
  return status === 402 || (status >= 500 && status < 600 && status !== 501);
}

/** Texts are hostile: this much of one is looked at. */
const MAX_CHARS = 2000;
const SAID_AS_STATUS =
  /(?:^|\b(?:http(?:\/[\d.]+)?|status(?:[ _-]?code)?|code|(?:api|server|provider) ?error|answered with)["']?[\s:=(]{0,3})(402|50[02-9]|5[1-9]\d)\b(?!\s*(?:ms|s|seconds|tokens|lines|files|%)\b)/i;
const STATUS_WITH_NAME =
  /\b(402|5\d\d)[\s:,-]{1,3}["']?(?:payment required|internal server|bad gateway|service (?:is )?(?:temporarily )?unavailable|gateway time-?out|site is overloaded|overloaded|server error|\{)/i;
const NO_ANSWER =
  /\bE(?:CONNREFUSED|CONNRESET|CONNABORTED|TIMEDOUT|NOTFOUND|AI_AGAIN|HOSTUNREACH|NETUNREACH|PIPE)\b|\bUND_ERR_\w+|socket hang up|fetch failed|\bconnection (?:was )?(?:refused|reset|closed|aborted|error)|\b(?:api)?connection ?(?:timeout)?error\b|network error|getaddrinfo|no_answer|no answer came|upstream[ _](?:unreachable|connect error|request timeout)|(?:could not|cannot|unable to|failed to) (?:reach|connect to)\b|stream (?:disconnected|ended|closed) (?:before|unexpectedly)|premature close|remote end closed|\brequest timed out|\b(?:connect|read)timeout\b/i;
const OUTAGE =
  /overloaded(?:_error)?\b|\bservice[ _]?unavailable(?:error|_error)?\b|internal[ _]?server[ _]?error|bad[ _]gateway|gateway[ _]time-?out|\bserver_error\b|\bapi_error\b|^(?:UNAVAILABLE|INTERNAL)$|\bstatus["']?:\s*["']UNAVAILABLE|payment required|insufficient (?:credits?|balance|funds)|credit balance is too low|billing[ _](?:error|hard limit)|server had an error/i;

/**
 * What the answer was, for a sentence: "503", "overloaded_error", "" where none came at all; null where nothing
 * says that the provider failed.
 */
export function providerFailure({ status, text }: ProviderAnswer): string | null {
  if (status !== null && isProviderStatus(status)) return String(status);
  if (status !== null && status >= 400) return null;
  const said = (text ?? '').slice(0, MAX_CHARS);
  const number = (SAID_AS_STATUS.exec(said) ?? STATUS_WITH_NAME.exec(said))?.[1];
  if (number !== undefined) return number;
  const word = OUTAGE.exec(said)?.[0];
  if (word !== undefined) return word;
  return NO_ANSWER.test(said) ? '' : null;
}

/** "The last model call was answered with 503" or that it was not answered. */
export function providerSentence(answer: string): string {
  return answer === ''
    ? 'The last model call was not answered'
    : `The last model call was answered with ${answer}`;
}
