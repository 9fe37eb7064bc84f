// An actor's name with its colour: the main agent's is grey, subagents have eight in order of appearance. The name
// always stands beside the colour.
import { SafeText } from '../parts/safe-text.tsx';
import './actor-name.css';

const COLOURS = 8;

/** The class that gives what is in it the actor's colour. */
export function actorClass(actor: number): string {
  return actor === 0 ? 'actor-main' : `actor-${((actor - 1) % COLOURS) + 1}`;
}

export function ActorName({ actor, name }: { actor: number; name: string }) {
  return (
    <span class={`actor-name ${actorClass(actor)}`}>
      <i aria-hidden="true" />
      <SafeText text={name} max={60} />
    </span>
  );
}
