import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Decimal12 } from '../../kernel/decimal.ts';
import { playBoth } from '../../testing/play-both.ts';
import { billingStories } from '../../testing/random-billing.ts';
import { type Instant, MS_PER_DAY } from '../../time/instant.ts';
import { decideAhead } from './decide-ahead.ts';
import { previewAhead } from './preview-ahead.ts';

/** `test:proof` does many times more. */
const STORIES = 400;

test('I86 a compiled billing makes the very document that decideInvoice makes, or leaves it to it', () => {
  let stories = 0;
  let runs = 0;
  let left = 0;
  let lines = 0;
  fc.assert(
    fc.property(billingStories, (story) => {
      stories += 1;
      for (const { decided, compiled } of playBoth(story)) {
        runs += 1;
        if (compiled === undefined) {
          left += 1;
          continue;
        }
        expect(compiled).toEqual(decided);
        lines += compiled?.lines.length ?? 0;
      }
    }),
    { numRuns: STORIES },
  );
  expect(left / runs).toBeLessThan(0.1);
  expect(lines).toBeGreaterThan(stories * 5);
});

test('I86 a year previewed is the year that decideInvoice bills, run by run', () => {
  let compared = 0;
  fc.assert(
    fc.property(billingStories, ({ before, settings, taxChoice, creditBalanceMinor, quantities }) => {
      const from = before.startAt;
      const input = {
        subscription: before,
        billed: [],
        settings,
        taxChoice,
        creditBalanceMinor,
        from,
        until: (from + 120 * MS_PER_DAY) as Instant,
        usageOf: ({ period }: { readonly period: { readonly end: number } }) =>
          quantities[period.end % quantities.length] as Decimal12,
      };
      const quick = previewAhead(input);
      if (quick === null) return;
      const decided = decideAhead(input);
      expect(decided).toEqual({ ok: true, value: quick });
      compared += quick.length;
    }),
    { numRuns: 60 },
  );
  expect(compared).toBeGreaterThan(100);
});
