import { ACCESS_STATES } from '@billhook/core/access/access';
import { DUNNING_MAILS, PAYDAYS, STEP_ACTIONS } from '@billhook/core/dunning/campaign';
import { FAILURE_KINDS } from '@billhook/core/dunning/failure-kind';
import { Type } from 'typebox';
import { country, currency, id, key, line, notNegativeAmount, nullable, obj, timestamp } from '../common.ts';

export const failureKind = Type.Enum([...FAILURE_KINDS]);
export const dunningAction = Type.Enum([...STEP_ACTIONS]);
export const accessState = Type.Enum([...ACCESS_STATES]);
const kind = Type.Enum(['charge', 'terms'], {
  description:
    'charge: begins when a charge fails. terms: is laid around the due date of an invoice that is paid by transfer.',
});

export const campaignStep = obj({
  key,
  day: Type.Integer({
    minimum: -1000,
    maximum: 1000,
    description: 'Whole local days after the first failure, or after the due date; negative before it.',
  }),
  action: dunningAction,
  kinds: nullable(Type.Array(failureKind, { maxItems: 10, uniqueItems: true })),
  mail: nullable(Type.Enum([...DUNNING_MAILS])),
});

export const campaignDefinition = obj({
  steps: Type.Array(campaignStep, { maxItems: 100 }),
  hours: nullable(
    obj({
      from_minute: Type.Integer({ minimum: 0, maximum: 1440 }),
      to_minute: Type.Integer({ minimum: 0, maximum: 1440 }),
      weekdays: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), { maxItems: 7, uniqueItems: true }),
    }),
  ),
  paydays: nullable(
    obj({
      days: Type.Array(Type.Enum([...PAYDAYS]), { maxItems: 4, uniqueItems: true }),
      within_days: Type.Integer({ minimum: 0, maximum: 100 }),
    }),
  ),
  failure_mail: Type.Enum(['each', 'first', 'none']),
});

export const campaignSegment = obj({
  plans: Type.Array(id('plan'), { maxItems: 100, uniqueItems: true }),
  countries: Type.Array(country, { maxItems: 250, uniqueItems: true }),
  min_amount: nullable(notNegativeAmount),
  max_amount: nullable(notNegativeAmount),
  currency: nullable(currency),
  min_tenure_days: nullable(Type.Integer({ minimum: 0, maximum: 36_500 })),
  max_tenure_days: nullable(Type.Integer({ minimum: 0, maximum: 36_500 })),
});

export const campaignFault = obj({ pointer: Type.String(), code: Type.String(), detail: Type.String() });

export const dunningCampaign = obj({
  id: id('dcam'),
  object: Type.Literal('dunning_campaign'),
  name: line(200),
  kind,
  /** The first that fits an invoice is taken, the lowest rank first. */
  rank: Type.Integer(),
  segment: campaignSegment,
  draft: nullable(campaignDefinition),
  /** What is wrong with the draft; it can be published once nothing is. */
  faults: Type.Array(campaignFault),
  published: nullable(
    obj({ number: Type.Integer(), published_at: timestamp, definition: campaignDefinition }),
  ),
  archived_at: nullable(timestamp),
  created_at: timestamp,
});

export const createCampaign = obj({
  name: line(200),
  kind,
  rank: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  segment: Type.Optional(campaignSegment),
  definition: campaignDefinition,
});
export const updateCampaign = obj({
  name: Type.Optional(line(200)),
  rank: Type.Optional(Type.Integer({ minimum: 0, maximum: 1000 })),
  segment: Type.Optional(campaignSegment),
  /** Becomes the draft. Runs keep the version that they began with. */
  definition: Type.Optional(campaignDefinition),
  archived: Type.Optional(Type.Boolean()),
});

export const dunningStepAhead = obj({
  key: Type.String(),
  action: dunningAction,
  mail: nullable(Type.Enum([...DUNNING_MAILS])),
  at: timestamp,
});
export const dunningStepPast = obj({
  key: Type.String(),
  action: dunningAction,
  outcome: Type.Enum(['taken', 'failed', 'succeeded', 'skipped']),
  reason: nullable(Type.String()),
  by: Type.String(),
  at: timestamp,
  /** Of a text message: what became of it. */
  text: nullable(
    obj({
      status: Type.Enum([
        'queued',
        'sending',
        'unknown',
        'accepted',
        'sent',
        'delivered',
        'undelivered',
        'failed',
        'dropped',
      ]),
      /** Why it was not sent, or why it waits; null where it says nothing more. */
      reason: nullable(Type.String()),
      error_code: nullable(Type.Integer()),
      at: timestamp,
    }),
  ),
});
export const dunningLeftOut = obj({
  key: Type.String(),
  action: dunningAction,
  /** `done_at_stripe`: Stripe collects this invoice, so tries and the end come from there. */
  reason: Type.Enum(['do_not_retry', 'no_other_method', 'time_passed', 'done_at_stripe']),
});

