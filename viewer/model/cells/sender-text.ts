// Who sent a part of a run, in words for the page: what of it was read as what, in which dialect, and what nothing
// reads. Does not fetch, judge or draw.
import type { Sender } from '../../../shared/wire.ts';
import { shownLine } from '../display/display-text.ts';
import { formatCount, plural } from '../display/format.ts';

const NOUNS: Readonly<Record<string, string>> = {
  adapter_run: 'agent run',
  container: 'container run',
  other: 'other span',
  log: 'log record',
  metric: 'metric',
};

/** More of them push the next sender out of sight; the API has all. */
const MAX_NAMES = 8;

export interface SenderText {
  /** "my-agent · opentelemetry python 1.45.2" */
  readonly program: string;
  /** The instrumentation; null where it names none. */
  readonly scope: string | null;
  readonly records: string;
  /** null where none is recognised. */
  readonly dialects: string | null;
  /** null where everything is read. */
  readonly unread: string | null;
}

export function senderText({
  service,
  sdk,
  scope,
  kinds,
  dialects,
  unread,
  unreadNames,
}: Sender): SenderText {
  const names = unread
    .slice(0, MAX_NAMES)
    .map(({ key, count }) => (count > 1 ? `${shownLine(key)} ×${formatCount(count)}` : shownLine(key)));
  const more = unreadNames - names.length;
  if (more > 0) names.push(`and ${plural(more, 'more name')}`);
  return {
    program: [service, sdk].flatMap((part) => (part === null ? [] : [shownLine(part)])).join(' · '),
    scope: scope === '' ? null : shownLine(scope),
    records: kinds.map(({ kind, count }) => plural(count, nounOf(kind))).join(', '),
    dialects: dialects.length === 0 ? null : dialects.join(' · '),
    unread: names.length === 0 ? null : names.join(', '),
  };
}

function nounOf(kind: string): string {
  return (Object.hasOwn(NOUNS, kind) ? NOUNS[kind] : undefined) ?? kind.replaceAll('_', ' ');
}
