// The scorers' own words: per axis every key and every value, as they were put.
import { axisOrder, type ScoreRecord, type ScoreValue } from '../../shared/score.ts';
import { formatHeadline } from '../model/format.ts';
import { shownLine } from '../model/shown-text.ts';
import { factOf } from '../model/span-facts.ts';
import type { CellSession } from '../state/cell-session.ts';
import { GradeDot } from './marks.tsx';
import { Nothing } from './notice.tsx';
import { Shown } from './shown.tsx';
import './scores-list.css';

export function ScoresList({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  if (!detail) return null;
  if (detail.scores.length === 0)
    return (
      <Nothing title="No scores were put to this cell">
        <p>
          Send them with <code>PUT /api/cells/…/scores</code> or <code>playhead score</code>.
        </p>
      </Nothing>
    );
  const scores = [...detail.scores].sort((a, b) => rank(a.axis) - rank(b.axis) || (a.axis < b.axis ? -1 : 1));
  return (
    <div class="scores">
      {scores.map((score, index) => (
        <Axis key={`${index} ${score.axis}`} score={score} session={session} />
      ))}
    </div>
  );
}

function rank(axis: string): number {
  const at = axisOrder.indexOf(axis);
  return at < 0 ? axisOrder.length : at;
}

function Axis({ score, session }: { score: ScoreRecord; session: CellSession }) {
  const headline = session.detail.value?.headlines.find((one) => one.axis === score.axis);
  return (
    <section class="axis">
      <header>
        <h3>{shownLine(score.axis)}</h3>
        {headline && (
          <span class="axis-headline" title={`${headline.grade}: ${headline.because}`}>
            <GradeDot grade={headline.grade} />
            {formatHeadline(headline)}
          </span>
        )}
        {score.scorer !== undefined && <span class="faint">by {shownLine(score.scorer)}</span>}
      </header>
      <dl>
        {Object.entries(score.values).map(([key, value]) => (
          <Value key={key} name={key} value={value} />
        ))}
      </dl>
    </section>
  );
}

function Value({ name, value }: { name: string; value: ScoreValue }) {
  const fact = factOf(name, value);
  const block = fact.full.includes('\n');
  return (
    <div class={block ? 'value block' : 'value'}>
      <dt>
        <Shown text={name} max={256} />
      </dt>
      <dd class={`type-${fact.type}`}>
        {block ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls
          <pre tabIndex={0}>
            <Shown text={fact.full.replace(/^\n+|\n+$/g, '')} />
          </pre>
        ) : fact.full === '' ? (
          <span class="faint">empty text</span>
        ) : (
          <Shown text={fact.full} />
        )}
      </dd>
    </div>
  );
}
