// Who sent the run's records and how they were read: for whoever wires a harness or wonders what is missing. Says
// why they are this cell's and which attributes nothing reads. Does not fetch: the session does.
import { useEffect } from 'preact/hooks';
import type { Sender, SendersJson } from '../../../shared/wire.ts';
import { senderText } from '../../model/cells/sender-text.ts';
import { formatCount } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import './senders-section.css';

export function SendersSection({ session }: { session: CellSession }) {
  const outcome = session.detail.value?.outcome;
  // A run under way is asked for again when it is over.
  useEffect(() => session.wantSenders(), [session, outcome]);
  const loaded = session.senders.value;
  return (
    <section data-section="senders" aria-label="Who sent it">
      <h3>Who sent it</h3>
      {loaded.phase === 'loading' && <p class="section-note">Loading…</p>}
      {loaded.phase === 'failed' && <p class="section-note">{loaded.error.message}</p>}
      {loaded.phase === 'ready' && <Senders {...loaded.value} spans={spansOf(session)} />}
    </section>
  );
}

function spansOf(session: CellSession): number {
  return session.detail.value?.spans ?? 0;
}

function Senders({ senders, chosen, looked, spans }: SendersJson & { spans: number }) {
  return (
    <>
      <p class="section-note">
        {senders.length === 0 ? 'No spans and no log records came.' : chosen}
        {looked < spans && ` Only the first ${formatCount(looked)} spans were looked at.`}
      </p>
      {senders.map((sender, at) => (
        <OneSender key={at} sender={sender} />
      ))}
    </>
  );
}

function OneSender({ sender }: { sender: Sender }) {
  const { program, scope, records, dialects, unread } = senderText(sender);
  return (
    <dl class="sender">
      <div class="value">
        <dt>{program}</dt>
        <dd>
          {scope ?? <span class="sender-quiet">no instrumentation named</span>}
          <span class="sender-line">{records}</span>
          <span class="sender-line">{dialects === null ? 'no dialect recognised' : `reads ${dialects}`}</span>
          {unread !== null && <span class="sender-line sender-quiet">unread: {unread}</span>}
        </dd>
      </div>
    </dl>
  );
}
