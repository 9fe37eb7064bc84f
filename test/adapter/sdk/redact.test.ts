// Secrets leave no text: whatever form, colour or border stands in the way; and nothing else is touched.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Redactor } from '../../../adapter/sdk/redact.ts';
import { cpuMs } from '../../support/machine/cpu-time.ts';

const secret = 'sk-proj-a1B2c3D4e5F6/+"x';
const env = { OPENAI_API_KEY: secret, HOME: '/home/someone', GH_TOKEN: 'ghp_0123456789abcdef' };
const redactor = Redactor.of(env);
const marker = '[redacted:OPENAI_API_KEY]';

describe('a secret is removed', () => {
  test('as it is', () => {
    expect(redactor.clean(`key=${secret}; ok`)).toBe(`key=${marker}; ok`);
  });

  test('in base64, at every place of a longer text, also over two lines', () => {
    for (const before of ['', 'x', 'xy', 'xyz', 'user:'])
      for (const encoding of ['base64', 'base64url'] as const) {
        const text = Buffer.from(`${before}${secret}\n`).toString(encoding);
        const clean = redactor.clean(`${text.slice(0, 15)}\n${text.slice(15)}`);
        expect(clean).toContain(marker);
        expect(Buffer.from(clean, encoding).toString()).not.toContain(secret.slice(0, 12));
      }
  });

  test('URL-encoded, in hex, and in JSON text that stands in JSON text', () => {
    const once = JSON.stringify({ key: secret });
    const twice = JSON.stringify({ text: once });
    for (const text of [
      encodeURIComponent(secret),
      encodeURIComponent(secret).toLowerCase().replace('sk-proj-a1b2c3d4e5f6', 'sk-proj-a1B2c3D4e5F6'),
      new URLSearchParams({ key: secret }).toString(),
      Buffer.from(secret).toString('hex'),
      once,
      twice,
    ])
      expect(redactor.clean(text)).toContain(marker);
  });

  test('whichever characters the writer of JSON or of an address escapes', () => {
    const odd = 'aB3/+&=<é>\'~"Z %9*';
    const own = new Redactor([['A_KEY', odd]]);
    const unit = (char: string) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
    const json = JSON.stringify(odd).slice(1, -1);
    const bytes = [...Buffer.from(odd)].map((byte) => `%${byte.toString(16).padStart(2, '0')}`);
    for (const text of [
      json.replace(/[<>&]/g, unit),
      json.replace(/[<>&'+"]|[^ -~]/g, (char) => unit(char).toUpperCase().replace('U', 'u')),
      json.replaceAll('/', '\\/').replace(/[^ -~]/g, unit),
      [...odd].map(unit).join(''),
      JSON.stringify([...odd].map(unit).join('')).slice(1, -1),
      encodeURIComponent(odd).replaceAll('%2F', '/'),
      encodeURIComponent(odd).replace(/[~*']/g, (char) => `%${char.charCodeAt(0).toString(16)}`),
      bytes.join(''),
    ]) {
      expect([text, own.clean(`{"k":"${text}"}`)]).toEqual([text, '{"k":"[redacted:A_KEY]"}']);
      for (let cut = text.startsWith('%') ? 3 : 1; cut < text.length; cut++) {
        const stream = own.stream();
        expect(stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end()).toBe(
          '[redacted:A_KEY]',
        );
      }
    }
    expect(redactor.stream().push('50%')).toBe('50%');
  });

  test('split by colours, cursor moves, titles and line ends, also where JSON writes those', () => {
    const parts = [secret.slice(0, 5), secret.slice(5, 11), secret.slice(11)];
    for (const between of [
      '\u001b[31m',
      '\u001b[0;1;38;2;1;2;3m',
      '\u001b[2;10H',
      '\r\n',
      '\u001b]0;t\u0007',
    ])
      for (const text of [parts.join(between), JSON.stringify(parts.join(between))]) {
        const clean = redactor.clean(text);
        expect(clean).toContain(marker);
        expect(clean).not.toContain(secret.slice(11));
      }
  });

  test('and the colours that stood inside it stay', () => {
    expect(redactor.clean(`${secret.slice(0, 4)}\u001b[31m${secret.slice(4)}`)).toBe(`${marker}\u001b[31m`);
  });

  test('wherever two chunks meet inside it', () => {
    const text = `before ${secret.slice(0, 9)}\u001b[1m${secret.slice(9)} after`;
    for (let cut = 0; cut <= text.length; cut++) {
      const stream = redactor.stream();
      expect(stream.push(text.slice(0, cut)) + stream.push(text.slice(cut)) + stream.end()).toBe(
        `before ${marker}\u001b[1m after`,
      );
    }
  });

  test('one character at a time', () => {
    const stream = redactor.stream();
    let clean = '';
    for (const char of `a ${secret} b ${env.GH_TOKEN} c`) clean += stream.push(char);
    expect(clean + stream.end()).toBe(`a ${marker} b [redacted:GH_TOKEN] c`);
  });

  test('from keys and values of nested data', () => {
    expect(redactor.cleanValue({ a: [secret, 1, null], [secret]: { b: `x${secret}` } })).toEqual({
      a: [marker, 1, null],
      [marker]: { b: `x${marker}` },
    });
  });

  test('where one secret holds another', () => {
    const both = Redactor.of({ A_KEY: 'abcdefgh', B_KEY: 'abcdefgh-and-more' });
    expect(both.clean('<abcdefgh-and-more>')).toBe('<[redacted:B_KEY]>');
    expect(both.clean('<abcdefgh-and->')).toBe('<[redacted:A_KEY]-and->');
  });
});

describe('nothing else is touched', () => {
  test('variables that are not secret by name, and values of less than 8 characters', () => {
    const plain = Redactor.of({ HOME: '/home/someone', A_KEY: 'short' });
    expect(plain.secrets).toBe(0);
    expect(plain.clean('/home/someone short')).toBe('/home/someone short');
  });

  test('any text without a secret comes out as it went in, however it is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (chunks) => {
        const text = chunks.join('');
        const stream = redactor.stream();
        const out = chunks.map((chunk) => stream.push(chunk)).join('') + stream.end();
        expect(out).toBe(text);
        expect(redactor.clean(text)).toBe(text);
      }),
    );
  });

  test('a stream says the same as the whole text, secrets, escapes and all', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        secret,
        secret.slice(0, 7),
        secret.slice(7),
        '\u001b[31m',
        '\u001b',
        '[',
        '\\',
        'u001b',
        '\n',
      ),
      fc.string({ maxLength: 3 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const text = pieces.join('');
        const stream = redactor.stream();
        const out = pieces.map((part) => stream.push(part)).join('') + stream.end();
        expect(out).toBe(redactor.clean(text));
        expect(out.includes(secret)).toBe(false);
      }),
      { numRuns: 200 },
    );
  });
});

