// Who is compared: each side's agent, outcome and four numbers, the button that swaps them, and below in
// one sentence where they part. A name leads to its cell at its present moment.
import { useComputed } from '@preact/signals';
import { useRef } from 'preact/hooks';
import { afterWords, harmlessWords, scopeWords } from '../../model/compare/parting-words.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, NOT_RECORDED, notedHeadline, plural } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import type { CompareSession } from '../../state/compare/compare-session.ts';
import { MAX_EXTRA_RUNS } from '../../state/compare/compare-session.ts';
import type { SideName } from '../../state/compare/compare-side.ts';
import { cellHref } from '../../state/page/address.ts';
import { LiveBadge } from '../cell/live-badge.tsx';
import { OutcomeMark } from '../parts/icons.tsx';
import { useSyncEffect } from '../parts/use-sync-effect.ts';
import './compare-head.css';
import '../cell/cell-header.css';
import '../parts/skeleton.css';

/** @param hidden how many further cells the address names */
export function CompareHead({ compare, hidden }: { compare: CompareSession; hidden: number }) {
  return (
    <section class="compare-head" aria-label="Cells">
      <Side compare={compare} name="a" />
      <button
        type="button"
        class="button compare-swap"
        aria-label="Swap sides"
        title="Swap sides (x)"
        onClick={() => compare.swap()}
      >
        <svg viewBox="0 0 16 16" aria-hidden="true">
          <path d="M2.5 5.5h10M10 2.8l2.7 2.7L10 8.2M13.5 10.5h-10M6 7.8l-2.7 2.7L6 13.2" />
        </svg>
      </button>
      <Side compare={compare} name="b" />
      <Parting compare={compare} unseen={Math.max(0, hidden - MAX_EXTRA_RUNS)} />
    </section>
  );
}

/** The letter that stands for a side wherever there is no room for its name. */
export function SideLetter({ index }: { index: number }) {
  return <i class="side-letter">{String.fromCharCode(65 + index)}</i>;
}

function Side({ compare, name }: { compare: CompareSession; name: SideName }) {
  const side = compare[name].value;
  const session = side.session.value;
  const detail = session.detail.value;
  const phase = session.phase.value.phase;
  const label = compare.names.value[name === 'a' ? 0 : 1] ?? '';
  return (
    <div class={`compare-side ${name}`}>
      <div class="compare-title">
        <h2>
          <SideLetter index={name === 'a' ? 0 : 1} />
          {detail ? (
            <CellLink key={detail.id} session={session} id={detail.id}>
              <b>{shownLine(detail.agent, 60)}</b>
              {detail.model !== null && <span> × {shownLine(detail.model, 120)}</span>}
              {detail.attempt > 1 && <span>, run {detail.attempt}</span>}
            </CellLink>
          ) : (
            <b class="compare-unknown">{label}</b>
          )}
        </h2>
        <Badge session={session} />
      </div>
      {detail ? (
        <Facts compare={compare} name={name} session={session} />
      ) : (
        <p class="compare-facts">{phase === 'loading' ? <span class="skeleton line" /> : '\u00a0'}</p>
      )}
    </div>
  );
}

/** To the cell's own page, at the moment at which it stands here. */
function CellLink({
  session,
  id,
  children,
}: {
  session: CellSession;
  id: string;
  children: preact.ComponentChildren;
}) {
  const link = useRef<HTMLAnchorElement>(null);
  useSyncEffect(() => {
    // The start as well: without a moment the page may open elsewhere.
    const t = session.playback.positionNs.value / 1e6;
    if (link.current) link.current.href = cellHref(id, { t });
  });
  return (
    <a class="compare-link" ref={link} href={cellHref(id)} data-page title={id}>
      {children}
    </a>
  );
}

function Badge({ session }: { session: CellSession }) {
  const outcome = session.outcome.value;
  if (!session.detail.value || !outcome) return null;
  const unscored = ['unscored', 'running', 'interrupted'].includes(outcome.outcome);
  if (unscored && (isUnderWay(session) || session.live.state.value === 'interrupted'))
    return <LiveBadge session={session} />;
  const [word, ...more] = shownLine(outcome.badge).split(' · ');
  return (
    <p class={`badge ${outcome.tone}`}>
      <OutcomeMark outcome={outcome.outcome} />
      <span class="badge-words">
        {word}
        {more.length > 0 && <span class="badge-more"> · {more.join(' · ')}</span>}
      </span>
    </p>
  );
}

const SHOWN_AXES: readonly string[] = ['composite', 'tokens', 'cost', 'latency'];

