// A cost as lists and tables show it: "≈" where it is estimated, "≥" where some calls are not in it.
import { formatUsd } from '../../../shared/money.ts';

interface Cost {
  readonly usd: number | null;
  /** How it is known; measured where absent. */
  readonly grade?: string | undefined;
  readonly atLeast?: boolean;
}

/** "≥ ≈ $0.02"; null where there is none. */
export function costWords({ usd, grade, atLeast = false }: Cost): string | null {
  if (usd === null) return null;
  return `${atLeast ? '≥ ' : ''}${grade === 'estimated' ? '≈ ' : ''}${formatUsd(usd)}`;
}
