// Who sent some records: programs and their instrumentations, the dialects they speak, and the attributes that nothing
// reads. Counts within bounds, whatever the records hold; does not judge them.
import { resourceKey } from '../../../shared/conventions.ts';
import { dialectsOf, isReadName } from '../../../shared/dialects/recognised.ts';
import type { Sender } from '../../../shared/wire.ts';
import type { Attribute, ResourceRecord, ScopeRecord } from '../../record.ts';

const MAX_SENDERS = 50;
const MAX_UNREAD = 200;
const SHOWN_UNREAD = 20;
const MAX_CHARS = 120;

interface Counts {
  readonly service: string;
  readonly sdk: string | null;
  readonly scope: string;
  records: number;
  readonly kinds: Map<string, number>;
  readonly dialects: Set<string>;
  readonly unread: Map<string, number>;
}

export class SenderTally {
  readonly #senders = new Map<string, Counts>();

  /** @param kind of a span; `log` or `metric` of other records. @param name of the span, or '' */
  note(
    resource: ResourceRecord,
    scope: ScopeRecord,
    { name, kind, attributes }: { name: string; kind: string; attributes: readonly Attribute[] },
  ): void {
    const sender = this.#senderOf(resource, scope);
    if (!sender) return;
    sender.records++;
    sender.kinds.set(kind, (sender.kinds.get(kind) ?? 0) + 1);
    for (const dialect of dialectsOf(name, keysOf(attributes))) sender.dialects.add(dialect);
    for (const key of keysOf(attributes)) {
      if (isReadName(key)) continue;
      const shown = cut(key);
      if (sender.unread.size < MAX_UNREAD || sender.unread.has(shown))
        sender.unread.set(shown, (sender.unread.get(shown) ?? 0) + 1);
    }
  }

  /** Those who sent most first. */
  all(): Sender[] {
    return [...this.#senders.values()]
      .sort((a, b) => b.records - a.records)
      .map(({ kinds, dialects, unread, ...sender }) => ({
        ...sender,
        kinds: [...kinds].map(([kind, count]) => ({ kind, count })),
        dialects: [...dialects],
        unread: [...unread]
          .sort((a, b) => b[1] - a[1])
          .slice(0, SHOWN_UNREAD)
          .map(([key, count]) => ({ key, count })),
        unreadNames: unread.size,
      }));
  }

  #senderOf({ attributes }: ResourceRecord, { name, version }: ScopeRecord): Counts | null {
    const text = (key: string) => attributes.find(([known]) => known === key)?.[1];
    const words = (keys: readonly string[]) =>
      keys.map(text).filter((value) => typeof value === 'string' && value !== '');
    const service = cut(words([resourceKey.serviceName]).join('') || 'unknown_service');
    const sdk = words(['telemetry.sdk.name', 'telemetry.sdk.language', 'telemetry.sdk.version']);
    const scope = cut([name, version].filter((part) => part !== '').join(' '));
    const key = JSON.stringify([service, sdk, scope]);
    const known = this.#senders.get(key);
    if (known || this.#senders.size >= MAX_SENDERS) return known ?? null;
    const sender = {
      ...{ service, sdk: sdk.length === 0 ? null : cut(sdk.join(' ')), scope, records: 0 },
      ...{ kinds: new Map(), dialects: new Set<string>(), unread: new Map() },
    };
    this.#senders.set(key, sender);
    return sender;
  }
}

function* keysOf(attributes: readonly Attribute[]): Generator<string> {
  for (const [key] of attributes) yield key;
}

function cut(text: string): string {
  return text.length > MAX_CHARS ? `${text.slice(0, MAX_CHARS)}…` : text;
}
