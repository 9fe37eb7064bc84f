// Which tellings are of the same model call. Two tellers tell the same call where the answer's id says so, else where
// they tell the same tokens at the same time, one call of one for one call of the other; where a teller knows no time,
// their order decides. One teller tells two calls where it tells two, unless an id of its own says that it repeats
// one. Does not say what a call counts.

/** A model call as one teller tells it. Times in milliseconds. */
export interface ToldCall {
  /** Rank and source: equal for all that one teller tells. */
  readonly teller: string;
  readonly startMs: number;
  readonly endMs: number;
  /** Whether its times are times, and no mere order. */
  readonly isClocked: boolean;
  readonly failed: boolean;
  readonly answerId: string | null;
  /** Ids that others tell as well, each behind a word for its kind: `response:msg_1`. */
  readonly ids: readonly string[];
  readonly inputTokens: number | null;
  /** Part of the input, as far as told: some tellers leave it out of the input. */
  readonly cachedTokens: number;
  readonly outputTokens: number | null;
  /** Its tokens are rounded. */
  readonly estimated: boolean;
}

/** Clocks of two tellers, and whole seconds, differ by less. */
const SLACK_MS = 2000;
/** What a telling without tokens may lie outside the one that it is. */
const EDGE_MS = 50;
/** Neighbours in time that are looked at. */
const MAX_NEIGHBOURS = 64;
/** Distances, in milliseconds, that keep better evidence before worse. */
const NO_ID = 1e9;
const NO_TOKENS = 1e12;

class Group {
  readonly members: number[] = [];
  readonly tellers = new Set<string>();
  readonly ids = new Set<string>();
  readonly answerIds = new Set<string>();
  readonly first: ToldCall;

  constructor(call: ToldCall, at: number) {
    this.first = call;
    this.add(call, at);
  }

  add(call: ToldCall, at: number): void {
    this.members.push(at);
    this.tellers.add(call.teller);
    for (const id of call.ids) this.ids.add(id);
    if (call.answerId !== null) this.answerIds.add(call.answerId);
  }

  absorb(other: Group): void {
    this.members.push(...other.members);
    for (const teller of other.tellers) this.tellers.add(teller);
    for (const id of other.ids) this.ids.add(id);
    for (const id of other.answerIds) this.answerIds.add(id);
  }
}

/**
 * Groups tellings by the call that they tell.
 * @param calls in order of belief, those of one teller in order of time
 * @returns indexes into `calls`, the most believed of each group first
 */
export function sameCalls(calls: readonly ToldCall[]): readonly (readonly number[])[] {
  const byTeller = new Map<string, Group[]>();
  const byAnswer = new Map<string, Group>();
  for (const [at, call] of calls.entries()) {
    const known = call.answerId === null ? undefined : byAnswer.get(call.answerId);
    if (known) {
      known.add(call, at);
      continue;
    }
    const own = byTeller.get(call.teller);
    const group = repeatedIn(own, call) ?? new Group(call, at);
    if (group.members[0] !== at) group.add(call, at);
    else if (own) own.push(group);
    else byTeller.set(call.teller, [group]);
    if (call.answerId !== null) byAnswer.set(call.answerId, group);
  }
  let found: Group[] = [];
  for (const [teller, groups] of byTeller) {
    if (found.length === 0) found = groups;
    else found = [...found, ...joinAll(found, groups, teller)];
  }
  return found.map(({ members }) => members);
}

/** A call that the same teller told just before: the same answer at the same time. */
function repeatedIn(own: readonly Group[] | undefined, call: ToldCall): Group | undefined {
  if (call.ids.length === 0) return undefined;
  return own
    ?.slice(-MAX_NEIGHBOURS)
    .find(({ first }) => call.ids.some((id) => first.ids.includes(id)) && overlapMs(first, call) > 0);
}

/** Joins the groups of one teller to those of the tellers before. @returns those that are other calls */
function joinAll(found: readonly Group[], groups: readonly Group[], teller: string): Group[] {
  const free = new Set(groups);
  const open = (group: Group) => !group.tellers.has(teller);
  const join = (into: Group, group: Group) => {
    into.absorb(group);
    free.delete(group);
  };
  joinByUniqueId(found, groups, open, join);
  for (const { into, group } of pairsByTime(found.filter(open), [...free]))
    if (free.has(group) && open(into)) join(into, group);
  joinByUniqueTokens(found.filter(open), [...free], join);
  joinByOrder(found.filter(open), [...free], join);
  return [...free];
}

/** An id that each of both tells once is of one call, whatever their clocks say. */
function joinByUniqueId(
  found: readonly Group[],
  groups: readonly Group[],
  open: (group: Group) => boolean,
  join: (into: Group, group: Group) => void,
): void {
  const before = onceById(found);
  for (const [id, group] of onceById(groups)) {
    const into = before.get(id);
    if (into && group && open(into)) join(into, group);
  }
}

function onceById(groups: readonly Group[]): Map<string, Group | null> {
  const once = new Map<string, Group | null>();
  for (const group of groups) for (const id of group.ids) once.set(id, once.has(id) ? null : group);
  return once;
}

