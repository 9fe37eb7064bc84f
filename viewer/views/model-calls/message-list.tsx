// What was said in one model call: the answer and what was new before it in sight, the history folded, since
// most agents send all of it again with every call.
import { useEffect } from 'preact/hooks';
import { shownLine } from '../../model/display/display-text.ts';
import { plural } from '../../model/display/format.ts';
import type { CallMessage, MessagePart } from '../../model/model-calls/message-parts.ts';
import { saidInAny } from '../../model/model-calls/messages.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { SafeText } from '../parts/safe-text.tsx';
import { MediaView } from './media-view.tsx';
import './message-list.css';

/** Messages before the answer that are shown at once: what the last tool said, or what was asked. */
const NEWEST = 2;

/** @param rowKeys of the call's own span first, then of further ones that tell of it */
export function MessageList({ session, rowKeys }: { session: CellSession; rowKeys: readonly string[] }) {
  const { spans } = session;
  const trace = session.trace.value;
  const wanted = rowKeys.join(' ');
  useEffect(() => {
    for (const key of wanted.split(' ')) spans.want(trace?.rowOf(key) ?? -1);
  }, [spans, trace, wanted]);
  const here = spans.epoch.value < 0 ? [] : rowKeys.flatMap((key) => spans.get(key) ?? []);
  const isWhole = here.length === rowKeys.length;
  const { input, output } = saidInAny(here);
  if (!isWhole && (input.length === 0 || output.length === 0))
    return (
      <p class="call-none">{spans.error.value ? 'The messages could not be loaded.' : 'Loading messages…'}</p>
    );
  if (input.length === 0 && output.length === 0)
    return <p class="call-none">What was said was not recorded: this call carries its numbers alone.</p>;
  const earlier = input.slice(0, -NEWEST);
  return (
    <div class="call-messages">
      {earlier.length > 0 && (
        <details>
          <summary>{plural(earlier.length, 'earlier message')}</summary>
          <ol>
            {earlier.map((message, index) => (
              <Message key={index} message={message} />
            ))}
          </ol>
        </details>
      )}
      <ol>
        {input.slice(-NEWEST).map((message, index) => (
          <Message key={index} message={message} />
        ))}
        {output.map((message, index) => (
          <Message key={`answer ${index}`} message={message} answer />
        ))}
      </ol>
      {output.length === 0 && <p class="call-none">The answer was not recorded.</p>}
    </div>
  );
}

function Message({ message, answer = false }: { message: CallMessage; answer?: boolean }) {
  return (
    <li class={answer ? 'call-message answer' : 'call-message'}>
      <p class="call-role">{shownLine(message.role, 40)}</p>
      <div>
        {message.parts.map((part, index) => (
          <Part key={index} part={part} />
        ))}
      </div>
    </li>
  );
}

const FOLD_CHARS = 1200;

function Part({ part }: { part: MessagePart }) {
  if (part.type === 'media') return <MediaView part={part} />;
  if (part.type === 'text' || part.type === 'reasoning') {
    const look = part.type === 'reasoning' ? 'call-text thought' : 'call-text';
    if (part.text.length <= FOLD_CHARS)
      return (
        <p class={look} dir="auto">
          <SafeText text={part.text} />
        </p>
      );
    return (
      <details class="call-long">
        <summary class={look} dir="auto">
          {shownLine(part.text, 300)}
        </summary>
        <p class={look} dir="auto">
          <SafeText text={part.text} />
        </p>
      </details>
    );
  }
  const word = part.type === 'call' ? 'calls' : part.type === 'result' ? 'result of' : 'as recorded';
  const name = 'name' in part ? part.name : null;
  const media = part.type === 'result' ? (part.media ?? []) : [];
  return (
    <>
      <details class="call-part">
        <summary>
          {word} {name !== null && <b>{shownLine(name, 80)}</b>} <code>{shownLine(part.text, 120)}</code>
        </summary>
        <pre>
          <SafeText text={part.text} />
        </pre>
      </details>
      {media.map((one, index) => (
        <MediaView key={index} part={one} />
      ))}
    </>
  );
}
