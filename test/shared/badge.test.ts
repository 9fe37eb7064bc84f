// The badge of a task says what is known and is well-formed, whatever it names.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { badgeSvg, badgeText, badgeTone } from '../../shared/badge.ts';
import type { Outcome } from '../../shared/outcome-words.ts';

describe('a badge', () => {
  it('says how many attempts passed and their mean composite, never a bare percentage', () => {
    const attempt = (pass: number | null, composite: number | null, outcome: Outcome = 'unscored') => ({
      ...{ pass, composite, outcome },
    });
    expect(badgeText([attempt(1, 0.9), attempt(1, 0.8), attempt(0, 0.5)])).toBe('pass 2/3 · composite 0.73');
    expect(badgeText([attempt(0, 0.5598918427312821)])).toBe('pass 0/1 · composite 0.56');
    expect(badgeText([attempt(null, 0.5)])).toBe('composite 0.50');
    const idle = { ...attempt(0, 0.6, 'no_op'), didNothing: true };
    expect(badgeText([idle])).toBe('pass 0/1 · composite 0.60 (what doing nothing earns)');
    expect(badgeText([idle, attempt(1, 1)])).toBe('pass 1/2 · composite 0.80 (1 of 2 did nothing)');
    expect(badgeText([attempt(null, null)])).toBe('no verdict');
    expect(badgeText([])).toBe('no verdict');
    const outage = attempt(null, null, 'provider_error');
    expect(badgeText([outage, outage])).toBe('provider error');
    expect(badgeText([outage, attempt(null, null, 'interrupted')])).toBe('no verdict');
    expect(badgeText([outage, attempt(1, 0.9, 'passed')])).toBe('pass 1/1 · composite 0.90');
    expect(
      [[1, 1], [1, 0], [0], [null]].map((passes) => badgeTone(passes.map((pass) => attempt(pass, null)))),
    ).toEqual(['good', 'mixed', 'bad', 'quiet']);
  });

  it('is well-formed XML for any name, and holds no mark-up of it', () => {
    const name = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('</text><script>alert(1)</script>', '"onload="x', '&', ']]>', '\0\x08\ufffe', '\ud800'),
    );
    fc.assert(
      fc.property(name, (label) => {
        const svg = badgeSvg(label, 'pass 1/1', 'good');
        const withoutOwn = svg.replace(
          /<\/?(?:svg|title|clipPath|rect|g|text)(?: [a-zA-Z-]+="[^"<]*")*\/?>/g,
          '',
        );
        expect(withoutOwn).not.toMatch(/[<>]/);
        // XML 1.0, section 2.2 (Char) and 4.1 (every ampersand begins a reference).
        expect(svg).not.toMatch(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/);
        expect(svg.isWellFormed()).toBe(true);
        expect(svg).not.toMatch(/&(?!(?:amp|lt|gt|quot|#39|#10);)/);
        expect([...svg.matchAll(/<(\w+)(?: [^>]*)?(?<!\/)>/g)].map(([, tag]) => tag).sort()).toEqual(
          [...svg.matchAll(/<\/(\w+)>/g)].map(([, tag]) => tag).sort(),
        );
      }),
    );
  });

  it('stays short for a name without end', () => {
    expect(badgeSvg('x'.repeat(1e6), 'pass 1/1', 'good').length).toBeLessThan(3000);
  });
});
