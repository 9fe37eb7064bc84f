// Which log records are messages of a model call: some instrumentations tell beside the span what others tell as its
// events. Does not read them.
import { namesOf } from '../../shared/dialects/dialects.ts';
import type { StoredLog } from './records.ts';

const eventNames: ReadonlySet<string> = new Set(
  namesOf(({ messages }) => [
    ...Object.keys(messages?.events?.messages ?? {}),
    ...(messages?.events?.answers ?? []),
    ...(messages?.events?.carriers ?? []),
  ]),
);

export function isMessageLog({ eventName, spanId }: Pick<StoredLog, 'eventName' | 'spanId'>): boolean {
  return eventName !== null && spanId !== null && eventNames.has(eventName);
}
