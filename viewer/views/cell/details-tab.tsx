// Which run this was and how well it is known, what stands around it, and what can be done with it elsewhere:
// identity, timing, tracks, senders, related cells, and snippets. Its parts are reached by name from a row on top.
import { useEffect, useRef } from 'preact/hooks';
import { formatDuration } from '../../../shared/time.ts';
import type { CellDetail, TrackJson } from '../../../shared/wire.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatCount, formatDigest, formatTokens, NOT_RECORDED, plural } from '../../model/display/format.ts';
import { refusedNote } from '../../model/scores/trust-notes.ts';
import { countNoisy, passedRows } from '../../model/trace/noise.ts';
import { conflictNote } from '../../model/trace/trace-notes.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { type DetailsSection, wantedSection } from '../../state/cell/details-section.ts';
import { ownModels } from '../../state/share/own-models.ts';
import { RelatedCells } from '../cells/related-cells.tsx';
import { CopyButton } from '../parts/copy-button.tsx';
import { timingWords } from '../parts/grade-words.ts';
import { EmbedResult, OwnModel, RunItYourself } from '../share/cell-snippets.tsx';
import { SendersSection } from './senders-section.tsx';
import './details-tab.css';

const TRACK_WORDS: { readonly [name in TrackJson['name']]: string } = {
  spans: 'Spans',
  terminal: 'Terminal',
  model_calls: 'Model calls',
  changes: 'File changes',
  logs: 'Logs',
};

const SECTIONS: readonly (readonly [name: DetailsSection, short: string])[] = [
  ['identity', 'Identity'],
  ['timing', 'Timing'],
  ['tracks', 'Tracks'],
  ['senders', 'Senders'],
  ['related', 'Related'],
  ['run', 'Run it'],
  ['own-model', 'Your model'],
  ['embed', 'Embed'],
];

export function DetailsTab({ session }: { session: CellSession }) {
  const list = useRef<HTMLDivElement>(null);
  const detail = session.detail.value;
  const wanted = wantedSection.value;
  // Until these are here, sections below them still move.
  const isWhole = ownModels.value.phase !== 'loading' && session.senders.value.phase !== 'loading';
  useEffect(() => {
    const section = wanted && list.current?.querySelector(`[data-section=${wanted}]`);
    if (!section) return;
    section.scrollIntoView({ block: 'start' });
    if (isWhole) wantedSection.value = null;
  }, [wanted, detail, isWhole]);
  if (!detail) return null;
  return (
    <div class="details" ref={list}>
      <nav class="details-contents" aria-label="Details">
        {SECTIONS.map(([name, short]) => (
          <button
            key={name}
            type="button"
            onClick={() => {
              wantedSection.value = name;
            }}
          >
            {short}
          </button>
        ))}
      </nav>
      <Identity detail={detail} />
      <Timing detail={detail} />
      <Tracks tracks={detail.tracks} spansNote={spansNoteOf(session)} refused={refusedNote(detail)} />
      <SendersSection session={session} />
      <section data-section="related" aria-label="Related cells">
        <h3>Around this cell</h3>
        <RelatedCells detail={detail} />
      </section>
      <section data-section="run" aria-label="Run it yourself">
        <h3>Run it yourself</h3>
        <RunItYourself detail={detail} />
      </section>
      <section data-section="own-model" aria-label="Explore with your own model">
        <h3>Explore with your own model</h3>
        <OwnModel detail={detail} />
      </section>
      <section data-section="embed" aria-label="Embed this result">
        <h3>Embed this result</h3>
        <EmbedResult session={session} detail={detail} />
      </section>
    </div>
  );
}

function Identity({ detail }: { detail: CellDetail }) {
  const { identity } = detail;
  return (
    <section data-section="identity" aria-label="Run identity">
      <h3>Run identity</h3>
      <dl>
        <Fact name="cell_id" value={detail.id} copy />
        <Fact name="sweep_id" value={detail.sweep} />
        {identity.taskTitle !== null && <Fact name="task_title" value={identity.taskTitle} />}
        <Fact name="agent_version" value={identity.agentVersion} />
        <Fact name="settings" value={identity.settings} />
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
    <section data-section="timing" aria-label="Timing">
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

function spansNoteOf(session: CellSession): string | null {
  const trace = session.trace.value;
  if (!trace) return null;
  const plumbing = countNoisy(passedRows(trace.columns));
  const notes = [
    conflictNote(trace.columns),
    plumbing > 0 ? `${plural(plumbing, 'span')} of the agent’s plumbing, folded under Spans` : null,
  ];
  return notes.filter((note) => note !== null).join('. ') || null;
}

function Tracks({
  tracks,
  spansNote,
  refused,
}: {
  tracks: readonly TrackJson[];
  spansNote: string | null;
  refused: string | null;
}) {
  return (
    <section data-section="tracks" aria-label="Tracks">
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
                {track.name === 'spans' && spansNote !== null && <span class="track-note">{spansNote}</span>}
              </dd>
            )}
          </div>
        ))}
      </dl>
      {refused !== null && <p class="track-note">{refused}</p>}
    </section>
  );
}