interface Pair {
  readonly into: Group;
  readonly group: Group;
  readonly distance: number;
}

/** Who may be whom, the nearest first. */
function pairsByTime(found: readonly Group[], groups: readonly Group[]): Pair[] {
  const byEnd = found.filter(({ first }) => first.isClocked).sort((a, b) => a.first.endMs - b.first.endMs);
  const ends = byEnd.map(({ first }) => first.endMs);
  const pairs: Pair[] = [];
  for (const group of groups) {
    const { first } = group;
    if (!first.isClocked) continue;
    const from = firstAtLeast(ends, first.startMs - SLACK_MS);
    for (let at = from; at < byEnd.length && at < from + MAX_NEIGHBOURS; at++) {
      const into = byEnd[at] as Group;
      const distance = distanceOf(into, group);
      if (distance !== null) pairs.push({ into, group, distance });
    }
  }
  return pairs.sort((a, b) => a.distance - b.distance);
}

/** How far apart two tellings lie that may be of one call; null where they are of two. */
function distanceOf(into: Group, group: Group): number | null {
  const [a, b] = [into.first, group.first];
  const alike = areAlike(into, group);
  if (alike === null) return null;
  const overlap = overlapMs(a, b);
  if (overlap < -SLACK_MS) return null;
  const shorter = Math.min(a.endMs - a.startMs, b.endMs - b.startMs);
  if (alike === 'perhaps' && overlap < Math.max(shorter / 2, 0) - EDGE_MS) return null;
  const apart = Math.abs(a.endMs - b.endMs) + Math.abs(a.startMs - b.startMs) / 4;
  return apart + (alike === 'by id' ? 0 : alike === 'by tokens' ? NO_ID : NO_TOKENS);
}

type Likeness = 'by id' | 'by tokens' | 'perhaps';

function areAlike(into: Group, group: Group): Likeness | null {
  const [a, b] = [into.first, group.first];
  if (a.failed !== b.failed) return null;
  if (differ(into.answerIds, group.answerIds)) return null;
  const sharesId = [...group.ids].some((id) => into.ids.has(id));
  if (!sharesId && differ(into.ids, group.ids)) return null;
  const tokens = a.estimated || b.estimated ? 'untold' : sameTokens(a, b);
  if (tokens === 'other') return null;
  if (sharesId) return 'by id';
  return tokens === 'same' ? 'by tokens' : 'perhaps';
}

/** Both name an id of one kind, and none is the same. */
function differ(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  const kinds = new Set([...a].map(kindOf));
  return [...b].some((id) => kinds.has(kindOf(id))) && ![...b].some((id) => a.has(id));
}

function kindOf(id: string): string {
  return id.slice(0, id.indexOf(':'));
}

function sameTokens(a: ToldCall, b: ToldCall): 'same' | 'other' | 'untold' {
  if (a.outputTokens !== null && b.outputTokens !== null && a.outputTokens !== b.outputTokens) return 'other';
  const [inA, inB] = [a.inputTokens, b.inputTokens];
  if (inA !== null && inB !== null) {
    const forms = [inA, inA + a.cachedTokens, inA - a.cachedTokens];
    if (!forms.includes(inB) && inA !== inB + b.cachedTokens && inA !== inB - b.cachedTokens) return 'other';
  }
  return a.outputTokens === null || b.outputTokens === null || inA === null || inB === null
    ? 'untold'
    : 'same';
}

/** Negative: the gap between them. */
function overlapMs(a: ToldCall, b: ToldCall): number {
  return Math.min(a.endMs, b.endMs) - Math.max(a.startMs, b.startMs);
}

/** Where one of both tells no time, the only call of the one with these tokens is the only one of the other. */
function joinByUniqueTokens(
  found: readonly Group[],
  groups: readonly Group[],
  join: (into: Group, group: Group) => void,
): void {
  const byOutput = Map.groupBy(found, ({ first }) => first.outputTokens);
  const alikeTo = new Map<Group, number>();
  const pairs: (readonly [into: Group, group: Group])[] = [];
  for (const group of groups) {
    const near = byOutput.get(group.first.outputTokens) ?? [];
    if (near.length > MAX_NEIGHBOURS) continue;
    const alike = near
      .filter((into) => !(into.first.isClocked && group.first.isClocked))
      .filter((into) => areAlike(into, group) === 'by tokens');
    for (const into of alike) alikeTo.set(into, (alikeTo.get(into) ?? 0) + 1);
    const [into] = alike;
    if (into && alike.length === 1) pairs.push([into, group]);
  }
  for (const [into, group] of pairs) if (alikeTo.get(into) === 1) join(into, group);
}

/** Where one of both tells no time, the n-th call of the one is the next of the other that it may be. */
function joinByOrder(
  found: readonly Group[],
  groups: readonly Group[],
  join: (into: Group, group: Group) => void,
): void {
  let next = 0;
  for (const group of groups)
    for (let at = next; at < found.length && at < next + MAX_NEIGHBOURS; at++) {
      const into = found[at] as Group;
      if (group.first.isClocked && into.first.isClocked) continue;
      if (areAlike(into, group) === null) continue;
      join(into, group);
      next = at + 1;
      break;
    }
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
