// Which run this was and how well it is known: identity, timing, each track with its grade, related cells.

import { formatDuration } from '../../shared/time.ts';
import type { CellDetail, CellSummary, TrackJson } from '../../shared/wire.ts';
import { formatCount, formatDigest, formatTokens, NOT_RECORDED } from '../model/format.ts';
import { outcomeWord } from '../model/outcome-sentence.ts';
import { shownLine } from '../model/shown-text.ts';
import { cellHref } from '../state/address.ts';
import type { CellSession } from '../state/cell-session.ts';
import { CopyButton } from './copy-button.tsx';
import { OutcomeMark } from './marks.tsx';
import { timingWords } from './words.ts';
import './details-list.css';

const TRACK_WORDS: { readonly [name in TrackJson['name']]: string } = {
  spans: 'Spans',
  terminal: 'Terminal',
  model_calls: 'Model calls',
  changes: 'File changes',
  logs: 'Logs',
};

export function DetailsList({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  if (!detail) return null;
  return (
    <div class="details">
      <Identity detail={detail} />
      <Timing detail={detail} />
      <Tracks tracks={detail.tracks} />
      <Related detail={detail} />
    </div>
  );
}

function Identity({ detail }: { detail: CellDetail }) {
  const { identity } = detail;
  return (
    <section>
      <h3>Run identity</h3>
      <dl>
        <Fact name="cell_id" value={detail.id} copy />
        <Fact name="sweep_id" value={detail.sweep} />
        <Fact name="agent_version" value={identity.agentVersion} />
        <Fact name="container_image" value={identity.containerImage} />
        <Fact name="image_digest" value={formatDigest(identity.imageDigest)} copy />
        <Fact name="model_build_id" value={identity.modelBuildId} />
        <Fact name="exit_code" value={identity.exitCode === null ? null : String(identity.exitCode)} />
        {identity.timedOut !== null && <Fact name="timed_out" value={String(identity.timedOut)} />}
      </dl>
    </section>
  );
}

function Timing({ detail }: { detail: CellDetail }) {
  const { timing, tokens } = detail;
  return (
    <section>
      <h3>Timing</h3>
      <dl>
        <Fact name="started_at" value={timing.startedAt} />
        <Fact name="ended_at" value={timing.endedAt} />
        <Fact
          name="duration"
          value={timing.durationMs === null ? null : formatDuration(timing.durationMs)}
          note={timing.grade === 'none' ? '' : timing.grade}
        />
        <Fact name="tokens" value={tokensText(tokens)} note={tokens.input === null ? '' : tokens.grade} />
      </dl>
    </section>
  );
}

function tokensText(tokens: CellDetail['tokens']): string | null {
  if (tokens.input === null && tokens.output === null) return null;
  const parts = [`${formatTokens(tokens.input)} in`, `${formatTokens(tokens.output)} out`];
  if (tokens.cacheRead !== null) parts.push(`${formatTokens(tokens.cacheRead)} read from cache`);
  if (tokens.cacheWrite !== null) parts.push(`${formatTokens(tokens.cacheWrite)} written to cache`);
  if (tokens.reasoning !== null) parts.push(`${formatTokens(tokens.reasoning)} reasoning`);
  return parts.join(' · ');
}

function Fact({
  name,
  value,
  note = '',
  copy = false,
}: {
  name: string;
  value: string | null;
  note?: string;
  copy?: boolean;
}) {
  return (
    <div class="value">
      <dt>
        {name}
        {copy && value !== null && <CopyButton text={value} what={name} class="link copy" />}
      </dt>
      {value === null ? (
        <dd class="type-null word">{NOT_RECORDED}</dd>
      ) : (
        <dd>
          {shownLine(value, 600)}
          {note !== '' && <span class="fact-note"> {note}</span>}
        </dd>
      )}
    </div>
  );
}

function Tracks({ tracks }: { tracks: readonly TrackJson[] }) {
  return (
    <section>
      <h3>Tracks</h3>
      <dl>
        {tracks.map((track) => (
          <div class="value" key={track.name}>
            <dt>{TRACK_WORDS[track.name]}</dt>
            {track.count === 0 ? (
              <dd class="type-null word">{NOT_RECORDED}</dd>
            ) : (
              <dd class="word">
                {formatCount(track.count)}
                {track.source !== null && ` from ${shownLine(track.source)}`}, times {track.timing}
                <span class="track-note">
                  {timingWords(track.timing)}
                  {track.note !== null && `. ${shownLine(track.note, 400)}`}
                </span>
              </dd>
            )}
          </div>
        ))}
      </dl>
    </section>
  );
}

function Related({ detail }: { detail: CellDetail }) {
  const others = detail.related.filter((cell) => cell.id !== detail.id);
  const sameTask = others.filter((cell) => cell.task !== null && cell.task === detail.task);
  const otherAgents = sameTask.filter((cell) => cell.agent !== detail.agent);
  const otherModels = sameTask.filter((cell) => cell.agent === detail.agent && cell.model !== detail.model);
  const attempts = sameTask.filter((cell) => cell.agent === detail.agent && cell.model === detail.model);
  const elsewhere = others.filter((cell) => !sameTask.includes(cell));
  if (others.length === 0) return null;
  return (
    <section>
      <RelatedGroup title="Other agents on this task" cells={otherAgents} />
      <RelatedGroup title="Other models with this agent" cells={otherModels} />
      <RelatedGroup title="Other runs of this cell" cells={attempts} />
      <RelatedGroup title="Other tasks" cells={elsewhere} />
    </section>
  );
}

function RelatedGroup({ title, cells }: { title: string; cells: readonly CellSummary[] }) {
  if (cells.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <ul class="related">
        {cells.map((cell) => (
          <li key={cell.id}>
            <a href={cellHref(cell.id)} data-page>
              <OutcomeMark outcome={cell.outcome} />
              <span class="sr-only">{outcomeWord(cell.outcome)}: </span>
              <b>{shownLine(cell.agent)}</b>
              <span class="faint" aria-hidden="true">
                ×
              </span>
              <span>{shownLine(cell.model ?? '')}</span>
              <span class="related-task">{shownLine(cell.task ?? cell.id)}</span>
            </a>
          </li>
        ))}
      </ul>
    </>
  );
}
