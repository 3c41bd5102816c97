import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Feature } from '../catalog/feature.ts';
import type { Decimal12 } from '../kernel/decimal.ts';
import { at, dec } from '../testing/factories.ts';
import { formatInstant } from '../time/instant.ts';
import { combineEntitlements } from './combine.ts';
import type { Entitlement, UsageReset } from './entitlement.ts';
import { ENTITLEMENT_REASONS, type EntitlementCheck, evaluateEntitlement } from './evaluate.ts';
import { resetWindow } from './reset-window.ts';
import { crossedThresholds } from './thresholds.ts';

const NOW = at('2026-04-15T22:30:00Z');
const window = { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') };
const feature: Feature = { id: 'f', key: 'f', name: 'F', kind: 'metered', meterId: 'm' };
const metered: Entitlement = {
  kind: 'metered',
  featureId: 'f',
  limit: dec('100'),
  reset: 'billing_period',
  overage: 'block',
};

function check(overrides: Partial<EntitlementCheck>) {
  return evaluateEntitlement({
    feature,
    entitlement: metered,
    used: dec('0'),
    requested: dec('1'),
    now: NOW,
    window,
    subscriptionStatus: 'active',
    ...overrides,
  });
}

describe('evaluateEntitlement', () => {
  test('within the limit it is included, and says what is left', () => {
    expect(check({ used: dec('99') })).toEqual({
      allowed: true,
      limit: dec('100'),
      used: dec('99'),
      remaining: dec('1'),
      resetAt: window.end,
      reason: 'included',
      overage: 0n,
      value: null,
    });
  });

  test('beyond the limit it is refused, or allowed as overage', () => {
    expect(check({ used: dec('100') })).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
      remaining: 0n,
      overage: dec('1'),
    });
    expect(check({ used: dec('99.5'), entitlement: { ...metered, overage: 'allow' } })).toMatchObject({
      allowed: true,
      reason: 'overage',
      overage: dec('0.5'),
    });
    expect(check({ used: dec('100'), requested: dec('0') })).toMatchObject({
      allowed: false,
      reason: 'limit_reached',
    });
    expect(check({ used: dec('5'), requested: dec('0') })).toMatchObject({
      allowed: true,
      reason: 'included',
    });
  });

  test('without a limit it is unlimited, and what never resets has no reset', () => {
    expect(check({ entitlement: { ...metered, limit: null }, used: dec('9999') })).toMatchObject({
      allowed: true,
      reason: 'unlimited',
      limit: null,
    });
    expect(check({ entitlement: { ...metered, reset: 'never' } }).resetAt).toBeNull();
    expect(check({ window: null }).resetAt).toBeNull();
  });

  test('boolean and configuration features answer by their value', () => {
    expect(check({ entitlement: { kind: 'boolean', featureId: 'f', enabled: true } })).toMatchObject({
      allowed: true,
      reason: 'enabled',
    });
    expect(check({ entitlement: { kind: 'boolean', featureId: 'f', enabled: false } })).toMatchObject({
      allowed: false,
      reason: 'disabled',
    });
    expect(check({ entitlement: { kind: 'configuration', featureId: 'f', value: 'eu' } })).toMatchObject({
      allowed: true,
      reason: 'configured',
      value: 'eu',
    });
  });

  test('I48 access follows the subscription: it goes on while past due and ends with it', () => {
    expect(check({ subscriptionStatus: 'past_due' }).allowed).toBe(true);
    expect(check({ subscriptionStatus: 'trialing' }).allowed).toBe(true);
    for (const subscriptionStatus of [null, 'canceled', 'scheduled'] as const) {
      expect(check({ subscriptionStatus })).toMatchObject({
        allowed: false,
        reason: 'no_active_subscription',
      });
    }
    expect(check({ entitlement: null })).toMatchObject({ allowed: false, reason: 'feature_not_in_plan' });
    expect(check({ entitlement: { ...metered, featureId: 'other' } }).reason).toBe('feature_not_in_plan');
  });

  test('I48 the verdict is a pure function: what fits is allowed, and more usage never allows more', () => {
    const amount = fc.bigInt({ min: 0n, max: 10n ** 16n }).map((value) => value as Decimal12);
    fc.assert(
      fc.property(amount, amount, amount, fc.boolean(), (limit, used, requested, block) => {
        const entitlement: Entitlement = { ...metered, limit, overage: block ? 'block' : 'allow' };
        const verdict = check({ entitlement, used, requested });
        expect(verdict).toEqual(check({ entitlement, used, requested }));
        expect(ENTITLEMENT_REASONS).toContain(verdict.reason);
        if (block) expect(verdict.allowed).toBe(requested > 0n ? used + requested <= limit : used < limit);
        if (!verdict.allowed)
          expect(check({ entitlement, used: (used + 1n) as Decimal12, requested }).allowed).toBe(false);
      }),
    );
  });
});

