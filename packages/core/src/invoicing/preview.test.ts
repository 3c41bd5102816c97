import { describe, expect, test } from 'vitest';
import type { Decision } from '../decision/change.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { decideCancel } from '../subscriptions/decide-cancel.ts';
import type { Subscription } from '../subscriptions/subscription.ts';
import {
  Account,
  at,
  dec,
  EUR,
  flat,
  metered,
  type StartOptions,
  startDecision,
  unwrap,
  version,
} from '../testing/factories.ts';
import { codeOf } from '../testing/said.ts';
import { YEARLY } from '../time/cadence.ts';
import { addMs, MS_PER_DAY } from '../time/instant.ts';
import type { BillingInput } from './decide-invoice.ts';
import type { UsageQuantity } from './line.ts';
import { previewDecision } from './preview.ts';
import { type BillingSettings, DEFAULT_BILLING_SETTINGS } from './settings.ts';
import { NO_TAX } from './tax.ts';

const START = at('2026-04-01T00:00:00Z');
const MAY = at('2026-05-01T00:00:00Z');
const NOTHING: Decision = { changes: [], events: [] };
const BASIC = version('basic', [flat('basic', 1000n)]);

function started(id: string, sold = BASIC, options: StartOptions = {}): Decision {
  return unwrap(startDecision(START, sold, { ...options, more: { subscriptionId: id } }));
}

function subscribed(id: string, sold = BASIC, options: StartOptions = {}): Subscription {
  const [created] = started(id, sold, options).changes;
  if (created?.type !== 'subscription.create') throw new Error('A start creates a subscription.');
  return created.subscription;
}

function billing(
  subscriptions: readonly Subscription[],
  more: Partial<BillingInput> = {},
  settings: Partial<BillingSettings> = {},
): BillingInput {
  return {
    now: START,
    invoiceId: 'preview',
    customer: { id: 'cus_1', currency: EUR, creditBalanceMinor: 0n },
    subscriptions,
    billed: [],
    usage: [],
    taxChoice: NO_TAX,
    settings: { ...DEFAULT_BILLING_SETTINGS, ...settings },
    hasPaymentMethod: true,
    ...more,
  };
}

function withCredit(creditBalanceMinor: bigint): Partial<BillingInput> {
  return { customer: { id: 'cus_1', currency: EUR, creditBalanceMinor } };
}

describe('the next invoice', () => {
  test('follows the one that a start brings, beside what else the customer has', () => {
    const { today, next } = unwrap(previewDecision(billing([subscribed('sub_1')]), started('sub_2')));
    expect(today.invoice?.lines.map(({ subscriptionId }) => subscriptionId)).toEqual(['sub_1', 'sub_2']);
    expect(today.invoice?.totals.dueMinor).toBe(2000n);
    expect([next?.at, next?.decision.invoice?.totals.dueMinor]).toEqual([MAY, 2000n]);
  });

  test('is that of the subscription which comes due first', () => {
    const yearly = subscribed('yearly', version('y', [flat('y', 9000n, { cadence: YEARLY })]));
    const over: Subscription = { ...subscribed('over'), status: 'canceled', endedAt: START, items: [] };
    const { next } = unwrap(previewDecision(billing([subscribed('sub_1'), over, yearly]), NOTHING));
    expect([next?.at, next?.decision.invoice?.totals.dueMinor]).toEqual([MAY, 1000n]);
  });

  test('is looked for beyond moments at which nothing is billed', () => {
    const startAt = at('2026-04-10T00:00:00Z');
    const start = started('sub_1', { ...BASIC, trialDays: 5 }, { startAt });
    const { today, next } = unwrap(previewDecision(billing([]), start));
    expect(today.invoice).toBeNull();
    expect([next?.at, next?.decision.invoice?.totals.dueMinor]).toEqual([
      addMs(startAt, 5 * MS_PER_DAY),
      1000n,
    ]);
  });

  test('never comes for a subscription that is billed elsewhere', () => {
    const elsewhere = subscribed('sub_1', BASIC, { billingAuthority: 'stripe' });
    expect(unwrap(previewDecision(billing([elsewhere]), NOTHING))).toMatchObject({
      today: { invoice: null },
      next: null,
    });
  });

  test('has the credit that the one of today leaves, and what that one grants', () => {
    const left = unwrap(previewDecision(billing([subscribed('sub_1')], withCredit(1300n)), NOTHING));
    expect(left.today.invoice?.totals).toMatchObject({ creditAppliedMinor: 1000n, dueMinor: 0n });
    expect(left.next?.decision.invoice?.totals).toMatchObject({ creditAppliedMinor: 300n, dueMinor: 700n });

    const account = new Account().start(START, version('p', [flat('p', 3000n)]));
    account.bill(START);
    const now = at('2026-04-16T00:00:00Z');
    const { subscription } = account;
    const end = unwrap(
      decideCancel({
        now,
        subscription,
        when: 'now',
        creditUnused: true,
        reason: 'asked',
        stepId: 'end',
        days: DEFAULT_PRORATION_POLICY,
      }),
    );
    const other = subscribed('sub_2', version('o', [flat('o', 2000n)]), { startAt: MAY });
    const { billed } = account.books;
    const granted = unwrap(
      previewDecision(billing([subscription, other], { now, billed, ...withCredit(100n) }), end),
    );
    expect(granted.today.invoice?.totals).toMatchObject({ creditGrantedMinor: 1500n, dueMinor: 0n });
    expect(granted.next?.decision.invoice?.totals).toMatchObject({
      creditAppliedMinor: 1600n,
      dueMinor: 400n,
    });
  });

  test('is refused as billing would refuse it, and so is the one of today', () => {
    const foreign = { ...subscribed('sub_1'), currency: 'USD' as typeof EUR };
    expect(codeOf(previewDecision(billing([foreign]), NOTHING))).toBe('billing.currency_differs');
    const two = subscribed('sub_1', version('two', [flat('a', 1n), flat('b', 1n)], 5));
    expect(codeOf(previewDecision(billing([two], {}, { maxLinesPerInvoice: 1 }), NOTHING))).toBe(
      'billing.safety_bound',
    );
  });
});

