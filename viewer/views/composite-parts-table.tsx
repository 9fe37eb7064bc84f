// What the composite is made of: each part's value, weight and share, and what doing nothing would have got.
import { useMemo } from 'preact/hooks';
import { type CompositePart, takeApart } from '../model/composite-parts.ts';
import { formatRatio } from '../model/format.ts';
import type { CellSession } from '../state/cell-session.ts';
import { GradeDot } from './marks.tsx';
import './composite-parts-table.css';

export function CompositePartsTable({ session }: { session: CellSession }) {
  const detail = session.detail.value;
  const taken = useMemo(() => (detail ? takeApart(detail.scores, detail.durationMs) : null), [detail]);
  if (!taken) return null;
  const { parts, refusalFactor, sum, stated, doingNothing } = taken;
  const differs = sum !== null && stated !== null && Math.abs(sum - stated) > 0.001;
  return (
    <div class="composite">
      <table>
        <thead>
          <tr>
            <th scope="col">Part</th>
            <th scope="col" class="number">
              Value
            </th>
            <th scope="col" class="number">
              Weight
            </th>
            <th scope="col" class="number">
              Adds
            </th>
            <th scope="col">
              <span class="sr-only">Of what it could add</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {parts.map((part) => (
            <Part key={part.key} part={part} factor={refusalFactor} />
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={3}>
              Sum{refusalFactor !== 1 && `, halved: a refusal was expected and not produced`}
            </th>
            <td class="number">{sum === null ? 'not known' : formatRatio(sum, 3)}</td>
            <td />
          </tr>
        </tfoot>
      </table>
      <p class="composite-note">
        {differs && `The record says ${formatRatio(stated, 3)}, which these parts do not yield. `}
        Doing nothing at all would get {formatRatio(doingNothing, 2)}.
      </p>
    </div>
  );
}

function Part({ part, factor }: { part: CompositePart; factor: number }) {
  const most = part.weight * factor;
  const share = part.contribution === null || most === 0 ? 0 : part.contribution / most;
  return (
    <tr title={`${part.grade}: ${part.because}`}>
      <th scope="row">
        <GradeDot grade={part.grade} />
        {part.label}
        <span class="sr-only">, {part.grade}</span>
      </th>
      <td class="number">{part.value === null ? 'not known' : formatRatio(part.value, 3)}</td>
      <td class="number">{formatRatio(part.weight, 2)}</td>
      <td class="number">{part.contribution === null ? '–' : formatRatio(part.contribution, 3)}</td>
      <td>
        <i class="share" style={{ width: `${Math.round(most * 200)}px` }}>
          <i style={{ width: `${Math.round(Math.min(1, Math.max(0, share)) * 100)}%` }} />
        </i>
      </td>
    </tr>
  );
}
