// Messages between a page and the player in its frame.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { embedReport, readCommand } from '../../../../viewer/model/share/embed-messages.ts';

describe('a command of the page around a player', () => {
  it('is exactly one of three', () => {
    expect(readCommand({ playhead: 1, type: 'play' })).toEqual({ type: 'play', tMs: null });
    expect(readCommand({ playhead: 1, type: 'pause', tMs: 5 })).toEqual({ type: 'pause', tMs: 5 });
    expect(readCommand({ playhead: 1, type: 'seek', tMs: -4.5 })).toEqual({ type: 'seek', tMs: -4.5 });
  });

  it('is nothing else: no other version, type, key or moment', () => {
    for (const data of [
      { playhead: 1, type: 'seek' },
      { playhead: '1', type: 'play' },
      { playhead: 1, type: 'seek', tMs: Number.POSITIVE_INFINITY },
      { playhead: 1, type: 'play', tMs: null },
      { playhead: 1, type: 'play', further: () => undefined },
      Object.create({ playhead: 1, type: 'play' }),
      [{ playhead: 1, type: 'play' }],
    ])
      expect(readCommand(data)).toBeNull();
  });

  it('is read from anything at all without a throw', () => {
    const like = fc.record(
      {
        playhead: fc.oneof(fc.constant(1), fc.anything()),
        type: fc.oneof(fc.constant('seek'), fc.anything()),
        tMs: fc.anything(),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fc.oneof(fc.anything(), like), (data) => {
        const command = readCommand(data);
        if (command?.tMs != null) expect(Number.isFinite(command.tMs)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

it('a report tells times and a state, to the microsecond', () => {
  const player = { mode: 'paused', positionNs: 1_234_567_891, lengthNs: 4_436_000_000 } as const;
  expect(embedReport('time', player)).toEqual({
    playhead: 1,
    type: 'time',
    state: 'paused',
    tMs: 1234.568,
    lengthMs: 4436,
  });
});
