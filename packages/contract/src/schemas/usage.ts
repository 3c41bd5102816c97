import { Type } from 'typebox';
import {
  count,
  customerRef,
  decimal,
  id,
  jsonObject,
  key,
  line,
  notNegativeDecimal,
  nullable,
  obj,
  period,
  text,
  timestamp,
  webAddress,
} from '../common.ts';
import { configurationValue, overage } from './catalog.ts';
import { aggregation } from './meters.ts';
import { rightExplanation } from './rights.ts';

/** CloudEvents 1.0 in JSON. `id` and `source` together are unique; `subject` is the customer. */
export const cloudEvent = Type.Object(
  {
    specversion: Type.Literal('1.0'),
    id: line(200),
    source: line(200),
    type: line(200),
    subject: customerRef,
    time: timestamp,
    datacontenttype: Type.Optional(line(200)),
    dataschema: Type.Optional(line(500)),
    data: Type.Optional(jsonObject),
  },
  { additionalProperties: false },
);

/** Events of a JSON list; sent line by line (NDJSON) there may be more. */
export const MAX_EVENTS_PER_BATCH = 1000;
const MAX_EVENT_LINES = 100_000;
/** Each item gets its own verdict, so a faulty one does not refuse the others. */
export const eventBatch = Type.Array(Type.Unknown(), { minItems: 1, maxItems: MAX_EVENT_LINES });

export const ingestStatus = Type.Enum(['accepted', 'duplicate', 'quarantined', 'rejected']);
export const ingestResult = obj({
  object: Type.Literal('ingest_result'),
  results: Type.Array(
    obj({
      index: count,
      /** Null if the event has no readable id. */
      id: nullable(text(200)),
      status: ingestStatus,
      /** One sentence; left out for what was accepted. */
      reason: Type.Optional(text(500)),
    }),
  ),
  counts: obj({ accepted: count, duplicate: count, quarantined: count, rejected: count }),
});

export const granularity = Type.Enum(['none', 'hour', 'day', 'month']);
const usagePoint = obj({ start: timestamp, end: timestamp, quantity: decimal, event_count: count });
/** Of the events that have one value of a property; an empty value stands for those that have none. */
const usageGroup = obj({
  value: text(10_000),
  quantity: decimal,
  event_count: count,
  /** One for each point of the report. */
  points: Type.Array(decimal),
});
export const usageReport = obj({
  object: Type.Literal('usage'),
  customer: id('cus'),
  meter: id('meter'),
  meter_key: key,
  meter_name: line(200),
  unit: line(50),
  aggregation,
  /** Properties by which the meter's usage can be asked for. */
  group_by: Type.Array(line(200)),
  from: timestamp,
  to: timestamp,
  granularity,
  quantity: decimal,
  event_count: count,
  /** What every unit came to, where the meter tells units apart. */
  units: Type.Array(obj({ name: line(200), quantity: decimal })),
  points: Type.Array(usagePoint),
  /** The property that groups are told apart by; null unless one was asked for. */
  dimension: nullable(line(200)),
  /**
   * Groups share no event and leave none out, the one with the most first, at most a hundred. What a group comes to is
   * never rounded to the meter's step.
   */
  groups: Type.Array(usageGroup),
  groups_left_out: count,
});

/**
 * What a period will have come to. `days`: by the mean of the last full days, 28 at most, with a band of 1.28 standard
 * deviations of a day times the root of the days that are left; of a level, by what days changed of it. `stretches`, where
 * days do not add up: by how far seven earlier stretches as long as the period went beyond their beginnings, with a band of
 * 1.28 standard deviations of that. Four of five ends lie inside if days are alike.
 */
export const usageProjection = obj({
  expected: decimal,
  low: decimal,
  high: decimal,
  basis: Type.Enum(['days', 'stretches']),
  /** How many days, or stretches that end a day before each other, it rests on. */
  basis_days: count,
});
/**
 * Why there is none: fewer than seven full days of usage, or where days do not add up less than a whole period and seven
 * days; or a meter of the last reading, which says nothing of the next one.
 */
export const projectionMissing = Type.Enum(['too_few_days', 'last_reading_counts']);
/**
 * A day unlike those before it: its distance from the median of the 28 days before, times 0.6745, is more than 3.5 times
 * their median absolute deviation, which counts as no less than a twentieth of the median.
 */
const dayAnomaly = obj({ kind: Type.Enum(['high', 'low']), usual: decimal, score: decimal });

