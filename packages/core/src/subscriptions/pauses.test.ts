import { describe, expect, test } from 'vitest';
import type { PlanVersion } from '../catalog/plan.ts';
import { decideAttemptOutcome } from '../payments/decide-attempt-outcome.ts';
import { DEFAULT_PRORATION_POLICY } from '../proration/policy.ts';
import { Account, at, flat, itemIds, unwrap, version } from '../testing/factories.ts';
import { plainAfterFailure } from '../testing/plain-after-failure.ts';
import type { Instant } from '../time/instant.ts';
import { formatInstant } from '../time/instant.ts';
import { decideAddOn, decideEndAddOn } from './decide-add-on.ts';
import { decidePause, decideResume } from './decide-pause.ts';
import type { PauseMode } from './subscription.ts';

const APRIL = at('2026-04-01T00:00:00Z');
const monthly = version('monthly', [flat('base', 3000n)]);
const byDay = version('days', [flat('base', 3000n, { proration: 'day' })]);

function started(plan: PlanVersion, more: { endAfterPeriods?: number; billingDay?: number } = {}): Account {
  const account = new Account().start(APRIL, plan, { more });
  account.bill(APRIL);
  return account;
}

function pause(account: Account, from: Instant, mode: PauseMode, until: Instant | null = null, now = from) {
  account.apply(
    unwrap(
      decidePause({
        now,
        subscription: account.subscription,
        mode,
        from,
        until,
        stepIds: { pause: `pause_${from}`, resume: `resume_${from}` },
        itemIds: itemIds(1),
        days: account.settings.proration,
      }),
    ),
  );
}

function resume(account: Account, now: Instant) {
  const { subscription } = account;
  account.apply(
    unwrap(decideResume({ now, subscription, at: now, stepId: `step_${now}`, itemIds: itemIds(1) })),
  );
}

function wholePeriods(account: Account): number {
  const credited = new Set(
    account
      .lines()
      .flatMap(({ explanation: { basis } }) => (basis?.kind === 'charge' ? [basis.chargedKey] : [])),
  );
  return account.lines().filter(({ kind, key }) => kind === 'recurring' && !credited.has(key)).length;
}

function endOf(account: Account): string {
  return formatInstant(account.subscription.endedAt ?? APRIL);
}

describe('a subscription that ends after a number of periods', () => {
  test('I87 serves that number of whole periods around a pause that stops the period', () => {
    const account = started(monthly, { endAfterPeriods: 3 });
    pause(account, at('2026-05-11T00:00:00Z'), 'stop_period');
    account.billThrough(at('2026-08-20T00:00:00Z'));
    expect(account.subscription.status).toBe('paused');
    resume(account, at('2026-08-20T00:00:00Z'));
    account.billThrough(at('2027-06-01T00:00:00Z'));
    expect(endOf(account)).toBe('2026-10-20T00:00:00Z');
    expect(wholePeriods(account)).toBe(3);
  });

  test('I87 a pause from the end of a period on cuts no period short', () => {
    const account = started(monthly, { endAfterPeriods: 2 });
    pause(account, at('2026-05-01T00:00:00Z'), 'stop_period', at('2026-05-09T00:00:00Z'));
    account.billThrough(at('2027-06-01T00:00:00Z'));
    expect(endOf(account)).toBe('2026-06-09T00:00:00Z');
    expect(wholePeriods(account)).toBe(2);
  });

  test('I87 two pauses move the end twice, and a first part of a period counts as one as at the start', () => {
    const account = started(monthly, { endAfterPeriods: 3, billingDay: 10 });
    pause(account, at('2026-04-20T00:00:00Z'), 'stop_period', at('2026-04-25T00:00:00Z'));
    account.billThrough(at('2026-04-25T00:00:00Z'));
    // 1 to 10 April was the first; 25 April to 10 May is the second, 10 May to 10 June the third.
    pause(
      account,
      at('2026-05-20T00:00:00Z'),
      'stop_period',
      at('2026-06-15T00:00:00Z'),
      at('2026-05-20T00:00:00Z'),
    );
    account.billThrough(at('2027-06-01T00:00:00Z'));
    expect(endOf(account)).toBe('2026-07-10T00:00:00Z');
  });

  test('ends when it was to end where a pause keeps the period', () => {
    const account = started(monthly, { endAfterPeriods: 3 });
    pause(account, at('2026-04-11T00:00:00Z'), 'keep_period', at('2026-05-20T00:00:00Z'));
    account.billThrough(at('2027-06-01T00:00:00Z'));
    expect(endOf(account)).toBe('2026-07-01T00:00:00Z');
  });
});

