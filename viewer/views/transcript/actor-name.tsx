// An actor's name with its colour: the main agent's is grey, subagents have eight in order of appearance. The name
// always stands beside the colour.
import { actorToken } from '../parts/canvas.ts';
import { SafeText } from '../parts/safe-text.tsx';
import './actor-name.css';

export function ActorName({ actor, name }: { actor: number; name: string }) {
  return (
    <span class={`actor-name ${actorToken(actor)}`}>
      <i aria-hidden="true" />
      <SafeText text={name} max={60} />
    </span>
  );
}
