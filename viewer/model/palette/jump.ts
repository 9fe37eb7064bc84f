// Where a typed place is: "#37" a turn, "12:40" or "1:02:03.5" a moment, "-2m" or "+30s" from where the playhead is.
// Pure; a text that is none of these is none.

export interface JumpPlaces {
  readonly positionNs: number;
  readonly lengthNs: number;
  /** When each turn begins, by its number from 1. */
  readonly turnsNs: readonly number[];
}

export interface Jump {
  readonly tNs: number;
  readonly label: string;
}

const UNITS_S: Readonly<Record<string, number>> = { '': 1, s: 1, m: 60, h: 3600, ms: 0.001 };

/** null where the text is no place of the run. */
export function jumpTo(text: string, { positionNs, lengthNs, turnsNs }: JumpPlaces): Jump | null {
  const words = text.trim();
  const held = (tNs: number) => Math.min(Math.max(0, tNs), lengthNs);
  const turn = /^#(\d{1,6})$/.exec(words)?.[1];
  if (turn !== undefined) {
    const tNs = turnsNs[Number(turn) - 1];
    return tNs === undefined ? null : { tNs, label: `Turn ${Number(turn)}` };
  }
  const clock = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2}(?:\.\d{1,9})?)$/.exec(words);
  if (clock) {
    const [, hours = '0', minutes = '0', seconds = '0'] = clock;
    const tNs = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1e9;
    return tNs > lengthNs ? null : { tNs, label: words };
  }
  const step = /^([+-])(\d{1,6}(?:\.\d{1,6})?)(ms|[smh]?)$/.exec(words);
  if (!step) return null;
  const [, sign, amount = '0', unit = ''] = step;
  const byNs = Number(amount) * (UNITS_S[unit] ?? 1) * 1e9 * (sign === '-' ? -1 : 1);
  return {
    tNs: held(positionNs + byNs),
    label: sign === '-' ? `Back ${amount}${unit || 's'}` : `Forward ${amount}${unit || 's'}`,
  };
}
