import { currencyCode } from '@billhook/core/money/currency';
import type { Subscription } from '@billhook/core/subscriptions/subscription';
import { instant } from '@billhook/core/time/instant';
import { expect, test } from 'vitest';
import { DEFAULT_SETTINGS } from '../../platform/tenants.ts';
import type { Action, ActionKind } from './actions.ts';
import { tryAction } from './decide-action.ts';

/** Every kind there is: a new one does not compile until it stands here. */
const KINDS: Readonly<Record<ActionKind, true>> = {
  change: true,
  migrate: true,
  seats: true,
  cancel: true,
  renewal: true,
  pause: true,
  resume: true,
  undo: true,
  price: true,
  trial: true,
  discount: true,
  end_discount: true,
  add_on: true,
  add_on_quantity: true,
  end_add_on: true,
  charge: true,
};

const AT = instant(Date.UTC(2027, 0, 1));

const AT_STRIPE: Subscription = {
  id: 'subscription',
  customerId: 'customer',
  planId: 'plan',
  planVersionId: 'version',
  status: 'paused',
  currency: currencyCode('EUR'),
  timeZone: 'UTC',
  billingAuthority: 'stripe',
  seats: 1n,
  startAt: AT,
  trialEndAt: null,
  trialEnd: 'convert',
  anchorAt: AT,
  billingDay: null,
  endedAt: null,
  schedule: [{ kind: 'cancel', id: 'step', at: AT, creditUnused: false, reason: 'at_stripe' }],
  pauses: [{ from: AT, to: null, mode: 'keep_period', itemIds: [], resumesAs: 'active' }],
  discounts: [],
  charges: [],
  nextActionAt: null,
  items: [],
};

test('I250 nothing that may be done to a subscription of ours is done to one that Stripe computes', () => {
  const ctx = { now: AT, tenant: { settings: DEFAULT_SETTINGS } as never };
  const asked: Readonly<Record<string, unknown>> = { stepId: 'step', at: AT, isOn: true };
  for (const kind of Object.keys(KINDS)) {
    const result = tryAction(ctx, AT_STRIPE, { kind, ...asked } as unknown as Action, () => 'id');
    expect([kind, result.ok ? 'done' : result.refusal.code]).toEqual([kind, 'subscription.authority_stripe']);
  }
});
