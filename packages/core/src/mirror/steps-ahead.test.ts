import { expect, test } from 'vitest';
import type { Subscription } from '../subscriptions/subscription.ts';
import { FROM_PLAN } from '../subscriptions/subscription.ts';
import { at, flat, seats } from '../testing/factories.ts';
import type { MirrorInput, SoldPrice } from './decide-subscription.ts';
import { countSteps, stepsAhead } from './steps-ahead.ts';
import { doesServiceRest, mirroredStatus, type PhaseAtStripe } from './subscription-at-stripe.ts';

const sold = (planId: string, entry: SoldPrice['price']): SoldPrice => ({
  price: entry,
  planId,
  planVersionId: `${planId}_v1`,
  currency: 'EUR',
  source: FROM_PLAN,
});
const SOLD = new Map([
  ['basic', sold('plan_basic', flat('basic', 2000n))],
  ['team', sold('plan_team', seats('team', '9'))],
]);
const NOW = at('2027-02-10T00:00:00Z');
const phase = (startAt: string, priceId: string, quantity: bigint, isProrated = true): PhaseAtStripe => ({
  startAt: at(startAt),
  items: [{ priceId, quantity }],
  isProrated,
});

function ahead(
  phases: readonly PhaseAtStripe[],
  more: { cancelAt?: string; schedule?: Subscription['schedule'] } = {},
) {
  const facts = {
    items: [{ id: 'si_1', priceId: 'basic', quantity: 1n }],
    cancelAt: more.cancelAt === undefined ? null : at(more.cancelAt),
    paused: null,
    phases,
  } as never as MirrorInput['facts'];
  const input = {
    now: NOW,
    facts,
    sold: SOLD,
    current: { schedule: more.schedule ?? [] },
    stepIds: Array.from({ length: countSteps(facts) }, (_, index) => `step_${index}`),
  } as never as MirrorInput;
  return stepsAhead(input, 'active');
}

test('I473 each phase that has not begun is a change by what it changes of the one before', () => {
  const steps = ahead([
    phase('2027-01-10T00:00:00Z', 'basic', 1n),
    phase('2027-03-10T00:00:00Z', 'team', 2n, false),
    phase('2027-04-10T00:00:00Z', 'team', 5n),
    phase('2027-05-10T00:00:00Z', 'team', 5n),
  ]);
  expect(steps).toMatchObject([
    { kind: 'change', planId: 'plan_team', seats: 2n, phase: 2, isProrated: false },
    { kind: 'seats', seats: 5n, isProrated: true },
  ]);
  expect(steps.map((step) => step.at)).toEqual([at('2027-03-10T00:00:00Z'), at('2027-04-10T00:00:00Z')]);
});

test('I473 what stays keeps its id, what nobody knows is left out, and nothing lies behind the end', () => {
  const march = phase('2027-03-10T00:00:00Z', 'team', 2n);
  const first = ahead([march]);
  const later = ahead([phase('2027-02-20T00:00:00Z', 'team', 7n), march], { schedule: first });
  expect(later.map(({ id }) => id)).toEqual(['step_0', expect.any(String)]);
  expect(ahead([march], { schedule: first })).toEqual(first);
  expect(
    ahead([phase('2027-03-10T00:00:00Z', 'unknown', 1n), phase('2027-04-10T00:00:00Z', 'team', 1n)]),
  ).toMatchObject([{ kind: 'change', planId: 'plan_team' }]);
  const ended = ahead([march], { cancelAt: '2027-03-01T00:00:00Z' });
  expect(ended).toMatchObject([{ kind: 'cancel', reason: 'at_stripe' }]);
});

test('I474 the service rests where invoices are voided while collecting is paused, and nowhere else', () => {
  const paused = (behaviour: 'void' | 'keep_as_draft' | 'mark_uncollectible') => ({
    behaviour,
    resumesAt: null,
  });
  expect(doesServiceRest(null)).toBe(false);
  for (const behaviour of ['keep_as_draft', 'mark_uncollectible'] as const) {
    expect(doesServiceRest(paused(behaviour))).toBe(false);
    expect(mirroredStatus({ status: 'past_due', paused: paused(behaviour) })).toBe('past_due');
  }
  const seen = (status: string) => mirroredStatus({ status, paused: paused('void') });
  expect(['active', 'past_due', 'unpaid'].map(seen)).toEqual(['paused', 'paused', 'paused']);
  expect(['trialing', 'canceled', 'incomplete', 'paused'].map(seen)).toEqual([
    'trialing',
    'canceled',
    'not_begun',
    'paused',
  ]);
});