describe('the usage of the next invoice', () => {
  const sold = version('u', [flat('u', 1000n), metered('api', '1'), metered('web', '1')]);
  const subscription = subscribed('sub_1', sold);
  const [, api, web] = subscription.items.map(({ id }) => id) as [string, string, string];
  const april = { start: START, end: MAY };

  function used(itemId: string, quantity: string, period = april): UsageQuantity {
    const meterId = itemId === api ? 'meter_api' : 'meter_web';
    return { itemId, meterId, period, quantity: dec(quantity), eventCount: 1n, digest: null };
  }

  test('is named, and counts as none where it is not given', () => {
    const { next } = unwrap(previewDecision(billing([subscription]), NOTHING));
    expect(next?.openUsage.map(({ itemId, period }) => [itemId, period])).toEqual([
      [api, april],
      [web, april],
    ]);
    const lines = next?.decision.invoice?.lines ?? [];
    expect(lines.map(({ itemId, quantity, amountMinor }) => [itemId, quantity, amountMinor])).toEqual([
      [subscription.items[0]?.id, dec('1'), 1000n],
      [api, 0n, 0n],
      [web, 0n, 0n],
    ]);
    expect(lines[1]?.explanation.readings).toEqual({
      meterId: 'meter_api',
      period: april,
      eventCount: 0n,
      digest: null,
    });
  });

  test('is taken as given for an item and its period, not for another', () => {
    const march = { start: at('2026-03-01T00:00:00Z'), end: START };
    const usage = [used(api, '90', march), used(web, '7')];
    const { next } = unwrap(previewDecision(billing([subscription], { usage }), NOTHING));
    const amounts = next?.decision.invoice?.lines.map(({ itemId, amountMinor }) => [itemId, amountMinor]);
    expect(amounts?.slice(1)).toEqual([
      [api, 0n],
      [web, 700n],
    ]);
  });

  test('is named also where its period is over and it may still arrive', () => {
    const settings = { usageGraceMs: 2 * MS_PER_DAY };
    const account = new Account({ settings }).start(START, version('g', [metered('api', '1')]));
    const billed = billing([account.subscription], { now: MAY }, settings);
    const { next } = unwrap(previewDecision(billed, NOTHING));
    expect(next?.at).toBe(addMs(MAY, 2 * MS_PER_DAY));
    expect(next?.openUsage.map(({ period }) => period)).toEqual([april]);
  });
});
