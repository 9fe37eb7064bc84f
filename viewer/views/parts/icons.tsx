// The small shapes that carry meaning beside a word: outcomes, span kinds, value grades. Each kind
// has a shape of its own, so that none is known by colour alone; none is shown without a word near.
import type { Outcome } from '../../../shared/outcome-words.ts';
import type { ValueGrade } from '../../../shared/score.ts';
import type { SpanKind } from '../../../shared/span.ts';
import './icons.css';

/** The shape of an outcome; its word stands beside it, so it is hidden from screen readers. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  return (
    <svg class={`outcome-mark ${outcome}`} viewBox="0 0 14 14" aria-hidden="true">
      {outcomeShape(outcome)}
    </svg>
  );
}

function outcomeShape(outcome: Outcome) {
  switch (outcome) {
    case 'passed':
      return (
        <>
          <circle class="fill" cx="7" cy="7" r="6" />
          <path class="cut" d="M4.2 7.2 6.2 9.2 9.9 5" />
        </>
      );
    case 'failed':
      return (
        <>
          <rect class="fill" x="1.4" y="1.4" width="11.2" height="11.2" rx="2.6" />
          <path class="cut" d="M4.7 4.7l4.6 4.6M9.3 4.7l-4.6 4.6" />
        </>
      );
    case 'timed_out':
      return (
        <>
          <circle class="ring" cx="7" cy="7" r="5.4" />
          <path class="stroke" d="M7 3.8V7l2.2 1.6" />
        </>
      );
    case 'agent_error':
      return (
        <>
          <path class="fill" d="M7 .9 13.4 12.4H.6Z" />
          <path class="cut" d="M7 5v3.4M7 10.1v.6" />
        </>
      );
    case 'unscored':
      return <circle class="ring dashed" cx="7" cy="7" r="5.4" />;
    case 'verifier_error':
      return (
        <>
          <path class="ring" d="M7 1.2 12.8 7 7 12.8 1.2 7Z" />
          <path class="stroke" d={lines[outcome]} />
        </>
      );
    default:
      return (
        <>
          <circle class="ring" cx="7" cy="7" r="5.4" />
          <path class="stroke" d={lines[outcome]} />
        </>
      );
  }
}

/** What is drawn into the ring: a bar, a slash, a break, two bars, a cross, an exclamation, a gap, an arrow. */
const lines: Partial<Record<Outcome, string>> = {
  refused: 'M4.4 7h5.2',
  no_op: 'M4.4 9.6l5.2-5.2',
  incompatible: 'M4.6 5.6h4.8M4.6 8.4h4.8M8.4 4.2 5.6 9.8',
  rate_limited: 'M5.6 4.9v4.2M8.4 4.9v4.2',
  provider_error: 'M5 5l4 4M9 5l-4 4',
  verifier_error: 'M7 4.4v3M7 9.3v.3',
  interrupted: 'M7 3.6v3.4M5.4 9.6h3.2',
  running: 'M5.8 4.8 9 7 5.8 9.2Z',
};

/** The shape of a span kind: square for calls, rounded bar for phases, diamond for checks. */
export function KindMark({ kind, hollow = false, failed = false }: KindMarkProps) {
  return (
    <i class={`kind-mark ${kind}${hollow ? ' hollow' : ''}${failed ? ' failed' : ''}`} aria-hidden="true" />
  );
}

interface KindMarkProps {
  readonly kind: SpanKind | 'file' | 'text';
  readonly hollow?: boolean;
  /** A failed verifier is red wherever it is shown. */
  readonly failed?: boolean;
}

/** filled = measured, ring = derived or estimated, dashed = not recorded or not applicable. */
export function GradeDot({ grade }: { grade: ValueGrade }) {
  return <i class={`grade-dot ${grade.replace(' ', '-')}`} aria-hidden="true" />;
}

export function PlayheadMark() {
  return (
    <svg class="playhead-mark" viewBox="0 0 32 32" aria-hidden="true">
      <rect class="ground" width="32" height="32" rx="8" />
      <rect class="before" x="8" y="10" width="3.5" height="12" rx="1.5" />
      <rect class="after" x="22" y="10" width="3.5" height="12" rx="1.5" />
      <rect class="line" x="15" y="5.5" width="3.5" height="21" rx="1.5" />
    </svg>
  );
}
