// Who speaks in the run, as chips over its transcript: one is shown alone by a click, with Shift added or taken away.
// Shown where more than one speaks.
import type { Story } from '../../model/actors/story.ts';
import { formatCount } from '../../model/display/format.ts';
import type { StoryState } from '../../state/transcript/story-state.ts';
import { ActorName } from './actor-name.tsx';
import './actor-chips.css';

export const CHIPS_PX = 38;

export function ActorChips({ story, state }: { story: Story; state: StoryState }) {
  const chosen = state.chosen.value;
  const choose = (actor: number, isAdded: boolean) => {
    const next = new Set(isAdded ? chosen : []);
    if (chosen.has(actor) && (isAdded || chosen.size === 1)) next.delete(actor);
    else next.add(actor);
    state.chosen.value = next.size === story.speaking.length ? new Set() : next;
  };
  return (
    <fieldset class="actor-chips">
      <legend class="sr-only">Who speaks</legend>
      <button type="button" aria-pressed={chosen.size === 0} onClick={() => (state.chosen.value = new Set())}>
        All <small>{formatCount(story.turns.list.length)}</small>
      </button>
      {story.speaking.map((actor) => (
        <button
          key={actor}
          type="button"
          aria-pressed={chosen.has(actor)}
          title="Show these turns alone; with Shift, too"
          onClick={(event) => choose(actor, event.shiftKey)}
        >
          <ActorName actor={actor} name={story.actors.list[actor]?.name ?? ''} />{' '}
          <small>{formatCount(story.turns.ofActor[actor]?.length ?? 0)}</small>
        </button>
      ))}
    </fieldset>
  );
}
