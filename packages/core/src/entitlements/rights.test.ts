import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkPlan } from '../catalog/check-plan.ts';
import type { Feature } from '../catalog/feature.ts';
import { type Decimal12, decimal12FromScaled } from '../kernel/decimal.ts';
import { at, dec, EUR } from '../testing/factories.ts';
import { type Instant, instant } from '../time/instant.ts';
import type { Entitlement, OveragePolicy } from './entitlement.ts';
import { type EntitlementCheck, evaluateEntitlement } from './evaluate.ts';
import { explainRight } from './explain.ts';
import { type RightSources, resolveRight } from './resolve-right.ts';
import { checkChange, type RightChange, type RightGrant, type RightOverride } from './right-change.ts';
import { DEFAULT_SERVICE_RULES, type ServiceRule, serviceRule, serviceState } from './service.ts';

const NOW = at('2026-04-15T12:00:00Z');
const feature: Feature = { id: 'f', key: 'calls', name: 'Calls', kind: 'metered', meterId: 'm' };
const flag: Feature = { id: 'f', key: 'sso', name: 'SSO', kind: 'boolean', meterId: null };
const regions: Feature = { ...flag, key: 'regions', kind: 'configuration', valueType: 'list' };
const limited = (limit: string | null, more: object = {}): Entitlement => ({
  kind: 'metered',
  featureId: 'f',
  limit: limit === null ? null : dec(limit),
  reset: 'billing_period',
  overage: 'block',
  ...more,
});
const adds = (limit: string | null): RightChange => ({
  kind: 'metered',
  mode: 'add',
  limit: limit === null ? null : dec(limit),
});
const grant = (id: string, change: RightChange, more: Partial<RightGrant> = {}): RightGrant => ({
  id,
  from: at('2026-04-01T00:00:00Z'),
  until: at('2026-05-01T00:00:00Z'),
  revokedAt: null,
  change,
  ...more,
});
const override = (target: RightOverride['target'], change: RightChange): RightOverride => ({
  id: `${target}-override`,
  target,
  change,
});
const sources = (more: Partial<RightSources> = {}): RightSources => ({
  now: NOW,
  feature,
  plan: { versionId: 'v1', entitlement: limited('100') },
  addOns: [],
  overrides: [],
  grants: [],
  ...more,
});
const right = (more: Partial<RightSources>) => resolveRight(sources(more)).entitlement;

const quantity = fc.bigInt({ min: 0n, max: 10n ** 16n }).map(decimal12FromScaled);
const overage = fc.constantFrom<OveragePolicy | undefined>(undefined, 'block', 'soft', 'allow');
const moment = fc.integer({ min: NOW - 1000, max: NOW + 1000 }).map((ms) => instant(ms));
const anyGrant: fc.Arbitrary<RightGrant> = fc
  .record({
    id: fc.uuid(),
    from: moment,
    length: fc.integer({ min: 0, max: 900 }),
    revokedAt: fc.option(moment),
    limit: fc.option(quantity),
    overage,
  })
  .map(({ id, from, length, revokedAt, limit, overage: passes }) => ({
    id,
    from,
    until: instant(from + length),
    revokedAt,
    change: {
      kind: 'metered',
      mode: 'add',
      limit,
      ...(passes === undefined ? {} : { overage: passes }),
    },
  }));
const anyOverride = (target: RightOverride['target']): fc.Arbitrary<RightOverride> =>
  fc
    .record({ mode: fc.constantFrom('replace', 'add'), limit: fc.option(quantity), overage })
    .map((drawn) => ({
      id: target,
      target,
      change: {
        kind: 'metered',
        mode: drawn.mode,
        limit: drawn.limit,
        ...(drawn.overage === undefined ? {} : { overage: drawn.overage }),
      } as RightChange,
    }));