test.each<[UsageReset, string, string]>([
  ['billing_period', '2026-04-01T00:00:00Z', '2026-05-01T00:00:00Z'],
  ['day', '2026-04-15T22:00:00Z', '2026-04-16T22:00:00Z'],
  ['calendar_month', '2026-03-31T22:00:00Z', '2026-04-30T22:00:00Z'],
  ['never', '2025-01-01T00:00:00Z', '2100-01-01T00:00:00Z'],
  ['week', '2026-04-12T22:00:00Z', '2026-04-19T22:00:00Z'],
  ['hour', '2026-04-15T22:00:00Z', '2026-04-15T23:00:00Z'],
  ['last_24_hours', '2026-04-14T22:30:00.001Z', '2026-04-15T22:30:00.001Z'],
  ['last_7_days', '2026-04-08T22:30:00.001Z', '2026-04-15T22:30:00.001Z'],
])('usage that resets by %s counts from %s to %s in Berlin', (reset, start, end) => {
  const span = resetWindow({
    reset,
    now: NOW,
    timeZone: 'Europe/Berlin',
    billingPeriod: window,
    startAt: at('2025-01-01T00:00:00Z'),
  });
  expect([formatInstant(span.start), formatInstant(span.end)]).toEqual([start, end]);
});

test('each threshold is crossed once, at its exact quantity', () => {
  expect(crossedThresholds(dec('79.9'), dec('80'), dec('100'))).toEqual([80]);
  expect(crossedThresholds(dec('80'), dec('94'), dec('100'))).toEqual([]);
  expect(crossedThresholds(dec('0'), dec('500'), dec('100'))).toEqual([80, 95, 100]);
  expect(crossedThresholds(dec('0'), dec('5'), dec('0'))).toEqual([]);
});

describe('combineEntitlements', () => {
  const limited = (limit: string | null, more: object = {}): Entitlement => ({
    ...metered,
    limit: limit === null ? null : dec(limit),
    ...more,
  });
  const once = (entitlement: Entitlement) => ({ entitlement, quantity: 1n });

  test('limits add up, that of an add-on as often as it was taken', () => {
    const added = [{ entitlement: limited('10'), quantity: 3n }, once(limited('0.5'))];
    expect(combineEntitlements(metered, added)).toEqual(limited('130.5'));
  });

  test('what nothing limits stays so, and a limit beyond all usage is none', () => {
    expect(combineEntitlements(limited(null), [once(limited('10'))])).toEqual(limited(null));
    expect(combineEntitlements(metered, [once(limited(null))])).toEqual(limited(null));
    const huge = { ...metered, limit: (10n ** 36n) as Decimal12 };
    expect(combineEntitlements(metered, [{ entitlement: huge, quantity: 1_000_000n }])).toEqual(
      limited(null),
    );
  });

  test('the window is that of the plan, and usage above the limit passes if anything lets it', () => {
    const more = limited('5', { reset: 'day', overage: 'allow' });
    expect(combineEntitlements(metered, [once(more)])).toEqual(limited('105', { overage: 'allow' }));
    expect(combineEntitlements(null, [once(more)])).toEqual(more);
  });

  test('a switch is on if anything turns it on, and the configuration of the last add-on holds', () => {
    const flag = (enabled: boolean): Entitlement => ({ kind: 'boolean', featureId: 'f', enabled });
    expect(combineEntitlements(flag(false), [once(flag(true)), once(flag(false))])).toEqual(flag(true));
    const value = (text: string): Entitlement => ({ kind: 'configuration', featureId: 'f', value: text });
    expect(combineEntitlements(value('a'), [once(value('b')), once(value('c'))])).toEqual(value('c'));
  });

  test('the plan alone is what it was, and nothing grants nothing', () => {
    expect(combineEntitlements(metered, [])).toBe(metered);
    expect(combineEntitlements(null, [])).toBeNull();
  });
});