describe('a resumption', () => {
  function payment(account: Account, news: Parameters<typeof decideAttemptOutcome>[0]['news'], now: Instant) {
    const [record] = account.books.invoices.values();
    const attempt = {
      id: `pay_${now}`,
      customerId: 'cus_1',
      invoiceId: 'inv_1',
      provider: 'stripe',
      currency: account.subscription.currency,
      amountMinor: 3000n,
      status: 'created',
      capturedMinor: 0n,
      creditedMinor: 0n,
      feeMinor: 0n,
      refundedMinor: 0n,
      creditReturnedMinor: 0n,
      failureCode: null,
    } as const;
    account.books.payments.set(attempt.id, attempt);
    const decision = decideAttemptOutcome({
      now,
      attempt,
      invoice: {
        id: 'inv_1',
        status: record?.status ?? 'open',
        remainingMinor: 3000n,
        failureCount: record?.failureCount ?? 0,
      },
      subscriptions: [account.subscription],
      failingElsewhere: [],
      afterFailure: plainAfterFailure(now, record?.failureCount ?? 0),
      days: DEFAULT_PRORATION_POLICY,
      news,
    });
    account.apply(unwrap(decision));
  }
  const failed = { status: 'failed', failureCode: 'card_declined' } as const;
  const succeeded = { status: 'succeeded', capturedMinor: 3000n, feeMinor: 0n } as const;

  test('I75 who was past due when a pause began is past due after it, unless it was paid meanwhile', () => {
    for (const isPaid of [false, true]) {
      const account = started(monthly);
      pause(account, at('2026-04-10T00:00:00Z'), 'keep_period', at('2026-04-20T00:00:00Z'), APRIL);
      payment(account, failed, at('2026-04-02T00:00:00Z'));
      account.bill(at('2026-04-10T00:00:00Z'));
      expect(account.subscription.status).toBe('paused');
      if (isPaid) payment(account, succeeded, at('2026-04-12T00:00:00Z'));
      account.bill(at('2026-04-20T00:00:00Z'));
      expect(account.subscription.status).toBe(isPaid ? 'active' : 'past_due');
    }
  });

  test('I75 who fails to pay in a pause is past due after it', () => {
    const account = started(monthly);
    pause(account, at('2026-04-10T00:00:00Z'), 'stop_period');
    payment(account, failed, at('2026-04-12T00:00:00Z'));
    expect(account.subscription.status).toBe('paused');
    resume(account, at('2026-04-15T00:00:00Z'));
    expect(account.subscription.status).toBe('past_due');
  });
});

describe('a day on which service ended and began again', () => {
  test('I98 is charged once by a price by day, whoever it belongs to', () => {
    for (const terminationDay of ['used', 'unused'] as const) {
      const proration = { ...DEFAULT_PRORATION_POLICY, terminationDay };
      const account = new Account({ settings: { proration } }).start(APRIL, byDay);
      account.bill(APRIL);
      pause(account, at('2026-04-16T10:00:00Z'), 'stop_period');
      resume(account, at('2026-04-16T15:00:00Z'));
      account.bill(at('2026-04-17T15:00:00Z'));
      const [april, credit, again] = account.lines().map(({ amountMinor }) => amountMinor);
      // 15 days before the 16th, and the 16th either in the old period or in the new one.
      expect([april, credit, again]).toEqual(
        terminationDay === 'used' ? [3000n, -1400n, 2900n] : [3000n, -1500n, 3000n],
      );
    }
  });

  test('I98 is charged once also after a second pause on it, and for an add-on', () => {
    const account = started(byDay);
    pause(account, at('2026-04-16T10:00:00Z'), 'stop_period');
    resume(account, at('2026-04-16T12:00:00Z'));
    pause(account, at('2026-04-16T14:00:00Z'), 'stop_period');
    resume(account, at('2026-04-16T15:00:00Z'));
    const addOn = {
      id: 'addon',
      key: 'addon',
      name: 'Add-on',
      kind: 'recurring',
      currency: account.subscription.currency,
      prices: [flat('more', 3000n, { proration: 'day' })],
      planIds: [],
    } as const;
    for (const hour of ['16', '18']) {
      const now = at(`2026-04-16T${hour}:00:00Z`);
      const { subscription } = account;
      account.apply(unwrap(decideAddOn({ now, subscription, addOn, quantity: 1n, itemIds: itemIds(1) })));
      if (hour === '18') break;
      account.bill(now);
      account.apply(
        unwrap(
          decideEndAddOn({
            now: at('2026-04-16T17:00:00Z'),
            subscription: account.subscription,
            addOnId: 'addon',
            when: 'now',
            creditUnused: true,
            stepId: 'end',
            days: account.settings.proration,
          }),
        ),
      );
    }
    account.bill(at('2026-04-20T00:00:00Z'));
    const sumOf = (key: string) =>
      account
        .lines()
        .filter(({ priceId }) => priceId === `price_${key}`)
        .reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
    expect([sumOf('base'), sumOf('more')]).toEqual([4500n, 3000n]);
  });
});
