// Badges: what came of one agent and model on one task, over the attempts of a sweep, as an image for READMEs
// and pages of any origin. It shows a verdict and a mean. Does not show anything else of a cell.
import { createHash } from 'node:crypto';
import { type BadgeAttempt, badgeSvg, badgeText, badgeTone } from '../../shared/badge.ts';
import { type CellState, outcomeAt } from '../cell/cell-state.ts';
import type { StoreReads } from '../cell/stores.ts';
import { RequestError } from '../errors.ts';
import { integerQuery } from './address.ts';
import { namesTag } from './entity-tag.ts';
import type { Answer, RouteContext } from './route.ts';

/** More attempts than that no badge counts; the newest are. */
const MAX_ATTEMPTS = 500;
const MAX_RUN = 999_999;
/** Short: GitHub's image proxy keeps a badge for this long, and a run may end in that time. */
const CACHING = 'max-age=60';

export function badge({ store, writer }: RouteContext): Answer {
  return async (c) => {
    const name = readName(new URL(c.req.url).pathname);
    const run = integerQuery(c, 'run', 1, MAX_RUN, 0);
    const all = await attemptsOf(store, name, c.req.query('sweep'));
    const attempts = all.filter(({ parts }) => run === 0 || parts.attempt === run);
    const nowNs = writer.now();
    const svg = draw(
      name,
      run,
      attempts.map((cell) => ({ ...cell, outcome: outcomeAt(cell, nowNs).outcome })),
    );
    const etag = `"${createHash('sha256').update(svg).digest('base64url').slice(0, 22)}"`;
    const headers = {
      etag,
      'cache-control': CACHING,
      'cross-origin-resource-policy': 'cross-origin',
      'content-security-policy': "default-src 'none'; style-src 'none'",
    };
    if (namesTag(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers);
    return c.body(svg, 200, { ...headers, 'content-type': 'image/svg+xml; charset=utf-8' });
  };
}

interface BadgeName {
  readonly agent: string;
  readonly model: string;
  readonly family: string;
  readonly task: string;
}

/**
 * `/badge/<agent>/<model>/<family>/<task>.svg`; a model may hold slashes, so the rest is read from both ends.
 * @throws RequestError 404
 */
function readName(pathname: string): BadgeName {
  const parts = pathname
    .replace(/\.svg$/, '')
    .split('/')
    .slice(2)
    .map(decoded);
  const [agent, task, family] = [parts[0], parts.at(-1), parts.at(-2)];
  if (!pathname.endsWith('.svg') || parts.length < 4 || parts.includes('') || !agent || !task || !family)
    throw new RequestError(
      404,
      'not_found',
      'a badge is at /badge/<agent>/<model>/<family>/<task>.svg, nothing else',
    );
  return { agent, model: parts.slice(1, -2).join('/'), family, task };
}

/** @throws RequestError 400 */
function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch (cause) {
    throw new RequestError(400, 'bad_path', 'the path is not percent-encoded UTF-8', { cause });
  }
}

/** Of the sweep named, else of the one that the newest such cell belongs to. */
async function attemptsOf(
  store: StoreReads,
  name: BadgeName,
  named: string | undefined,
): Promise<CellState[]> {
  const { agent, model, family, task } = name;
  const filter = { agent, model, family, task: `${family}/${task}` };
  const sweep = named ?? (await store.cells.list(filter, null, 1))[0]?.parts.sweep;
  return sweep === undefined ? [] : store.cells.list({ ...filter, sweep }, null, MAX_ATTEMPTS);
}

/**
 * A cell that is not there is an image as well, and no 404: the proxies of READMEs throw the body of an error
 * away and show the link's alternative text instead, which repeats a verdict that may long be untrue.
 */
function draw(
  { agent, model, family, task }: BadgeName,
  run: number,
  attempts: readonly BadgeAttempt[],
): string {
  const short = `${agent} × ${model.slice(model.lastIndexOf('/') + 1)} · ${task}`;
  const whole = `${agent} × ${model} on ${family}/${task}${run === 0 ? '' : `, run ${run}`}`;
  if (attempts.length === 0) return badgeSvg(short, 'not recorded', 'quiet', whole);
  return badgeSvg(short, badgeText(attempts), badgeTone(attempts), whole);
}
