// The rows of the table of model calls.
import { describe, expect, it } from 'vitest';
import {
  callSums,
  modelCallRows,
  shortenedContexts,
} from '../../../../viewer/model/model-calls/model-call-rows.ts';
import { aModelCall, CLOCK_START_NS } from '../../../support/trace-builders.ts';

describe('the table of model calls', () => {
  it('shows numbers as text and what was not recorded as nothing, never as 0', () => {
    const call = aModelCall({
      startMs: 1216,
      durationMs: 475.2,
      timeToFirstChunkMs: 391,
      inputTokens: 1200,
      outputTokens: 45,
      costUsd: 0.000138,
      requestHash: '0123456789abcdef0123',
      finishReason: 'toolUse',
    });
    const [row] = modelCallRows([call], CLOCK_START_NS);
    expect(row).toMatchObject({
      number: 1,
      startNs: 1_216_000_000,
      endNs: 1_691_200_000,
      firstChunkNs: 1_607_000_000,
      start: '1.216 s',
      prompt: '1,200',
      completion: '45',
      cached: null,
      reasoning: null,
      latency: '475 ms',
      firstChunk: '391 ms',
      cost: '$0.00014',
      requestHash: '0123456789ab',
      finish: 'toolUse',
    });
  });

  it('keeps a recorded 0 a 0', () => {
    const [row] = modelCallRows([aModelCall({ cacheReadTokens: 0, costUsd: 0 })], CLOCK_START_NS);
    expect(row).toMatchObject({ cached: '0', cost: '$0', latency: null, endNs: null });
  });

  it('says nothing of a start that was never sent, nor of a length counted from it', () => {
    const [row] = modelCallRows([aModelCall({ startNs: '0', durationMs: 1.8e12 })], CLOCK_START_NS);
    expect(row).toMatchObject({ startNs: 0, start: null, latency: null, endNs: null });
  });

  it('numbers the calls in order of start', () => {
    const rows = modelCallRows(
      [aModelCall({ startMs: 9, model: 'b' }), aModelCall({ startMs: 1, model: 'a' })],
      CLOCK_START_NS,
    );
    expect(rows.map((row) => [row.number, row.model])).toEqual([
      [1, 'a'],
      [2, 'b'],
    ]);
  });

  it('writes dollars with two digits that count', () => {
    const costs = [0.02, 0.1, 1.5, 12.345, 0.00000123].map((costUsd) => aModelCall({ costUsd }));
    expect(modelCallRows(costs, CLOCK_START_NS).map((row) => row.cost)).toEqual([
      '$0.020',
      '$0.10',
      '$1.50',
      '$12.35',
      '$0.0000012',
    ]);
  });

  it('adds up lengths and waits where every call tells them', () => {
    const call = { durationMs: 400, timeToFirstChunkMs: 100 };
    const sums = (calls: Parameters<typeof aModelCall>[0][]) =>
      callSums(modelCallRows(calls.map(aModelCall), CLOCK_START_NS));
    expect(sums([call, call])).toEqual({ lengthMs: 800, waitShare: 0.25 });
    // A refused call waited in vain.
    expect(sums([call, { durationMs: 400, error: 'overloaded' }])).toEqual({
      lengthMs: 800,
      waitShare: 0.625,
    });
    expect(sums([call, { durationMs: 400 }])).toEqual({ lengthMs: 800, waitShare: null });
    expect(sums([call, {}])).toEqual({ lengthMs: null, waitShare: null });
  });

  it('finds where a conversation’s context was shortened, and takes no subagent’s for it', () => {
    const inputs = [100_000, 8_000, 182_000, 24_000, 9_000];
    const calls = inputs.map((inputTokens, index) => aModelCall({ startMs: index, inputTokens }));
    const rows = modelCallRows(calls, CLOCK_START_NS);
    const shortened = shortenedContexts(rows, (row) => ((row.inputTokens ?? 0) < 10_000 ? 1 : 0));
    expect([...shortened].map(([row, before]) => [before, row.inputTokens])).toEqual([[182_000, 24_000]]);
  });
});
