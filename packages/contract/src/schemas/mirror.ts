import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  id,
  key,
  line,
  nullable,
  obj,
  planRef,
  seats,
  timestamp,
  webAddress,
} from '../common.ts';

/** An id that Stripe gave. */
const stripeId = line(255);

/** How far what Stripe computes is followed here. */
export const stripeMirror = obj({
  object: Type.Literal('stripe_mirror'),
  /** Whether the tenant's account at Stripe can be followed at all. */
  connected: Type.Boolean(),
  /** Prices here that a price at Stripe stands for. */
  linked_prices: count,
  subscriptions: count,
  invoices: count,
  /** What cannot be followed as it is, and why; it is looked at again with each news of it. */
  waiting: Type.Array(
    obj({ kind: Type.Enum(['subscription', 'invoice']), stripe_id: stripeId, reason: nullable(line(200)) }),
  ),
  /** Reports of usage that Stripe was told of, and those that wait or failed. */
  usage_reports: obj({ sent: count, waiting: count, failed: count }),
});

export const stripeRun = obj({ dry_run: Type.Optional(Type.Boolean()) });

const stripeAction = Type.Enum(['create', 'update', 'same', 'skip', 'conflict']);

/** What was done, or would be. */
export const stripeReport = obj({
  object: Type.Literal('stripe_report'),
  dry_run: Type.Boolean(),
  /** Whether nothing was, or would be, changed. */
  unchanged: Type.Boolean(),
  created: count,
  updated: count,
  same: count,
  skipped: count,
  conflicts: count,
  entries: Type.Array(
    obj({
      kind: Type.Enum(['customer', 'payment_method', 'meter', 'plan', 'price', 'subscription', 'invoice']),
      action: stripeAction,
      /** At Stripe; null for what is not there yet. */
      stripe_id: nullable(stripeId),
      /** What people know it by here. */
      name: line(300, 0),
      /** Why it is skipped, or what contradicts what. */
      reason: nullable(line(500)),
    }),
  ),
});

const wishes = [
  obj({
    action: Type.Literal('change'),
    plan: planRef,
    quantity: Type.Optional(seats),
  }),
  obj({ action: Type.Literal('quantity'), quantity: seats }),
  obj({ action: Type.Literal('cancel'), when: Type.Enum(['now', 'period_end']) }),
  obj({ action: Type.Literal('keep') }),
] as const;

/** What is wished of a subscription that Stripe computes. */
export const askStripe = Type.Union([...wishes]);

/** A wish that was passed on; Stripe's word confirms it. */
export const stripeChange = obj({
  id: id('sch'),
  object: Type.Literal('stripe_change'),
  subscription: id('sub'),
  action: Type.Enum(['change', 'quantity', 'cancel', 'keep']),
  plan: nullable(key),
  quantity: nullable(seats),
  when: nullable(Type.Enum(['now', 'period_end'])),
  /** `created`: it will be sent. `sent`: Stripe took it. `confirmed`: what Stripe says now is what was wished. */
  status: Type.Enum(['created', 'sent', 'confirmed', 'refused']),
  failure: nullable(line(500)),
  created_at: timestamp,
  finished_at: nullable(timestamp),
});

/** What Stripe says that the next invoice would be after a change. */
export const stripePreview = obj({
  object: Type.Literal('stripe_preview'),
  computed_by: Type.Literal('stripe'),
  currency,
  total: amount,
  tax: amount,
  due: amount,
  lines: Type.Array(obj({ description: line(500, 0), amount, proration: Type.Boolean() })),
});

/** A page of Stripe. Its address is short-lived and for the customer alone. */
export const stripePage = obj({ object: Type.Literal('stripe_page'), url: webAddress });
export const openStripePage = obj({ return_url: webAddress });