const runFace = {
  id: id('drun'),
  object: Type.Literal('dunning_run'),
  customer: id('cus'),
  invoice: id('inv'),
  invoice_number: Type.String(),
  currency,
  amount: notNegativeAmount,
  status: Type.Enum(['active', 'paused', 'recovered', 'exhausted', 'stopped', 'closed']),
  access: Type.Enum(['full', 'grace', 'limited', 'suspended']),
  failure_kind: failureKind,
  failure_code: nullable(Type.String()),
  created_at: timestamp,
  ended_at: nullable(timestamp),
  /** What lies ahead, in order. */
  ahead: Type.Array(dunningStepAhead),
};

export const dunningRun = obj({
  ...runFace,
  campaign: nullable(obj({ id: id('dcam'), name: Type.String(), version: Type.Integer() })),
  recovered_amount: notNegativeAmount,
  recovered_by: nullable(Type.Enum(['retry', 'change_method', 'customer', 'credit'])),
  past: Type.Array(dunningStepPast),
  left_out: Type.Array(dunningLeftOut),
});

/** What the customer sees: what happens next and when, and nothing of the seller's own words. */
export const myDunningRun = obj({
  ...runFace,
  past: Type.Array(obj({ action: dunningAction, at: timestamp })),
});

export const holdRun = obj({ reason: line(500) });
export const skipStep = obj({ step: key, reason: line(500) });

export const previewCampaign = obj({
  kind,
  definition: campaignDefinition,
  /** Whose zone and methods count; the seller's zone and a card if left out. */
  customer: Type.Optional(id('cus')),
  failure_kind: Type.Optional(failureKind),
  /** The first failure, or the due date; now if left out. */
  from: Type.Optional(timestamp),
});
export const campaignPreview = obj({
  object: Type.Literal('dunning_preview'),
  time_zone: Type.String(),
  faults: Type.Array(campaignFault),
  ahead: Type.Array(dunningStepAhead),
  left_out: Type.Array(dunningLeftOut),
});

export const backTestCampaign = obj({
  definition: campaignDefinition,
  from: Type.Optional(timestamp),
  to: Type.Optional(timestamp),
});
export const campaignBackTest = obj({
  object: Type.Literal('dunning_back_test'),
  /** What the figures assume, in a sentence. */
  assumption: Type.String(),
  from: timestamp,
  to: timestamp,
  failures: Type.Integer(),
  curve: Type.Array(
    obj({ kind: failureKind, from_day: Type.Integer(), tries: Type.Integer(), successes: Type.Integer() }),
  ),
  by_currency: Type.Array(
    obj({
      currency,
      failures: Type.Integer(),
      at_stake: notNegativeAmount,
      actual: notNegativeAmount,
      expected: notNegativeAmount,
      tries: Type.Integer(),
      /** Tries at times at which nothing was ever tried: nothing is expected of them. */
      unknown_tries: Type.Integer(),
    }),
  ),
  cases: Type.Array(
    obj({
      invoice: id('inv'),
      currency,
      amount: notNegativeAmount,
      kind: failureKind,
      tries: Type.Array(timestamp),
      expected: notNegativeAmount,
      actual: notNegativeAmount,
    }),
    { description: 'The 20 with the largest amounts.' },
  ),
});

const funnelRow = {
  currency,
  runs: Type.Integer(),
  active: Type.Integer(),
  recovered: Type.Integer(),
  lost: Type.Integer(),
  amount: notNegativeAmount,
  recovered_amount: notNegativeAmount,
};
export const dunningFunnel = obj({
  object: Type.Literal('dunning_funnel'),
  from: timestamp,
  to: timestamp,
  by_kind: Type.Array(obj({ kind: failureKind, ...funnelRow })),
  by_campaign: Type.Array(
    obj({ campaign: nullable(id('dcam')), name: nullable(Type.String()), ...funnelRow }),
  ),
  /** What brought the money, and at which step. */
  by_step: Type.Array(
    obj({
      step: nullable(Type.String()),
      by: Type.Enum(['retry', 'change_method', 'customer', 'credit']),
      currency,
      recovered: Type.Integer(),
      recovered_amount: notNegativeAmount,
    }),
  ),
});

export const limitedAccess = obj({
  object: Type.Literal('limited_access'),
  plan: id('plan'),
  /** What stays while access is limited; with none, the rule of each feature holds. */
  features: Type.Array(key),
});
export const setLimitedAccess = obj({ features: Type.Array(key, { maxItems: 200, uniqueItems: true }) });

export const accessMove = obj({
  subscription: id('sub'),
  from: accessState,
  to: accessState,
  invoice: nullable(id('inv')),
  at: timestamp,
});
export const customerAccess = obj({
  object: Type.Literal('customer_access'),
  subscriptions: Type.Array(obj({ subscription: id('sub'), access: accessState })),
  moves: Type.Array(accessMove),
});