describe('a text takes time in proportion to its length', () => {
  const redactor = new Redactor([['THE_KEY', 'a\\b-secret-value']]);
  const repeated = [
    '\\',
    '\\u001b',
    '\\u001b]',
    '\u001b]',
    '\u001bP',
    '\u001b]\\\\',
    '\u001b[',
    '\u001b[1',
    '\u009b',
    '\\u',
    '\\x1',
    'a\\',
    'a\\b-secret-valu',
    '\\u001b]\\u0007',
  ];
  const endings = ['', 'x', '\u0007', '\\'];

  test.each(repeated)('of %j', (piece) => {
    for (const ending of endings) {
      const msOf = (pieces: number): number => {
        const text = `\u001b]${piece.repeat(pieces)}${ending}`;
        const began = cpuMs();
        redactor.clean(text);
        return cpuMs(began);
      };
      msOf(1000);
      const short = Math.max(2, msOf(8000), msOf(8000));
      const long = Math.min(msOf(64_000), msOf(64_000));
      // 8 times as long: a quadratic text would take 64 times as long.
      expect(long / short).toBeLessThan(40);
    }
  });

  test.each(repeated)('of %j that comes in small pieces', (piece) => {
    const stream = redactor.stream();
    const began = cpuMs();
    for (let n = 0; n < 30_000; n++) stream.push(n === 0 ? '\u001b[' : n < 20_000 ? '1' : piece);
    stream.end();
    expect(cpuMs(began)).toBeLessThan(5000);
  });
});

test('a tail that was held for long is whole in the end', () => {
  const stream = new Redactor([['THE_KEY', 'the-secret-value']]).stream();
  const text = `\u001b[${'1'.repeat(5000)}mshown the-secret-value end`;
  const out = [...text].map((char) => stream.push(char)).join('') + stream.end();
  expect(out).toBe(`\u001b[${'1'.repeat(5000)}mshown [redacted:THE_KEY] end`);
});
