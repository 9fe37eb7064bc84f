// Who sent a part of a run, in the words of the page.
import { expect, test } from 'vitest';
import type { Sender } from '../../../../shared/wire.ts';
import { senderText } from '../../../../viewer/model/cells/sender-text.ts';

const aSender = (told: Partial<Sender>): Sender => ({
  ...{ service: 'my-agent', sdk: 'opentelemetry go 1.47.0', scope: 'my-harness 2', records: 3 },
  ...{ kinds: [{ kind: 'model_call', count: 2 }], dialects: ['genai'], unread: [], unreadNames: 0 },
  ...told,
});

test('a sender is its program and SDK, its instrumentation, its records and its dialects', () => {
  const kinds = [
    { kind: 'model_call', count: 1200 },
    { kind: 'tool_call', count: 1 },
    { kind: 'other', count: 2 },
    { kind: 'log', count: 1 },
  ];
  expect(senderText(aSender({ kinds, dialects: ['genai', 'openinference'] }))).toEqual({
    program: 'my-agent · opentelemetry go 1.47.0',
    scope: 'my-harness 2',
    records: '1,200 model calls, 1 tool call, 2 other spans, 1 log record',
    dialects: 'genai · openinference',
    unread: null,
  });
});

test('what it does not tell is null, and never an empty text', () => {
  expect(senderText(aSender({ sdk: null, scope: '', dialects: [] }))).toMatchObject({
    program: 'my-agent',
    scope: null,
    dialects: null,
  });
});

test('unread names come with their number, and with how many more there are', () => {
  const unread = [
    { key: 'my.key', count: 3 },
    { key: 'constructor', count: 1 },
  ];
  expect(senderText(aSender({ unread, unreadNames: 2 })).unread).toBe('my.key ×3, constructor');
  expect(senderText(aSender({ unread, unreadNames: 40 })).unread).toBe(
    'my.key ×3, constructor, and 38 more names',
  );
});

test('of many unread names the page shows the first', () => {
  const unread = Array.from({ length: 20 }, (_, at) => ({ key: `k.${at}`, count: 1 }));
  expect(senderText(aSender({ unread, unreadNames: 31 })).unread).toMatch(/k\.7, and 23 more names$/);
});

test('a hostile name is shown as what it is', () => {
  expect(senderText(aSender({ service: 'a\u202eb\u0007' })).program).not.toContain('\u202e');
  expect(senderText(aSender({ kinds: [{ kind: 'constructor', count: 1 }] })).records).toBe('1 constructor');
});