/** How the running period of a meter goes: so far, at its end, beside the period before, and day by day. */
export const usageOutlook = obj({
  object: Type.Literal('usage_outlook'),
  customer: id('cus'),
  meter: id('meter'),
  meter_key: key,
  meter_name: line(200),
  unit: line(50),
  aggregation,
  /** The running billing period; the calendar month of a customer without a subscription. */
  period,
  as_of: timestamp,
  quantity: decimal,
  event_count: count,
  projection: nullable(usageProjection),
  projection_missing: nullable(projectionMissing),
  previous: nullable(
    obj({
      period,
      quantity: decimal,
      /** Up to the moment that lies as far into its period as now does into the running one. */
      quantity_to_date: decimal,
      /** So far against that; null where nothing was. */
      change_percent: nullable(decimal),
    }),
  ),
  /** Full days before today, and today so far. */
  days: Type.Array(
    obj({
      start: timestamp,
      end: timestamp,
      quantity: decimal,
      event_count: count,
      anomaly: nullable(dayAnomaly),
    }),
  ),
});

/** Customers that a meter measured most of, highest first, measured as their bills are. */
export const topCustomers = obj({
  object: Type.Literal('top_customers'),
  meter: id('meter'),
  meter_key: key,
  meter_name: line(200),
  unit: line(50),
  from: timestamp,
  to: timestamp,
  customers: Type.Array(
    obj({
      customer: id('cus'),
      customer_name: line(200),
      customer_external_id: nullable(text(200)),
      quantity: decimal,
      event_count: count,
    }),
  ),
});

/** What was kept of usage against what its events come to. */
export const usageVerification = obj({
  object: Type.Literal('usage_verification'),
  /** Hours before this have their events in archives alone and are not compared; null if there are none. */
  events_from: nullable(timestamp),
  meters: Type.Array(
    obj({
      meter: id('meter'),
      meter_key: key,
      aggregation,
      /** Events that were read. */
      events: count,
      /** Hourly figures that were compared. */
      hours: count,
      /** Different values that were compared. */
      values: count,
      /** Hourly figures of members and devices that were compared. */
      subjects: count,
      differences: count,
    }),
  ),
  difference_count: count,
  /** The first hundred of each meter. */
  differences: Type.Array(
    obj({
      meter_key: key,
      customer: id('cus'),
      /** The feature and the member or device, of figures of one. */
      feature: nullable(key),
      subject: nullable(line(200)),
      hour: timestamp,
      kind: Type.Enum(['figure', 'value', 'subject']),
      /** Null where one of the two does not have it. */
      kept: nullable(text(1000)),
      recomputed: nullable(text(1000)),
    }),
  ),
  /** Archives of the hours that were not compared, each held against the digest that was kept when it was written. */
  archives: obj({
    parts: count,
    damaged: Type.Array(
      obj({ id: id('arc'), from: timestamp, part: count, status: Type.Enum(['changed', 'missing']) }),
    ),
  }),
});

export const usageEvent = obj({
  id: line(200),
  object: Type.Literal('usage_event'),
  source: line(200),
  type: line(200),
  customer: id('cus'),
  customer_name: line(200),
  time: timestamp,
  /** Usually its own time; the moment it was assigned if the bill of its period had been sent by then. */
  counted_at: timestamp,
  data: jsonObject,
  status: Type.Enum(['counted', 'voided']),
  created_at: timestamp,
});

export const quarantineReasons = [
  'unknown_customer',
  'unknown_meter',
  'late',
  'id_conflict',
  'bad_value',
] as const;

export const quarantinedEvent = obj({
  id: id('qua'),
  object: Type.Literal('quarantined_event'),
  event_id: line(200),
  source: line(200),
  type: line(200),
  subject: text(200),
  time: timestamp,
  data: jsonObject,
  reason: Type.Enum(quarantineReasons),
  /** The event that counts under this source and id, where it is another one. */
  conflicts_with: nullable(
    obj({ type: line(200), customer: id('cus'), time: timestamp, data: jsonObject, created_at: timestamp }),
  ),
  /** How it was dealt with; null while it waits. */
  resolution: nullable(Type.Enum(['counted', 'discarded'])),
  resolved_by: nullable(text(200)),
  discard_reason: nullable(text(500)),
  resolved_at: nullable(timestamp),
  created_at: timestamp,
});

