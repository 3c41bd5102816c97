import { describe, expect, test } from 'vitest';
import type { Subscription } from '../../subscriptions/subscription.ts';
import { itemOf, STORY_START, subscriptionWith } from '../../testing/billing-story.ts';
import { at, dec, flat, metered, price, unwrap } from '../../testing/factories.ts';
import { codeOf } from '../../testing/said.ts';
import { type Instant, MS_PER_MINUTE } from '../../time/instant.ts';
import { DEFAULT_BILLING_SETTINGS } from '../settings.ts';
import { NO_TAX } from '../tax.ts';
import { decideAhead } from './decide-ahead.ts';
import { type AheadInput, previewAhead } from './preview-ahead.ts';

function ahead(subscription: Subscription, more: Partial<AheadInput> = {}): AheadInput {
  return {
    subscription: { ...subscription, nextActionAt: STORY_START },
    billed: [],
    settings: DEFAULT_BILLING_SETTINGS,
    taxChoice: NO_TAX,
    creditBalanceMinor: 0n,
    from: STORY_START,
    until: at('2025-04-01T00:00:00Z'),
    usageOf: () => dec('7'),
    ...more,
  };
}

const told = (invoices: ReturnType<typeof previewAhead>) =>
  invoices?.map(({ id, issuedAt, totals }) => [id, issuedAt, totals.totalMinor, totals.dueMinor]);

describe('the invoices that lie ahead', () => {
  const ending = itemOf(flat('a', 3100n), { activeTo: at('2025-02-01T00:00:00Z') });
  const both = subscriptionWith([
    ending,
    itemOf(metered('m', '1'), { activeTo: at('2025-03-01T00:00:00Z') }),
  ]);

  test('come one for each moment at which something falls due, numbered, and no more when all is over', () => {
    const input = ahead(both, { creditBalanceMinor: 3200n });
    const quick = previewAhead(input);
    expect(told(quick)).toEqual([
      ['1', STORY_START, 3100n, 0n],
      ['2', at('2025-02-01T00:00:00Z'), 700n, 600n],
      ['3', at('2025-03-01T00:00:00Z'), 700n, 700n],
    ]);
    expect(decideAhead(input)).toEqual({ ok: true, value: quick });
  });

  test('end with the last moment that is looked at, and begin with what was due before the first', () => {
    const from = at('2025-02-10T00:00:00Z');
    const open = subscriptionWith([itemOf(flat('a', 3100n))]);
    const subscription = { ...open, nextActionAt: from };
    expect(told(previewAhead(ahead(subscription, { from })))).toEqual([
      ['1', from, 6200n, 6200n],
      ['2', at('2025-03-01T00:00:00Z'), 3100n, 3100n],
      ['3', at('2025-04-01T00:00:00Z'), 3100n, 3100n],
    ]);
    expect(previewAhead(ahead(subscription, { from, until: at('2025-03-31T23:59:59Z') }))).toHaveLength(2);
    expect(previewAhead(ahead(subscription, { from, until: from }))).toHaveLength(1);
    expect(previewAhead(ahead(subscription, { from, until: at('2025-01-01T00:00:00Z') }))).toEqual([]);
  });

  test('a moment at which nothing is billed is no invoice', () => {
    const later = itemOf(flat('a', 3100n), {
      anchorAt: at('2025-01-20T00:00:00Z'),
      activeFrom: at('2025-01-20T00:00:00Z'),
      activeTo: at('2025-02-01T00:00:00Z'),
    });
    const input = ahead(subscriptionWith([later]));
    expect(told(previewAhead(input))).toEqual([['1', at('2025-01-20T00:00:00Z'), 3100n, 3100n]]);
    expect(told(unwrap(decideAhead(input)))).toEqual([['1', at('2025-01-20T00:00:00Z'), 3100n, 3100n]]);
  });

  test('are left to decideInvoice where it is needed from the beginning or on the way', () => {
    const threshold = { ...DEFAULT_BILLING_SETTINGS, thresholdMinor: 1000n };
    expect(previewAhead(ahead(both, { settings: threshold }))).toBeNull();
    const schedule = [{ id: 's', at: at('2025-02-01T00:00:00Z') }] as unknown as Subscription['schedule'];
    expect(previewAhead(ahead({ ...both, schedule }))).toBeNull();
    expect(previewAhead(ahead({ ...both, schedule }, { until: STORY_START }))).toHaveLength(1);
  });
});

describe('a preview by decideInvoice', () => {
  test('looks at a subscription with a way to collect', () => {
    const item = itemOf(flat('a', 3100n), {
      anchorAt: at('2025-02-01T00:00:00Z'),
      activeFrom: at('2025-02-01T00:00:00Z'),
    });
    const trial = subscriptionWith([item], {
      status: 'trialing',
      trialEnd: 'cancel_without_payment_method',
      trialEndAt: at('2025-02-01T00:00:00Z'),
      anchorAt: at('2025-02-01T00:00:00Z'),
    });
    expect(told(unwrap(decideAhead(ahead(trial))))).toEqual([
      ['1', at('2025-02-01T00:00:00Z'), 3100n, 3100n],
      ['2', at('2025-03-01T00:00:00Z'), 3100n, 3100n],
      ['3', at('2025-04-01T00:00:00Z'), 3100n, 3100n],
    ]);
  });

  test('refuses what decideInvoice refuses', () => {
    const meter = { quantity: { kind: 'meter', meterId: 'm' }, timing: 'in_arrears' } as const;
    const model = {
      kind: 'graduated',
      per: 1n,
      tiers: [{ upTo: dec('5'), unitPrice: dec('1'), flatMinor: 0n }],
    } as const;
    const rating = { ...DEFAULT_BILLING_SETTINGS.rating, boundedLastTier: 'reject' } as const;
    const used = subscriptionWith([itemOf(price('p', { model, ...meter }))]);
    const input = ahead(used, { settings: { ...DEFAULT_BILLING_SETTINGS, rating } });
    expect(codeOf(decideAhead(input))).toBe('billing.rating_refused');
    expect(previewAhead(input)).toBeNull();
  });

  test('ends after a thousand invoices', () => {
    const charging = (count: number) =>
      subscriptionWith([], {
        charges: Array.from({ length: count }, (_, one) => ({
          id: `c${one}`,
          at: (STORY_START + one * MS_PER_MINUTE) as Instant,
          description: 'x',
          price: flat('x', 1n),
          quantity: 1n,
          addOnId: null,
        })),
      });
    const settings = {
      ...DEFAULT_BILLING_SETTINGS,
      maxLinesPerSubscriptionDay: 2000,
      maxLinesPerInvoice: 2000,
    };
    expect(codeOf(decideAhead(ahead(charging(1001), { settings })))).toBe('preview.too_many_invoices');
  });
});
