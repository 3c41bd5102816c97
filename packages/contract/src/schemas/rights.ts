import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  decimal,
  id,
  key,
  line,
  notNegativeDecimal,
  nullable,
  obj,
  period,
  timestamp,
} from '../common.ts';
import { configurationValue, overage, planRightDraft } from './catalog.ts';

/** What staff change about a right, by the kind of its feature. */
export const rightChange = Type.Union([
  obj({ kind: Type.Literal('boolean'), enabled: Type.Boolean() }),
  obj({ kind: Type.Literal('configuration'), value: configurationValue }),
  obj({
    kind: Type.Literal('metered'),
    /** Instead of the limit that is there, or on top of it. A grant only adds. */
    mode: Type.Enum(['replace', 'add']),
    /** Null for as much as one likes. */
    limit: nullable(notNegativeDecimal),
    /** Of a feature that is counted for each member or device: the same for all of them together. Left out, it stays. */
    pool_limit: Type.Optional(nullable(notNegativeDecimal)),
    overage: Type.Optional(overage),
  }),
]);

const reason = line(500);
const actor = obj({ kind: Type.Enum(['operator', 'api_key', 'member', 'system']), id: line(200) });
const target = {
  customer: id('cus'),
  /** Null for the customer, whatever it has bought. */
  subscription: nullable(id('sub')),
  feature: key,
  feature_name: line(200),
};

/** A lasting agreement about one right. Another one for the same right ends the one before. */
export const rightOverride = obj({
  id: id('ovr'),
  object: Type.Literal('entitlement_override'),
  ...target,
  change: rightChange,
  reason,
  by: actor,
  created_at: timestamp,
  removed_at: nullable(timestamp),
  removed_reason: nullable(reason),
});
export const setOverride = obj({
  feature: key,
  subscription: Type.Optional(nullable(id('sub'))),
  change: rightChange,
  reason,
});

/** A right that is given for a time, over what is there. At `until` nothing of it is left. */
export const rightGrant = obj({
  id: id('rgr'),
  object: Type.Literal('entitlement_grant'),
  ...target,
  change: rightChange,
  from: timestamp,
  until: timestamp,
  status: Type.Enum(['ahead', 'in_force', 'ended', 'revoked']),
  reason,
  by: actor,
  created_at: timestamp,
  revoked_at: nullable(timestamp),
  revoked_reason: nullable(reason),
});
export const createGrant = obj({
  feature: key,
  subscription: Type.Optional(nullable(id('sub'))),
  change: rightChange,
  /** Now if left out. */
  from: Type.Optional(timestamp),
  until: timestamp,
  reason,
});
export const withReason = obj({ reason });

/** What a right comes to, by its kind; the others are null. */
const rightFace = obj({
  enabled: nullable(Type.Boolean()),
  value: nullable(configurationValue),
  /** Null for as much as one likes, and for features without a meter. */
  limit: nullable(notNegativeDecimal),
  pool_limit: nullable(notNegativeDecimal),
  overage: nullable(overage),
});

/** Why a right is as it is. */
export const rightExplanation = obj({
  /** Everything that has a say, in the order in which it was heard. */
  sources: Type.Array(
    obj({
      kind: Type.Enum(['plan', 'add_on', 'customer_override', 'subscription_override', 'grant']),
      id: line(64),
      /** Of the plan or add-on; the reason of an override or grant. */
      name: line(500),
      /** How often; 1 but for add-ons. */
      quantity: count,
      gives: rightFace,
      /** How it was combined with what was heard before. */
      rule: Type.Enum(['base', 'added', 'turned_on', 'last_holds', 'united', 'replaced', 'no_effect']),
      after: rightFace,
      /** When it ends by itself; null if it does not. */
      until: nullable(timestamp),
    }),
  ),
  /** Which usage counted, in which stretch of time. */
  window_usage: nullable(
    obj({ period, subject: nullable(line(200)), used: decimal, pool_used: nullable(decimal) }),
  ),
  /** How the subscription stands, and what that leaves of the feature; null where no subscription is asked. */
  service: nullable(
    obj({
      state: Type.Enum(['full', 'in_grace', 'past_due', 'limited', 'suspended', 'paused', 'none']),
      rule: Type.Enum(['keep', 'limit', 'block']),
    }),
  ),
  /** When it next changes because a grant begins or ends; null if none lies ahead. */
  changes_at: nullable(timestamp),
});

/** Who used how much of a feature that is counted for each member or device, in its running window. */
export const subjectUsage = obj({
  object: Type.Literal('subject_usage'),
  customer: id('cus'),
  feature: key,
  feature_name: line(200),
  unit: line(50),
  /** Null where nothing is counted for each. */
  period: nullable(period),
  /** Of each of them; null for as much as one likes. */
  limit: nullable(notNegativeDecimal),
  /** True if there are more than the hundred that used most. */
  is_partial: Type.Boolean(),
  subjects: Type.Array(obj({ subject: line(200), used: decimal, event_count: count })),
});

export const planRightsPreviewRequest = obj({ entitlements: Type.Array(planRightDraft, { maxItems: 200 }) });
/** Who would feel it if customers of a plan got these rights instead of theirs. */
export const planRightsPreview = obj({
  object: Type.Literal('plan_rights_preview'),
  plan: key,
  /** Subscriptions that run on the plan, in any version. They keep theirs until they are moved. */
  subscriptions: count,
  /** True if there are more than were looked at. */
  is_partial: Type.Boolean(),
  /** One for each right that would be another, with how many subscriptions that concerns. */
  changes: Type.Array(
    obj({
      feature: key,
      feature_name: line(200),
      effect: Type.Enum(['gained', 'lost', 'more', 'less', 'other']),
      subscriptions: count,
    }),
  ),
  /** Those who already used more than the limit that would hold. */
  over_limit: Type.Array(
    obj({
      customer: id('cus'),
      customer_name: line(200),
      feature: key,
      feature_name: line(200),
      used: decimal,
      limit: notNegativeDecimal,
    }),
  ),
});

/** One period of what a customer really used, priced by a plan. */
const pricedPeriod = obj({ period, amount });
export const planSuggestion = obj({
  plan: key,
  plan_name: line(200),
  is_current: Type.Boolean(),
  currency,
  /** What all periods would have cost, before tax and discounts. */
  total: amount,
  /** The same for each period, rounded to whole minor units. */
  average: amount,
  /** How much less than the current plan; negative if it costs more. */
  saving: amount,
  periods: Type.Array(pricedPeriod),
  /** Lines of the last period, as an invoice would have had them. */
  lines: Type.Array(obj({ description: line(500), quantity: decimal, amount })),
  /** Limits of the plan that the usage would have passed: what is refused there was really used. */
  above_limits: Type.Array(
    obj({ feature: key, feature_name: line(200), limit: notNegativeDecimal, used: decimal }),
  ),
});
/** What a customer's real usage would have cost on each plan on sale, the cheapest that holds it first. */
export const planSuggestions = obj({
  object: Type.Literal('plan_suggestions'),
  customer: id('cus'),
  /** Whose plan is compared; null where the customer has none that runs. */
  subscription: nullable(id('sub')),
  current_plan: nullable(key),
  /** The cheapest plan that holds all of the usage, if it is another than the current one and not held anyway; null otherwise. */
  suggested: nullable(key),
  /** No period is over yet: the only one below is the running one up to now, by which nothing is suggested. */
  is_running: Type.Boolean(),
  periods: Type.Array(period),
  meters: Type.Array(
    obj({ meter: key, meter_name: line(200), unit: line(50), quantities: Type.Array(decimal) }),
  ),
  plans: Type.Array(planSuggestion),
});