function Facts({
  compare,
  name,
  session,
}: {
  compare: CompareSession;
  name: SideName;
  session: CellSession;
}) {
  const headlines = session.detail.value?.headlines ?? [];
  const steps = compare.alignment.value[name].length;
  const shown = SHOWN_AXES.flatMap((axis) => headlines.filter((one) => one.axis === axis));
  return (
    <dl class="compare-facts">
      {shown.map((headline) => (
        <Fact
          key={headline.axis}
          label={headline.label}
          value={notedHeadline(headline)}
          known={headline.value !== null}
        />
      ))}
      <Fact label="Steps" value={steps > 0 ? formatCount(steps) : NOT_RECORDED} known={steps > 0} />
    </dl>
  );
}

function Fact({ label, value, known }: { label: string; value: string; known: boolean }) {
  return (
    <div class={known ? '' : 'unknown'}>
      <dt>{label}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** Where they part, or why nobody can say. */
function Parting({ compare, unseen }: { compare: CompareSession; unseen: number }) {
  const stops = compare.divergences.value;
  const told = useComputed(() => partingWords(compare)).value;
  return (
    <div class={`parting ${told.tone}`}>
      {told.tone === 'parted' && (
        <span class="parted-mark" aria-hidden="true">
          ≠
        </span>
      )}
      <div class="parting-text" role="status">
        <p>
          {told.title !== '' && <b>{told.title}</b>} <span class="parting-words">{told.words}</span>
        </p>
        {(told.more !== '' || unseen > 0) && (
          <p class="parting-more">
            {told.more}
            {unseen > 0 && <> {plural(unseen, 'further cell')} of the address not shown.</>}
          </p>
        )}
      </div>
      {stops.length > 0 && (
        <p class="parting-actions">
          <button type="button" class="button primary" onClick={() => compare.playFromDivergence()}>
            Play both from here
          </button>
          <button
            type="button"
            class="button"
            title="Next difference that matters (d), previous (Shift d)"
            onClick={() => compare.toDivergence()}
          >
            Next
            <span aria-hidden="true">
              <kbd>d</kbd>
            </span>
          </button>
        </p>
      )}
    </div>
  );
}

interface PartingWords {
  readonly tone: 'parted' | 'quiet' | 'warn';
  readonly title: string;
  readonly words: string;
  /** What followed, and what differs without mattering. */
  readonly more: string;
}

function partingWords(compare: CompareSession): PartingWords {
  const sessions = [compare.a.value.session.value, compare.b.value.session.value];
  const plain = { title: '', more: '' };
  const quiet = (words: string): PartingWords => ({ ...plain, tone: 'quiet', words });
  if (sessions.some(({ phase }) => ['failed', 'not-found'].includes(phase.value.phase)))
    return quiet('There is nothing to compare with until both cells are here.');
  if (!compare.settled.value) return quiet('Comparing the two runs…');
  if (!compare.sameTask.value) {
    const tasks = sessions.map(({ detail }) => shownLine(detail.value?.task ?? 'no task', 80));
    return {
      ...plain,
      tone: 'warn',
      title: 'Different tasks',
      words: `${tasks[0]} on the left, ${tasks[1]} on the right. They play together, but where they part says nothing.`,
    };
  }
  const { alignment, names } = compare;
  const { a, b } = alignment.value;
  const silent = [a.length === 0 ? names.value[0] : null, b.length === 0 ? names.value[1] : null];
  const without = silent.filter((name) => name !== null);
  if (without.length > 0)
    return quiet(`No step of ${without.join(' and of ')} was recorded, so nothing can be aligned.`);
  return partedWords(compare);
}

function partedWords(compare: CompareSession): PartingWords {
  const parting = compare.parting.value;
  const { differences } = parting;
  const stop = compare.divergence.value;
  const difference = differences[stop?.divergence ?? -1];
  const [harmless, scope] = [harmlessWords(parting), scopeWords(parting)];
  if (!stop || !difference)
    return {
      tone: 'quiet',
      title: 'Nothing that matters differs',
      words: scope,
      more: harmless,
    };
  const step = difference.pair + 1;
  const title =
    stop.divergence === 0
      ? `They part at step ${step}:`
      : `Difference ${stop.divergence + 1} of ${differences.length}, step ${step}:`;
  const after = afterWords(difference, [compare.runs.a.value, compare.runs.b.value]);
  const more = [after, stop.divergence === 0 ? harmless : '', scope].filter(Boolean).join(' ');
  return { tone: 'parted', title, words: difference.sentence, more };
}