const anySources = fc
  .record({
    plan: fc.option(quantity),
    addOns: fc.array(quantity, { maxLength: 3 }),
    overrides: fc.tuple(anyOverride('customer'), anyOverride('subscription'), fc.integer({ min: 0, max: 3 })),
    grants: fc.array(anyGrant, { maxLength: 6 }),
  })
  .map(({ plan, addOns, overrides: [one, other, which], grants }) =>
    sources({
      plan: { versionId: 'v1', entitlement: { ...(limited('0') as object), limit: plan } as Entitlement },
      addOns: addOns.map((limit) => ({
        versionId: 'v2',
        quantity: 2n,
        entitlement: { ...(limited('0') as object), limit } as Entitlement,
      })),
      overrides: [...(which & 1 ? [one] : []), ...(which & 2 ? [other] : [])],
      grants,
    }),
  );

describe('where a right comes from', () => {
  test('I162 plan, add-ons, overrides and grants are heard in one order, whatever order they are listed in', () => {
    fc.assert(
      fc.property(anySources, fc.infiniteStream(fc.nat()), (drawn, stream) => {
        const shuffled = <T>(list: readonly T[]): T[] =>
          list
            .map((entry) => ({ entry, by: stream.next().value as number }))
            .sort((one, other) => one.by - other.by)
            .map(({ entry }) => entry);
        const again = { ...drawn, overrides: shuffled(drawn.overrides), grants: shuffled(drawn.grants) };
        expect(resolveRight(again)).toEqual(resolveRight(drawn));
      }),
    );
  });

  test('I162 of two values that are granted at once the one that began last holds, and lists are united', () => {
    const value = (id: string, text: string, from: string) =>
      grant(id, { kind: 'configuration', value: text }, { from: at(from) });
    const region: Feature = { ...regions, valueType: 'text' };
    const grants = [value('a', 'eu', '2026-04-10T00:00:00Z'), value('b', 'us', '2026-04-09T00:00:00Z')];
    expect(right({ feature: region, plan: null, grants })).toMatchObject({ value: 'eu' });
    expect(
      right({
        feature: regions,
        plan: { versionId: 'v', entitlement: { kind: 'configuration', featureId: 'f', value: ['eu'] } },
        grants: [grant('a', { kind: 'configuration', value: ['us', 'eu'] })],
      }),
    ).toMatchObject({ value: ['eu', 'us'] });
  });

  test('I163 a grant holds from its first instant up to its end or its revocation, and nothing outlives it', () => {
    fc.assert(
      fc.property(anySources, anyGrant, (drawn, extra) => {
        const end = Math.min(extra.until, extra.revokedAt ?? extra.until);
        const isIn = extra.from <= NOW && NOW < end;
        const withIt = resolveRight({ ...drawn, grants: [...drawn.grants, extra] });
        expect(withIt.steps.some(({ source }) => source.id === extra.id)).toBe(isIn);
        if (!isIn) expect(withIt.entitlement).toEqual(resolveRight(drawn).entitlement);
      }),
    );
    const bounds = { from: NOW, until: instant(NOW + 1) };
    expect(right({ grants: [grant('g', adds('5'), bounds)] })).toEqual(limited('105'));
    expect(right({ now: instant(NOW - 1), grants: [grant('g', adds('5'), bounds)] })).toEqual(limited('100'));
    expect(right({ now: instant(NOW + 1), grants: [grant('g', adds('5'), bounds)] })).toEqual(limited('100'));
    expect(right({ grants: [grant('g', adds('5'), { revokedAt: NOW })] })).toEqual(limited('100'));
  });

  test('I163 a right changes by the clock alone at the instants that are named before, and at no other', () => {
    fc.assert(
      fc.property(anySources, fc.integer({ min: 1, max: 1000 }), (drawn, step) => {
        const { changesAt, entitlement } = resolveRight(drawn);
        const later = instant(NOW + step);
        if (changesAt === null || later < changesAt)
          expect(resolveRight({ ...drawn, now: later }).entitlement).toEqual(entitlement);
      }),
    );
  });

  test('I164 an override replaces what is below it or adds to it, and the narrower has the last word', () => {
    const replaces = (limit: string): RightChange => ({
      kind: 'metered',
      mode: 'replace',
      limit: dec(limit),
    });
    const addOns = [{ versionId: 'v2', quantity: 3n, entitlement: limited('10') }];
    expect(right({ addOns, overrides: [override('customer', adds('7'))] })).toEqual(limited('137'));
    expect(right({ addOns, overrides: [override('customer', replaces('7'))] })).toEqual(limited('7'));
    const both = [override('subscription', replaces('5')), override('customer', replaces('9000'))];
    expect(right({ addOns, overrides: both })).toEqual(limited('5'));
    expect(right({ overrides: [override('subscription', adds('1')), both[1] as RightOverride] })).toEqual(
      limited('9001'),
    );
    const soft: RightChange = { kind: 'metered', mode: 'replace', limit: null, overage: 'soft' };
    expect(right({ overrides: [override('customer', soft)] })).toEqual(limited(null, { overage: 'soft' }));
    const off = override('customer', { kind: 'boolean', enabled: false });
    const on = { versionId: 'v', entitlement: { kind: 'boolean', featureId: 'f', enabled: true } as const };
    expect(right({ feature: flag, plan: on, overrides: [off] })).toMatchObject({ enabled: false });
    expect(right({ plan: null, overrides: [override('customer', replaces('7'))] })).toEqual(limited('7'));
    expect(right({ plan: null })).toBeNull();
  });

  test('I165 what is granted for a time only gives: no limit falls, no switch goes off, what passed still passes', () => {
    const asked = (entitlement: Entitlement | null, used: Decimal12, requested: Decimal12) =>
      evaluateEntitlement({ ...CHECK, entitlement, used, requested });
    fc.assert(
      fc.property(anySources, anyGrant, quantity, quantity, (drawn, extra, used, requested) => {
        const before = asked(resolveRight(drawn).entitlement, used, requested);
        const grants = [...drawn.grants, extra];
        const after = asked(resolveRight({ ...drawn, grants }).entitlement, used, requested);
        if (before.allowed) expect(after.allowed).toBe(true);
        if (before.limit === null) expect(after.limit).toBeNull();
        else if (after.limit !== null) expect(after.limit).toBeGreaterThanOrEqual(before.limit);
      }),
    );
    const refusal = (change: RightChange, of: Feature = feature) => {
      const checked = checkChange(of, change, 'grant');
      return checked.ok ? null : checked.refusal.code;
    };
    expect(refusal({ kind: 'metered', mode: 'replace', limit: dec('5') })).toBe('right.grant_takes');
    expect(refusal({ kind: 'boolean', enabled: false }, flag)).toBe('right.grant_takes');
    expect(refusal(adds('-1'))).toBe('right.limit');
    expect(refusal({ kind: 'boolean', enabled: true })).toBe('right.kind_mismatch');
    expect(refusal(adds('1'))).toBeNull();
  });

  test('I166 the explanation replays: its first step is the base, and its last one the right that was judged', () => {
    fc.assert(
      fc.property(anySources, (drawn) => {
        const resolved = resolveRight(drawn);
        const { steps, entitlement } = resolved;
        expect(steps.at(-1)?.after ?? null).toEqual(entitlement);
        for (const [index, step] of steps.entries()) {
          if (step.rule === 'no_effect') expect(step.after).toEqual(steps[index - 1]?.after);
          expect(step.rule === 'base').toBe(index === 0);
        }
        const check = { ...CHECK, entitlement };
        const verdict = evaluateEntitlement(check);
        const told = explainRight(resolved, check, verdict, { subject: null, state: 'full' });
        expect(told).toMatchObject({
          steps,
          reason: verdict.reason,
          service: { state: 'full', rule: 'keep' },
        });
        expect(told.usage).toEqual({ window: CHECK.window, subject: null, used: 0n, poolUsed: null });
      }),
    );
    const rules = resolveRight(
      sources({
        addOns: [{ versionId: 'v2', quantity: 1n, entitlement: limited('10') }],
        overrides: [override('customer', { kind: 'metered', mode: 'replace', limit: dec('50') })],
        grants: [grant('g', adds('1')), grant('h', adds('0'))],
      }),
    ).steps.map(({ source, rule }) => [source.kind, rule]);
    expect(rules).toEqual([
      ['plan', 'base'],
      ['add_on', 'added'],
      ['customer_override', 'replaced'],
      ['grant', 'added'],
      ['grant', 'no_effect'],
    ]);
  });
});

