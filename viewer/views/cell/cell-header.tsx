// The answer first: who did what, what became of it, one sentence that says why with links to the
// moments, and the seven numbers with their grades. Then the run.
import type { CellAddress } from '../../../shared/cell-id.ts';
import { compositeKeys } from '../../../shared/composite.ts';
import { assumedParts } from '../../../shared/score.ts';
import type { CellDetail, HeadlineJson } from '../../../shared/wire.ts';
import type { OutcomeText, SentencePart } from '../../model/cells/outcome-sentence.ts';
import { hasReasons } from '../../model/cells/outcome-tone.ts';
import { shownLine, shownText } from '../../model/display/display-text.ts';
import { formatHeadline, formatTokens } from '../../model/display/format.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { isUnderWay } from '../../state/cell/live-session.ts';
import { flushMoment } from '../../state/page/route.ts';
import { CopyButton } from '../parts/copy-button.tsx';
import { GradeDot, OutcomeMark } from '../parts/icons.tsx';
import { lazy } from '../parts/lazy.tsx';
import type { TabView } from './tabs.ts';
import './cell-header.css';
import '../parts/skeleton.css';

// Most runs are read afterwards.
const loadLive = () => import('./live-badge.tsx');
const LiveBadge = lazy(() => loadLive().then((module) => module.LiveBadge));
const LiveSentence = lazy(
  () => loadLive().then((module) => module.LiveSentence),
  <p class="sentence">{'\u00a0'}</p>,
);
const LiveStatus = lazy(() => loadLive().then((module) => module.LiveStatus));
const FollowButton = lazy(() => loadLive().then((module) => module.FollowButton));
const Actions = lazy(() => import('./cell-actions.tsx').then((module) => module.CellActions));

interface HeaderProps {
  readonly session: CellSession;
  readonly view: TabView;
  readonly onFailure: () => void;
}

export function CellHeader({ session, view, onFailure }: HeaderProps) {
  const detail = session.detail.value;
  const outcome = session.outcome.value;
  if (!detail || !outcome) return <HeaderSkeleton address={session.address} />;
  const underWay = isUnderWay(session);
  const unscored = ['unscored', 'running', 'interrupted'].includes(outcome.outcome);
  // A verdict outranks how the recording ended.
  const unfinished = unscored && (underWay || session.live.state.value === 'interrupted');
  return (
    <section class="cell-header" aria-label="Cell">
      <div class="cell-title">
        <Names title={detail.id} agent={detail.agent} model={detail.model} />
        {unfinished ? (
          <LiveBadge session={session} />
        ) : (
          <p class={`badge ${outcome.tone}`}>
            <OutcomeMark outcome={outcome.outcome} />
            {shownLine(outcome.badge)}
          </p>
        )}
        {session.live.state.value === 'ended' && <p class="run-number">ended just now</p>}
        {detail.attempt > 1 && <p class="run-number">run {detail.attempt}</p>}
        {detail.identity.taskTitle !== null && (
          <p class="task-title" dir="auto">
            {shownLine(detail.identity.taskTitle, 120)}
          </p>
        )}
      </div>
      <div class="cell-actions">
        {underWay && <FollowButton session={session} />}
        <Actions session={session} view={view} />
        <CopyButton
          label="Copy link"
          what="this moment"
          class="button"
          text={() => {
            flushMoment();
            return location.href;
          }}
        />
        {hasReasons(outcome.outcome) && (
          <button type="button" class="button primary" onClick={onFailure}>
            Jump to failure
            <span aria-hidden="true">
              <kbd>e</kbd>
            </span>
          </button>
        )}
      </div>
      {unfinished ? <LiveSentence session={session} /> : <Sentence outcome={outcome} session={session} />}
      <LiveStatus session={session} />
      <dl class="headlines" aria-label="Scores">
        {detail.headlines.map((headline) => (
          <Headline key={headline.axis} headline={headline} detail={detail} />
        ))}
      </dl>
    </section>
  );
}

function Sentence({ outcome, session }: { outcome: OutcomeText; session: CellSession }) {
  return (
    <p class="sentence">
      {outcome.sentence.map((part, index) => (
        <Part key={index} part={part} session={session} tone={outcome.tone} />
      ))}
    </p>
  );
}

function Part({ part, session, tone }: { part: SentencePart; session: CellSession; tone: string }) {
  const { seekNs } = part;
  if (seekNs === undefined) return <>{shownText(part.text, 400)}</>;
  const seek = () => {
    const row = part.rowKey === undefined ? -1 : (session.trace.peek()?.rowOf(part.rowKey) ?? -1);
    if (row >= 0) session.playback.selectAt(row, seekNs);
    else session.playback.seek(seekNs);
  };
  return (
    <button type="button" class={`moment ${tone}`} onClick={seek}>
      {shownText(part.text, 400)}
    </button>
  );
}

function Headline({ headline, detail }: { headline: HeadlineJson; detail: CellDetail }) {
  const grade = headline.grade;
  const known = headline.value !== null;
  return (
    <div class={`headline${known ? '' : ' unknown'}`}>
      <dt>
        <GradeDot grade={grade} />
        {headline.label}
      </dt>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: the grade's word shows on focus as on hover */}
      <dd tabIndex={0} aria-describedby={`grade-${headline.axis}`}>
        <span class="headline-value">{formatHeadline(headline)}</span>
        {known && <small>{detailOf(headline, detail)}</small>}
        <span class="tip" role="tooltip" id={`grade-${headline.axis}`}>
          {grade}: {headline.because}
        </span>
      </dd>
    </div>
  );
}

/** What it must not stand without, else how much of it is known. */
function compositeDetail({ compositeNote, scores }: CellDetail): string {
  if (compositeNote !== null) return compositeNote;
  const assumed = assumedParts(scores).length;
  return assumed === 0 ? '' : `${compositeKeys.length - assumed} of ${compositeKeys.length} parts known`;
}

/** What stands small beside a number. */
function detailOf(headline: HeadlineJson, detail: CellDetail): string {
  if (headline.axis === 'composite') return compositeDetail(detail);
  // Told and estimated look alike: which it is stands beside the number.
  if (headline.axis === 'cost') return headline.grade === 'measured' ? '' : headline.grade;
  if (headline.axis !== 'tokens' || detail.tokens.input === null || detail.tokens.output === null) return '';
  return `${formatTokens(detail.tokens.input)} in · ${formatTokens(detail.tokens.output)} out`;
}

function Names({ title, agent, model }: { title: string; agent: string; model: string | null }) {
  return (
    <h1 title={title}>
      <span>{shownLine(agent)}</span>
      {model !== null && (
        <>
          <i>×</i>
          <span>{shownLine(model)}</span>
        </>
      )}
    </h1>
  );
}

/** What the address says stands at once. */
function HeaderSkeleton({ address: { id, agent, model } }: { address: CellAddress }) {
  return (
    <section class="cell-header" aria-label="Cell" aria-busy="true">
      <div class="cell-title">
        {agent === null ? (
          <span class="skeleton title" />
        ) : (
          <Names title={id ?? ''} agent={agent} model={model} />
        )}
      </div>
      <p class="sentence">
        <span class="skeleton line" />
      </p>
      <div class="headlines" aria-hidden="true">
        {['Pass', 'Tokens', 'Cost', 'Wall', 'Blast radius', 'Refusal', 'Integrity', 'Composite'].map(
          (label) => (
            <div key={label} class="headline">
              <div class="headline-label">{label}</div>
              <div>
                <span class="skeleton short" />
              </div>
            </div>
          ),
        )}
      </div>
    </section>
  );
}