export const checkRequest = obj({
  customer: customerRef,
  feature: key,
  /** How much is about to be used; 1 if left out. */
  quantity: Type.Optional(notNegativeDecimal),
  /** The member or device, for a feature that is counted for each. */
  subject: Type.Optional(line(200)),
  /** Whether the answer says where the right comes from. */
  explain: Type.Optional(Type.Boolean()),
});

/** Members that every answer about a right has. */
const rightFields = {
  feature: key,
  feature_name: line(200),
  kind: Type.Enum(['boolean', 'configuration', 'metered']),
  allowed: Type.Boolean(),
  reason: Type.Enum([
    'enabled',
    'within_limit',
    'unlimited',
    'overage',
    'soft_limit',
    'limit_reached',
    'pool_limit_reached',
    'disabled',
    'not_granted',
    'service_reduced',
    'service_suspended',
    'no_subscription',
    'credits',
    'credits_used_up',
  ]),
  unit: nullable(line(50)),
  /** Null for as much as one likes, and for features without a meter. */
  limit: nullable(notNegativeDecimal),
  used: nullable(decimal),
  remaining: nullable(notNegativeDecimal),
  /** What happens beyond the limit; null where there is no meter or nothing is granted. */
  overage: nullable(overage),
  /** When the window starts anew; null if never. */
  reset_at: nullable(timestamp),
  /** Value of a configuration feature. */
  value: nullable(configurationValue),
  warn_at_percent: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 })),
  /** Whether usage counts for the whole customer, or for each member or device. */
  counted: Type.Enum(['customer', 'subject']),
  /** The member or device whose usage this is; null for the customer as a whole, or for one who used nothing yet. */
  subject: nullable(line(200)),
  /** What all members or devices may use together; null without such a limit. */
  pool: nullable(obj({ limit: notNegativeDecimal, used: decimal })),
  /** How credits stand, for a feature that costs some; null for others. Limit and credits must both let a use pass. */
  credits: nullable(
    obj({
      credit_type: key,
      available: notNegativeDecimal,
      /** What the quantity that was asked about costs, or one unit of the feature. */
      cost: notNegativeDecimal,
      /** Beyond the balance, use is refused, or goes on and is owed. */
      beyond: Type.Enum(['block', 'allow']),
    }),
  ),
};
/** What paid for a use of a feature that costs credits. */
export const creditPayment = obj({
  consumption: id('cuse'),
  credit_type: key,
  amount: notNegativeDecimal,
  /** What no grant covered. */
  overage: notNegativeDecimal,
  /** What becomes of that: it is owed, or it was used without cover because the cost allows no more. */
  overage_is: Type.Enum(['none', 'owed', 'uncovered']),
  /** The grants that paid, in the order in which they were spent. */
  grants: Type.Array(obj({ grant: id('cgrant'), amount: notNegativeDecimal })),
});
export const entitlement = obj({
  object: Type.Literal('entitlement'),
  ...rightFields,
  explanation: rightExplanation,
});
export const entitlementCheck = obj({
  object: Type.Literal('entitlement_check'),
  customer: id('cus'),
  ...rightFields,
  /** Where the right comes from; null unless asked for, or if nothing grants it. */
  explanation: nullable(rightExplanation),
  /** The next plan that grants more, and where to get it; null if there is none. */
  upgrade: nullable(obj({ plan: key, plan_name: line(200), url: webAddress })),
  /** Where to pay what is unpaid and keeps this back; null where nothing does. */
  pay: nullable(obj({ url: webAddress })),
});

export const trackedData = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9_.:-]{1,200}$' }),
  Type.Union([text(500), Type.Boolean(), Type.Integer()]),
  { maxProperties: 50, additionalProperties: false },
);
export const trackRequest = obj({
  customer: customerRef,
  feature: key,
  quantity: Type.Optional(notNegativeDecimal),
  /**
   * Of the event: what the meter's conditions and groups go by, the unit where it tells units apart, and the value where
   * it counts different ones.
   */
  data: Type.Optional(trackedData),
  event_id: line(200),
  time: Type.Optional(timestamp),
  /** The member or device, for a feature that is counted for each. */
  subject: Type.Optional(line(200)),
});
export const trackResult = obj({
  object: Type.Literal('tracked_usage'),
  event_id: line(200),
  status: ingestStatus,
  reason: Type.Optional(text(500)),
  /** What paid for it; null where the feature costs no credits, and where nothing was counted. */
  credits: nullable(creditPayment),
  check: entitlementCheck,
});

/** How a right stands after units of it were taken or given back. */
export const standing = obj({ object: Type.Literal('entitlement_standing'), ...rightFields });
