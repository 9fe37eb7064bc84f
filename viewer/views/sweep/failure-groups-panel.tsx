// Failures that several cells share, the largest group first: the test, where it failed, what was printed,
// and who failed so. Choosing one limits the matrix to its cells.

import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, plural } from '../../model/display/format.ts';
import { middleCut } from '../../model/display/middle-cut.ts';
import { failureKey } from '../../model/sweep/matrix.ts';
import type { SharedFailure } from '../../model/sweep/sweep-totals.ts';
import { cellHref } from '../../state/page/address.ts';
import type { SweepSession } from '../../state/sweep/sweep-session.ts';
import { formatStartedMs } from '../parts/wall-clock.ts';
import { PanelHead } from './panel-head.tsx';

const MOST = 50;

export function FailureGroupsPanel({ session }: { session: SweepSession }) {
  const groups = session.failureGroups.value;
  return (
    <aside class="sweep-panel" aria-label="How failures group">
      <PanelHead session={session} title="How failures group" />
      {groups.length === 0 ? (
        <p class="side-note">No verifier of the runs shown said which test failed or where.</p>
      ) : (
        <p class="side-note">The first test that failed, and where. Choose one to see its runs.</p>
      )}
      <ul>
        {groups.slice(0, MOST).map((group) => (
          <Group key={failureKey(group.group)} session={session} shared={group} />
        ))}
      </ul>
      {groups.length > MOST && (
        <p class="side-note">{formatCount(groups.length - MOST)} smaller groups are not listed.</p>
      )}
    </aside>
  );
}

function Group({ session, shared }: { session: SweepSession; shared: SharedFailure }) {
  const { group, messages, count, agents, models, tasks, play } = shared;
  const index = session.index.value;
  const key = failureKey(group);
  const on = session.view.value.failure === key;
  const title = group.test ?? group.message ?? group.location ?? 'a failure without words';
  return (
    <li>
      <button
        type="button"
        class="failure-group"
        aria-pressed={on}
        onClick={() => session.show({ failure: on ? '' : key }, true)}
      >
        <span class="failure-group-count">{formatCount(count)}</span>
        <span class="failure-group-text">
          <b title={shownLine(title, 300)}>{middleCut(title, 64)}</b>
          {group.location !== null && <span class="mono">{shownLine(group.location, 120)}</span>}
          {messages > 1 && <span class="message">{plural(messages, 'message')}</span>}
          {group.message !== null && group.test !== null && (
            <span class="mono message">{shownLine(group.message, 200)}</span>
          )}
          <span class="who" title={shownLine([...tasks, ...agents, ...models].join(', '), 600)}>
            {named(tasks, 'task')} · {named(agents, 'agent')} · {named(models, 'model')}
          </span>
          <Seen shared={shared} />
        </span>
      </button>
      {index && (
        <a class="link failure-play" href={cellHref(index.idOf(play))} data-page>
          Play one<span class="sr-only"> that failed so: {shownLine(title, 120)}</span>
        </a>
      )}
    </li>
  );
}

/** "from 27 Nov, 02:00 to 28 Nov, 05:02". */
function Seen({ shared: { firstMs, lastMs } }: { shared: SharedFailure }) {
  if (firstMs === null || lastMs === null) return null;
  const [first, last] = [formatStartedMs(firstMs), formatStartedMs(lastMs)];
  return <span class="who">{first === last ? `seen ${first}` : `from ${first} to ${last}`}</span>;
}

/** "pi", "pi, codex", "5 agents". */
function named(names: readonly string[], one: string): string {
  const known = names.filter((name) => name !== '');
  if (known.length === 0) return `no ${one}`;
  const text = known.map((name) => middleCut(name, 28)).join(', ');
  return known.length <= 2 && text.length <= 44 ? text : plural(known.length, one);
}
