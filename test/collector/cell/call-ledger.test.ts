// The ledger of a cell's model calls by itself. Does not look at what it comes to: counting.test.ts does, in the
// collector's answers.
import { expect, test } from 'vitest';
import { CallLedger } from '../../../collector/cell/call-ledger.ts';
import type { LedgerRow } from '../../../collector/cell/records.ts';
import { tellerRank } from '../../../shared/tellers.ts';
import { cpuMs } from '../../support/machine/cpu-time.ts';

/** Of five tokens in and three out, with an answer's id of its own. */
function call(teller: 'proxy' | 'logs', no: number): LedgerRow {
  const telling = {
    model: 'm',
    requestHash: null,
    inputTokens: 5,
    outputTokens: 3,
    cacheReadTokens: null,
    cacheWriteTokens: null,
    reasoningTokens: null,
    timeToFirstChunkMs: null,
    costUsd: null,
    finishReason: null,
    error: null,
    teller: tellerRank(teller),
    source: '',
    answerId: `answer-${no}`,
  };
  return { telling, startMs: no, endMs: no + 1, isClocked: true, failed: false };
}

test('any number of tellings below one measured call are that call, in a time that grows as they do', () => {
  const ledger = new CallLedger();
  const measured = ledger.add(call('proxy', 0));
  ledger.place(measured, -1);
  for (let no = 1; no <= 40_000; no++) ledger.place(ledger.add(call('logs', no)), measured);
  const began = cpuMs();
  expect(ledger.sums()).toMatchObject({ calls: 1, answered: 1, usage: { inputTokens: 5, outputTokens: 3 } });
  expect(cpuMs(began)).toBeLessThan(4000);
});

test('any number of calls that may be the one of another teller are compared in a time that grows as they do', () => {
  const ledger = new CallLedger();
  const plain = (teller: 'proxy' | 'logs', no: number): LedgerRow => {
    const { telling, ...row } = call(teller, no);
    const { answerId: _answerId, ...untold } = telling;
    return { ...row, telling: untold, isClocked: teller === 'logs' };
  };
  ledger.add(plain('proxy', 0));
  for (let no = 1; no <= 40_000; no++) ledger.add(plain('logs', no));
  const began = cpuMs();
  expect(ledger.sums()).toMatchObject({ calls: 40_000, usage: { inputTokens: 200_000 } });
  expect(cpuMs(began)).toBeLessThan(4000);
});
