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
  text,
  timestamp,
  webAddress,
} from '../common.ts';
import { configurationValue } from './catalog.ts';

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
export const usageReport = obj({
  object: Type.Literal('usage'),
  customer: id('cus'),
  meter: id('meter'),
  meter_key: key,
  meter_name: line(200),
  unit: line(50),
  from: timestamp,
  to: timestamp,
  granularity,
  quantity: decimal,
  event_count: count,
  /** What every unit came to, where the meter tells units apart. */
  units: Type.Array(obj({ name: line(200), quantity: decimal })),
  points: Type.Array(usagePoint),
});

export const usageEvent = obj({
  id: line(200),
  object: Type.Literal('usage_event'),
  source: line(200),
  type: line(200),
  customer: id('cus'),
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
    'limit_reached',
    'disabled',
    'not_granted',
    'no_subscription',
  ]),
  unit: nullable(line(50)),
  /** Null for as much as one likes, and for features without a meter. */
  limit: nullable(notNegativeDecimal),
  used: nullable(decimal),
  remaining: nullable(notNegativeDecimal),
  /** When the window starts anew; null if never. */
  reset_at: nullable(timestamp),
  /** Value of a configuration feature. */
  value: nullable(configurationValue),
  warn_at_percent: Type.Array(Type.Integer({ minimum: 1, maximum: 1000 })),
};
export const entitlement = obj({ object: Type.Literal('entitlement'), ...rightFields });
export const entitlementCheck = obj({
  object: Type.Literal('entitlement_check'),
  customer: id('cus'),
  ...rightFields,
  /** The next plan that grants more, and where to get it; null if there is none. */
  upgrade: nullable(obj({ plan: key, plan_name: line(200), url: webAddress })),
});

export const trackRequest = obj({
  customer: customerRef,
  feature: key,
  quantity: Type.Optional(notNegativeDecimal),
  event_id: line(200),
  time: Type.Optional(timestamp),
});
export const trackResult = obj({
  object: Type.Literal('tracked_usage'),
  event_id: line(200),
  status: ingestStatus,
  reason: Type.Optional(text(500)),
  check: entitlementCheck,
});
