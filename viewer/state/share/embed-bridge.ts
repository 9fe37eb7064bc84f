// The player's ear and voice in a frame: commands of the page around it move the one playhead, and the page
// is told of times and states, of times a few a second at most. It hears no other window.
import { effect, untracked } from '@preact/signals';
import { type EmbedReport, embedReport, readCommand } from '../../model/share/embed-messages.ts';
import type { PlaybackSession } from '../cell/playback-session.ts';

/** Times are told no more often. */
export const TIME_EVERY_MS = 250;

/** The page around the frame. */
export interface EmbedHost {
  tell(report: EmbedReport): void;
  /** @returns a function that stops listening */
  listen(onMessage: (data: unknown) => void): () => void;
}

/** The window that holds this one; null where none does. */
export function parentHost(): EmbedHost | null {
  const host = window.parent;
  if (host === window) return null;
  return {
    // Any origin may frame the player, so that any may be told; times and states are no secret of the cell's.
    tell: (report) => host.postMessage(report, '*'),
    listen(onMessage) {
      const hear = (event: MessageEvent) => {
        if (event.source === host) onMessage(event.data);
      };
      addEventListener('message', hear);
      return () => removeEventListener('message', hear);
    },
  };
}

/** Says "ready" and obeys from then on. @returns a function that ends it */
export function followHost(playback: PlaybackSession, host: EmbedHost): () => void {
  const tell = (type: EmbedReport['type']) => host.tell(embedReport(type, playback.state.peek()));
  const stopListening = host.listen((data) => {
    const command = readCommand(data);
    if (!command) return;
    if (command.tMs !== null) playback.seek(command.tMs * 1e6);
    if (command.type !== 'seek' && playback.playing.peek() !== (command.type === 'play')) playback.toggle();
    tell('state');
  });
  tell('ready');
  const stopTimes = tellTimes(playback, () => tell('time'));
  let { mode } = playback.state.peek();
  const stopStates = effect(() => {
    const now = playback.state.value.mode;
    if (now === mode) return;
    mode = now;
    untracked(() => tell('state'));
  });
  return () => {
    stopListening();
    stopTimes();
    stopStates();
  };
}

/** Tells the first move at once, and what moved since when the time has passed: the last place is always told. */
function tellTimes(playback: PlaybackSession, tell: () => void): () => void {
  let told = playback.positionNs.peek();
  let rest: ReturnType<typeof setTimeout> | undefined;
  const speak = () => {
    rest = undefined;
    if (playback.positionNs.peek() === told) return;
    told = playback.positionNs.peek();
    tell();
    rest = setTimeout(speak, TIME_EVERY_MS);
  };
  const stop = effect(() => {
    void playback.positionNs.value;
    if (rest === undefined) untracked(speak);
  });
  return () => {
    stop();
    clearTimeout(rest);
  };
}