const CHECK: EntitlementCheck = {
  feature,
  entitlement: limited('100'),
  used: dec('0'),
  requested: dec('1'),
  now: NOW,
  window: { start: at('2026-04-01T00:00:00Z'), end: at('2026-05-01T00:00:00Z') },
  subscriptionStatus: 'active',
};

describe('limits of each member or device', () => {
  const seat: Feature = { ...feature, subjectProperty: 'user' };

  test('I167 no member passes the limit of each, and together they never pass the pool', () => {
    const wish = fc.record({ who: fc.nat(4), amount: fc.bigInt({ min: 1n, max: 40n }) });
    fc.assert(
      fc.property(fc.array(wish, { maxLength: 40 }), quantity, quantity, (wishes, limit, poolLimit) => {
        const used = new Map<number, bigint>();
        let poolUsed = 0n;
        for (const { who, amount } of wishes) {
          const requested = decimal12FromScaled(amount * 10n ** 14n);
          const entitlement = { ...(limited('0') as object), limit, poolLimit } as Entitlement;
          const verdict = evaluateEntitlement({
            ...CHECK,
            feature: seat,
            entitlement,
            requested,
            used: decimal12FromScaled(used.get(who) ?? 0n),
            poolUsed: decimal12FromScaled(poolUsed),
          });
          if (!verdict.allowed) continue;
          expect(verdict.remaining).toBeGreaterThanOrEqual(requested);
          used.set(who, (used.get(who) ?? 0n) + requested);
          poolUsed += requested;
        }
        expect(poolUsed).toBeLessThanOrEqual(poolLimit);
        for (const sum of used.values()) expect(sum).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('the pool alone bounds who has no limit, says so, and stays what it is where nothing adds to it', () => {
    const pooled = limited(null, { poolLimit: dec('10') });
    const verdict = (used: string) =>
      evaluateEntitlement({ ...CHECK, feature: seat, entitlement: pooled, poolUsed: dec(used) });
    expect(verdict('9')).toMatchObject({ allowed: true, limit: null, remaining: dec('1') });
    expect(verdict('10')).toMatchObject({
      allowed: false,
      reason: 'pool_limit_reached',
      pool: { limit: dec('10'), used: dec('10') },
    });
    const plan = { versionId: 'v', entitlement: pooled };
    expect(right({ feature: seat, plan, grants: [grant('g', adds('5'))] })).toEqual(pooled);
    const more: RightChange = { kind: 'metered', mode: 'add', limit: dec('0'), poolLimit: dec('5') };
    expect(right({ feature: seat, plan, grants: [grant('g', more)] })).toMatchObject({
      poolLimit: dec('15'),
    });
    const refused = checkChange(feature, more, 'grant');
    expect(refused).toMatchObject({ ok: false, refusal: { code: 'right.pool_without_subjects' } });
  });
});

test('a soft limit lets pass what is above it and says so', () => {
  const entitlement = limited('100', { overage: 'soft' });
  expect(evaluateEntitlement({ ...CHECK, entitlement, used: dec('100') })).toMatchObject({
    allowed: true,
    reason: 'soft_limit',
    overage: dec('1'),
  });
});

describe('service that is not full', () => {
  const rules: readonly ServiceRule[] = ['block', 'limit', 'keep'];

  test('I168 the less is left of a feature, the less is allowed: block, limit, keep', () => {
    fc.assert(
      fc.property(
        fc.option(quantity),
        quantity,
        quantity,
        quantity,
        fc.constantFrom<OveragePolicy>('block', 'soft', 'allow'),
        (limit, reducedLimit, used, requested, passes) => {
          const reduced: Feature = { ...feature, service: { ...DEFAULT_SERVICE_RULES, reducedLimit } };
          const entitlement = { ...(limited('0') as object), limit, overage: passes } as Entitlement;
          const allowed = rules.map(
            (service) =>
              evaluateEntitlement({
                ...CHECK,
                feature: reduced,
                entitlement,
                used,
                requested,
                subscriptionStatus: 'past_due',
                service,
              }).allowed,
          );
          expect(allowed).toEqual(allowed.toSorted());
          expect(allowed[0]).toBe(false);
          if (requested > 0n && used + requested > reducedLimit) expect(allowed[1]).toBe(false);
        },
      ),
    );
  });

  test('I168 grace is over at its exact instant, and each state follows the rule that was chosen for it', () => {
    const since = NOW;
    const stand = (status: 'past_due' | 'paused' | 'active' | 'canceled', now: Instant, graceDays = 3) =>
      serviceState({ status, now, pastDueSince: since, graceDays });
    const over = instant(NOW + 3 * 86_400_000);
    expect(stand('past_due', instant(over - 1))).toBe('in_grace');
    expect(stand('past_due', over)).toBe('past_due');
    expect(stand('past_due', NOW, 0)).toBe('past_due');
    expect(serviceState({ status: 'past_due', now: NOW, pastDueSince: null, graceDays: 9 })).toBe('past_due');
    expect([stand('active', NOW), stand('paused', NOW), stand('canceled', NOW)]).toEqual([
      'full',
      'paused',
      'none',
    ]);
    const chosen = { inGrace: 'keep', pastDue: 'limit', paused: 'block', reducedLimit: dec('1') } as const;
    const states = ['full', 'in_grace', 'past_due', 'paused', 'none'] as const;
    expect(states.map((state) => serviceRule(state, chosen))).toEqual([
      'keep',
      'keep',
      'limit',
      'block',
      'block',
    ]);
  });

  test('I168 the refusal says that it is the service: reduced, or suspended', () => {
    const reduced: Feature = { ...feature, service: { ...DEFAULT_SERVICE_RULES, reducedLimit: dec('10') } };
    const asked = { ...CHECK, feature: reduced, subscriptionStatus: 'past_due', used: dec('10') } as const;
    expect(evaluateEntitlement({ ...asked, service: 'limit' })).toMatchObject({
      reason: 'service_reduced',
      limit: dec('10'),
    });
    expect(evaluateEntitlement({ ...asked, service: 'block' })).toMatchObject({
      reason: 'service_suspended',
    });
    expect(evaluateEntitlement({ ...CHECK, subscriptionStatus: 'paused' }).reason).toBe('service_suspended');
    expect(evaluateEntitlement({ ...CHECK, subscriptionStatus: null, isGranted: true }).allowed).toBe(true);
  });
});

test('I169 a value of another type than that of its feature is never granted', () => {
  const values = [4, 'eu', ['eu'], true, ['eu', 4]] as const;
  const types = ['number', 'text', 'list', undefined] as const;
  const fitting = types.map((valueType) => {
    const typed: Feature = { ...regions, ...(valueType === undefined ? { valueType: null } : { valueType }) };
    return values.filter((value) => {
      const asOverride = checkChange(typed, { kind: 'configuration', value }, 'override').ok;
      const faults = checkPlan(
        {
          currency: EUR,
          prices: [],
          trialDays: 0,
          entitlements: [{ kind: 'configuration', featureId: 'f', value }],
        },
        { meters: [], features: [typed] },
      );
      expect(faults.length === 0).toBe(asOverride);
      return asOverride;
    });
  });
  expect(fitting).toEqual([[4], ['eu'], [['eu']], [...values]]);
});
