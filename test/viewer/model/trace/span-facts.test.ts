// A span's attributes as they are listed.
import fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { spanFlag } from '../../../../shared/span.ts';
import {
  FACT_PREVIEW_CHARS,
  factOf,
  flagWords,
  spanFacts,
} from '../../../../viewer/model/trace/span-facts.ts';

describe("a span's attributes", () => {
  it('stand in the order in which they came, repeated keys after', () => {
    const facts = spanFacts({
      attributes: { zebra: 1, apple: true, none: null },
      repeatedAttributes: [{ key: 'zebra', value: 2 }],
    });
    expect(facts.map(({ key, type, preview, repeated }) => [key, type, preview, repeated])).toEqual([
      ['zebra', 'number', '1', false],
      ['apple', 'boolean', 'true', false],
      ['none', 'null', 'null', false],
      ['zebra', 'number', '2', true],
    ]);
  });

  it('keep hostile keys as mere text', () => {
    const attributes = JSON.parse('{"__proto__":{"polluted":1},"constructor":"x","<b>":"y"}');
    expect(spanFacts({ attributes }).map((fact) => fact.key)).toEqual(['__proto__', 'constructor', '<b>']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('fold long values and lay out JSON, in strings too', () => {
    const command = factOf('command', ['python', '-t', 'x'.repeat(200)]);
    expect(command).toMatchObject({ type: 'json', folded: true, parsedFromString: false });
    expect(command.full).toBe(JSON.stringify(['python', '-t', 'x'.repeat(200)], null, 2));
    const messages = factOf('gen_ai.output.messages', '[{"role":"assistant"}]');
    expect(messages).toMatchObject({
      type: 'json',
      preview: '[{"role":"assistant"}]',
      parsedFromString: true,
    });
    expect(factOf('text', '[not json')).toMatchObject({ type: 'text', preview: '[not json', folded: false });
  });

  it('show one line of many, and say that there is more', () => {
    expect(factOf('text', 'one\ntwo')).toMatchObject({ preview: 'one two', full: 'one\ntwo', folded: true });
  });

  it('never make a preview longer than its line, and never lose the value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const fact = factOf('k', value as Parameters<typeof factOf>[1]);
        expect(fact.preview.length).toBeLessThanOrEqual(FACT_PREVIEW_CHARS);
        expect(fact.preview).not.toMatch(/\n/);
        if (typeof value === 'object' && value !== null)
          expect(JSON.parse(fact.full)).toEqual(JSON.parse(JSON.stringify(value)));
        else if (!fact.parsedFromString) expect(fact.full).toBe(String(value));
      }),
    );
  });

  it('survive a value nested a hundred thousand deep', () => {
    const text = `${'['.repeat(90_000)}${']'.repeat(90_000)}`;
    expect(factOf('deep', text).preview.length).toBeLessThanOrEqual(FACT_PREVIEW_CHARS);
  });
});

describe('what is odd about a span', () => {
  it('has words for every flag that a span can carry', () => {
    const flags = Object.keys(spanFlag);
    for (const [index, word] of flagWords(flags).entries()) expect(word).not.toBe(flags[index]);
    expect(flagWords(['fromTheFuture'])).toEqual(['fromTheFuture']);
  });
});

test('what a tool printed is shown as a terminal shows it; all else as it came', () => {
  const value = '\u001b[31mred\u001b[0m';
  const attributes = { 'gen_ai.tool.call.result': value, 'bench.verify.output': value, other: value };
  expect(spanFacts({ attributes }).map(({ full }) => full)).toEqual(['red', 'red', value]);
});
