// A model call in short: what went in and came out, how long it took and what it cost; what was thought, in one line;
// the answer; the tools it asked for. All messages are folded below.
import { useSignal } from '@preact/signals';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import { shortCount, shortLength } from '../../model/display/short-numbers.ts';
import type { CallMessage, CallPart } from '../../model/model-calls/message-parts.ts';
import { saidInAny } from '../../model/model-calls/messages.ts';
import type { ModelCallRow } from '../../model/model-calls/model-call-rows.ts';
import { rowLength } from '../../model/trace/span-length.ts';
import { readableArgument } from '../../model/transcript/tool-text.ts';
import { MediaView } from '../model-calls/media-view.tsx';
import { MessageList } from '../model-calls/message-list.tsx';
import { timingWords } from '../parts/grade-words.ts';
import { SafeText } from '../parts/safe-text.tsx';
import { type SpanNumber, SpanNumbers } from './span-numbers.tsx';
import { callOf, type SummaryProps } from './summary-props.ts';

export function CallSummary(props: SummaryProps) {
  const { session, trace, rowKey, span } = props;
  const call = callOf(props);
  const keys = call ? [call.rowKey, ...call.otherKeys] : [rowKey];
  const told = keys.flatMap((key) => session.spans.get(key) ?? []);
  const { input, output } = saidInAny(told);
  return (
    <>
      <SpanNumbers
        numbers={call ? numbersOf(call) : [{ name: 'Time', value: rowLength(trace.columns, props.row) }]}
      />
      {call?.model && <p class="drawer-model">{modelWords(call)}</p>}
      {span && <Answer output={output} thoughtTokens={call?.reasoning ?? null} />}
      {span && <Messages session={session} keys={keys} count={input.length + output.length} />}
    </>
  );
}

function numbersOf(call: ModelCallRow): SpanNumber[] {
  const { inputTokens, cachedTokens, outputTokens, lengthMs, waitMs } = call;
  const cachedShare = inputTokens && cachedTokens !== null ? cachedTokens / inputTokens : undefined;
  const waitShare = lengthMs && waitMs !== null ? waitMs / lengthMs : undefined;
  const cost = { name: 'Cost', value: call.cost } as const;
  return [
    {
      name: 'In',
      value: inputTokens === null ? null : shortCount(inputTokens),
      title: call.prompt === null ? undefined : `${call.prompt} tokens`,
      note: cachedShare === undefined ? undefined : `${Math.round(100 * cachedShare)}\u2009% cached`,
      paleShare: cachedShare,
    },
    {
      name: 'Out',
      value: outputTokens === null ? null : shortCount(outputTokens),
      title: call.completion === null ? undefined : `${call.completion} tokens`,
    },
    {
      name: 'Time',
      value: lengthMs === null ? null : shortLength(lengthMs),
      title: `Times ${call.timing}: ${timingWords(call.timing)}`,
      note: waitMs === null ? undefined : `${shortLength(waitMs)} waiting`,
      paleShare: waitShare,
    },
    ...(call.cost === null ? [] : [cost]),
  ];
}

function modelWords(call: ModelCallRow): string {
  const ended = call.finish === null ? '' : `, ended with ${shownLine(call.finish, 60)}`;
  return `${shownLine(call.model ?? '', 120)}${ended}`;
}

interface AnswerProps {
  readonly output: readonly CallMessage[];
  readonly thoughtTokens: string | null;
}

function Answer({ output, thoughtTokens }: AnswerProps) {
  const parts = output.flatMap((message) => message.parts);
  const thought = parts
    .filter((part) => part.type === 'reasoning')
    .map((part) => part.text)
    .join('\n');
  const texts = parts.filter((part) => part.type === 'text' && part.text.trim() !== '');
  const calls = parts.filter((part): part is CallPart => part.type === 'call');
  if (parts.length === 0) return <p class="faint">The answer was not recorded.</p>;
  return (
    <>
      {thought.trim() !== '' && <Thought text={thought} tokens={thoughtTokens} />}
      {texts.map((part, index) => (
        <p key={index} class="drawer-said" dir="auto">
          <SafeText text={part.text} />
        </p>
      ))}
      {parts.map((part, index) => part.type === 'media' && <MediaView key={index} part={part} />)}
      {calls.length > 0 && (
        <>
          <h3>Asked for {plural(calls.length, 'tool')}</h3>
          <ul class="drawer-asked">
            {calls.map((call, index) => (
              <Asked key={index} call={call} />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

/** One line, the rest of it folded. */
function Thought({ text, tokens }: { text: string; tokens: string | null }) {
  return (
    <details class="drawer-thought">
      <summary>
        Thought{tokens === null ? '' : `, ${tokens} tokens`}: <span dir="auto">{shownLine(text, 300)}</span>
      </summary>
      <p dir="auto">
        <SafeText text={text} />
      </p>
    </details>
  );
}

function Asked({ call }: { call: CallPart }) {
  const argument = readableArgument(call.arguments, null)?.text ?? call.text;
  return (
    <li>
      <b>{shownLine(call.name ?? 'a tool', 80)}</b>{' '}
      <code>
        <SafeText text={argument} max={1200} />
      </code>
    </li>
  );
}

function Messages({
  session,
  keys,
  count,
}: Pick<SummaryProps, 'session'> & { keys: readonly string[]; count: number }) {
  const open = useSignal(false);
  if (count === 0) return null;
  return (
    <details
      class="drawer-part"
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>
        Messages <span class="count">{formatCount(count)}</span>
      </summary>
      {open.value && <MessageList session={session} rowKeys={keys} />}
    </details>
  );
}
