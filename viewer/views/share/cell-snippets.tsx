// What a reader can do with a cell elsewhere: run it again, run its agent with a model of their own, show it on
// another page. Each is text to copy; nothing here runs or sends anything.
import { useComputed } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import type { CellDetail, OwnModel as OwnModelWiring } from '../../../shared/wire.ts';
import { shownLine } from '../../model/display/display-text.ts';
import { formatDigest, formatOffset } from '../../model/display/format.ts';
import { embedSnippets, previewSnippet, runSnippets, wiringSnippet } from '../../model/share/snippets.ts';
import type { CellSession } from '../../state/cell/cell-session.ts';
import { badgeHref, cellHref, embedHref } from '../../state/page/address.ts';
import { collectorEndpoint } from '../../state/page/endpoint.ts';
import { loadOwnModels, ownModels } from '../../state/share/own-models.ts';
import { SnippetBox } from '../parts/snippet-box.tsx';

/** Digits of a digest that people compare by eye. */
const SHORT_DIGEST_DIGITS = 12;

/** The way of this cell's agent: undefined while it is asked for, null where none is known. */
function useOwnModel({ agent }: CellDetail): OwnModelWiring | null | undefined {
  useEffect(() => {
    void loadOwnModels();
  }, []);
  const known = ownModels.value;
  if (known.phase === 'loading') return undefined;
  return known.phase === 'ready' ? (known.value.get(agent) ?? null) : null;
}

export function RunItYourself({ detail }: { detail: CellDetail }) {
  const { containerImage, imageDigest } = detail.identity;
  const wiring = useOwnModel(detail) ?? null;
  return (
    <>
      <p class="section-note">
        {containerImage === null
          ? 'No container image was recorded for this run.'
          : `The image and the flags of this run: ${shownLine(containerImage)}${imageDigest === null ? '' : ` (${formatDigest(imageDigest, SHORT_DIGEST_DIGITS)})`}.`}{' '}
        Models do not repeat themselves: results are comparable, not identical.
      </p>
      {runSnippets(detail, collectorEndpoint(), wiring).map((snippet) => (
        <SnippetBox key={snippet.title} snippet={snippet} />
      ))}
    </>
  );
}

export function OwnModel({ detail }: { detail: CellDetail }) {
  const wiring = useOwnModel(detail);
  const preview = previewSnippet(detail);
  return (
    <>
      <p class="section-note">{ownModelNote(detail, wiring)}</p>
      {wiring && <SnippetBox snippet={wiringSnippet(detail, wiring)} />}
      {preview && <SnippetBox snippet={preview} />}
    </>
  );
}

function ownModelNote({ agent }: CellDetail, wiring: OwnModelWiring | null | undefined): string {
  if (ownModels.value.phase === 'failed')
    return 'The collector did not say how agents are run. Open this tab again.';
  if (wiring === undefined) return 'Asking the collector…';
  return wiring === null
    ? `How ${shownLine(agent)} is pointed at an endpoint is not known here.`
    : 'Your endpoint, key and model in place of the published ones: the result is theirs, not this cell’s.';
}

/** The moment that the player opens at is the one at which the playhead rests. */
export function EmbedResult({ session, detail }: { session: CellSession; detail: CellDetail }) {
  const { playback } = session;
  const rested = useRef(0);
  const restingNs = useComputed(() => {
    if (!playback.playing.value) rested.current = playback.positionNs.value;
    return rested.current;
  }).value;
  const origin = collectorEndpoint();
  const badgePath = badgeHref(detail.id);
  const snippets = embedSnippets(detail, {
    origin,
    cellPath: cellHref(detail.id),
    badgePath,
    embedPath: embedHref(detail.id, { t: restingNs / 1e6 }),
  });
  return (
    <>
      <p class="section-note">
        {isHere(origin)
          ? `These addresses begin with ${origin}: on this machine alone they lead here. Readers elsewhere need an address that they can reach.`
          : `These addresses begin with ${origin}: readers must be able to reach it.`}
      </p>
      {badgePath !== null && (
        <p class="badge-preview">
          <a href={badgePath} target="_blank" rel="noopener">
            <img src={badgePath} alt="The badge as it is now" height={20} />
          </a>
        </p>
      )}
      {snippets.map((snippet) => (
        <SnippetBox
          key={snippet.title}
          snippet={snippet}
          {...(snippet.title === 'Player' && {
            note: `Opens at rest at ${formatOffset(restingNs)}, where the playhead rests now.`,
          })}
        />
      ))}
    </>
  );
}

function isHere(origin: string): boolean {
  return /^https?:\/\/(localhost|127\.|\[::1\])/.test(origin);
}
