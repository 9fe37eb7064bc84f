// Who acts in a run: the main agent and the subagents that it sent, each with when it acted and what is its own. An
// agent that is sent again and tells nothing else is the same one; two that act at once never are. Where nothing
// tells of others there is one actor. Does not draw; colours are the place in the list.
import type { TraceColumns } from '../../../shared/trace-columns.ts';
import type { TraceTree } from '../trace/trace-tree.ts';
import { type Frame, type Frames, framesOf, type SpanAt } from './frames.ts';

export interface Actor {
  /** Its place among the run's actors, in order of appearance; 0 is the main agent. */
  readonly index: number;
  readonly name: string;
  /** Index of the actor within which it acts; -1 for the main agent and for those beside it. */
  readonly parent: number;
  /** From its first act to the end of its last. */
  readonly startNs: number;
  readonly endNs: number;
  /** Rows of the tool calls that sent it, in order. */
  readonly sentBy: readonly number[];
  readonly calls: number;
}

export interface Actors {
  /** Never empty; the first is the main agent. */
  readonly list: readonly Actor[];
  /** The actor of each row: what nobody is said to do is the main agent's. */
  readonly ofRow: Int32Array;
}

export const MAIN = 0;

interface Draft {
  name: string;
  readonly parent: number;
  startNs: number;
  endNs: number;
  readonly sentBy: number[];
  calls: number;
}

/** @param spanAt the span of a row, null while its attributes are not here */
export function actorsOf(columns: TraceColumns, tree: TraceTree, spanAt: SpanAt): Actors {
  const frames = framesOf(columns, tree, spanAt);
  const { drafts, actorOf } = new FrameGroups(frames);
  const ofRow = Int32Array.from(frames.ofRow, (frame) => actorOf[frame] ?? MAIN);
  const list = drafts.map((draft, index): Actor => {
    const { name, parent, startNs, endNs, sentBy, calls } = draft;
    const isEmpty = startNs === Number.POSITIVE_INFINITY;
    return { index, name, parent, startNs: isEmpty ? 0 : startNs, endNs, sentBy, calls };
  });
  return { list, ofRow };
}

/** Gives each stretch to an actor, in order of their starts. */
class FrameGroups {
  readonly drafts: Draft[] = [];
  /** The actor of each frame; none of a frame in which nobody acts. */
  readonly actorOf: number[] = [];
  readonly #list: readonly Frame[];
  /** Actors by what frames of one actor have in common. */
  readonly #byKey = new Map<string, number[]>();

  constructor({ list }: Frames) {
    this.#list = list;
    const acting = [...list.entries()].filter(([, { acts }]) => acts > 0);
    acting.sort(([a, one], [b, other]) => one.startNs - other.startNs || a - b);
    for (const [at, frame] of acting) this.actorOf[at] = this.#place(at, frame);
    if (this.drafts.length === 0) this.drafts.push(newDraft('main', -1));
    numberNames(this.drafts);
  }

  #place(at: number, frame: Frame): number {
    const parent = this.#outerActor(frame);
    const key = JSON.stringify([parent, frame.name, frame.id]);
    const same = this.#byKey.get(key) ?? [];
    // Whoever has spoken first is the main agent; what no agent's span encloses is the main agent's, too.
    const isMain = this.drafts.length === 0 || at === 0;
    const rests = same.find((one) => (this.drafts[one]?.endNs ?? 0) <= frame.startNs);
    const actor = isMain ? MAIN : (rests ?? this.drafts.length);
    if (actor === this.drafts.length) this.drafts.push(this.#newActor(frame, isMain, parent));
    if (!same.includes(actor)) this.#byKey.set(key, [...same, actor]);
    const draft = this.drafts[actor] as Draft;
    draft.startNs = Math.min(draft.startNs, frame.startNs);
    draft.endNs = Math.max(draft.endNs, frame.endNs);
    if (frame.sentBy >= 0) draft.sentBy.push(frame.sentBy);
    draft.calls += frame.calls;
    return actor;
  }

  #newActor({ name }: Frame, isMain: boolean, parent: number): Draft {
    if (isMain) return newDraft('main', -1);
    // Where what no agent's span encloses acts itself, the agents in it are its own.
    const rootActs = (this.#list[0]?.acts ?? 0) > 0;
    return newDraft(name, parent < 0 && rootActs ? MAIN : parent);
  }

  /** The actor of the nearest stretch around it in which somebody acts. */
  #outerActor({ outer }: Frame): number {
    for (let up = outer; up > 0; up = this.#list[up]?.outer ?? -1) {
      const actor = this.actorOf[up];
      if (actor !== undefined) return actor;
    }
    return -1;
  }
}

function newDraft(name: string, parent: number): Draft {
  return { name, parent, startNs: Number.POSITIVE_INFINITY, endNs: 0, sentBy: [], calls: 0 };
}

/** "Explore", "Explore 2": two of one name are told apart. */
function numberNames(drafts: readonly Draft[]): void {
  const used = new Map<string, number>();
  for (const draft of drafts) {
    const count = (used.get(draft.name) ?? 0) + 1;
    used.set(draft.name, count);
    if (count > 1) draft.name = `${draft.name} ${count}`;
  }
}
