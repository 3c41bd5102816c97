import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  customerRef,
  decimal,
  id,
  jsonObject,
  key,
  line,
  nullable,
  obj,
  text,
  timestamp,
} from '../common.ts';

const reason = line(500);
const eventKey = obj({ source: line(200), id: line(200) });
const token = { preview_token: line(500) };

const voidFields = { events: Type.Array(eventKey, { minItems: 1, maxItems: 1000 }), reason };
/** These events count for nothing from now on. */
export const voidEvents = obj(voidFields);
export const confirmVoid = obj({ ...voidFields, ...token });

/** What an event says instead. */
const eventContent = obj({
  type: line(200),
  subject: customerRef,
  time: timestamp,
  /** A JSON object, as in an event. */
  data: Type.Optional(Type.Unknown()),
});
const amendFields = { event: eventKey, content: eventContent, reason };
export const amendEvent = obj(amendFields);
export const confirmAmend = obj({ ...amendFields, ...token });

const backfillFields = {
  customer: customerRef,
  /** The type of the events. */
  type: line(200),
  from: timestamp,
  to: timestamp,
  /** `replace`: what is there and not in the list counts for nothing from now on. */
  mode: Type.Enum(['add', 'replace']),
  /** CloudEvents of this customer and type in this stretch. */
  events: Type.Array(Type.Unknown(), { maxItems: 5000 }),
  reason,
};
export const backfillEvents = obj(backfillFields);
export const confirmBackfill = obj({ ...backfillFields, ...token });

/** A period that was billed and costs another amount by the usage as it is after the correction. */
const billedDifference = obj({
  customer: id('cus'),
  customer_name: text(200),
  subscription: id('sub'),
  price_name: line(200),
  period: obj({ start: timestamp, end: timestamp }),
  currency,
  quantity_before: decimal,
  quantity_after: decimal,
  /** Before discounts and tax, with earlier corrections. */
  amount_before: amount,
  amount_after: amount,
  /**
   * `credited` by a credit note, `charged` by a line on another invoice, `debited` by a debit note, `deducted` from another
   * invoice where no credit note can be written, or nothing.
   */
  outcome: Type.Enum(['credited', 'charged', 'debited', 'deducted', 'none']),
  /** What of the difference is credited or charged. */
  settled: amount,
  /** What of that is deducted from another invoice; `0` for nothing. */
  deducted: amount,
  /** The invoices that billed it. They stay as they are. */
  invoices: Type.Array(obj({ id: id('inv'), number: text(50) })),
});
/** The next invoice of a subscription, before the correction and after it. */
const upcomingDifference = obj({
  customer: id('cus'),
  customer_name: text(200),
  subscription: id('sub'),
  at: timestamp,
  currency,
  total_before: amount,
  total_after: amount,
  lines: Type.Array(
    obj({
      description: text(500),
      quantity_before: decimal,
      quantity_after: decimal,
      amount_before: amount,
      amount_after: amount,
    }),
  ),
});
const effects = {
  voided: count,
  amended: count,
  added: count,
  unchanged: count,
  billed: Type.Array(billedDifference),
  upcoming: Type.Array(upcomingDifference),
};
export const correctionPreview = obj({
  object: Type.Literal('usage_correction_preview'),
  ...effects,
  token: line(500),
  expires_at: timestamp,
});
export const usageCorrection = obj({ object: Type.Literal('usage_correction'), ...effects });

/** An event with what it counts for, and everything that was made of it. */
export const eventDetail = obj({
  id: line(200),
  object: Type.Literal('usage_event_detail'),
  source: line(200),
  type: line(200),
  customer: id('cus'),
  customer_name: text(200),
  time: timestamp,
  counted_at: timestamp,
  data: jsonObject,
  status: Type.Enum(['counted', 'voided']),
  revision: count,
  /** What it counts for. */
  readings: Type.Array(obj({ meter: id('meter'), meter_key: key, meter_name: line(200), quantity: decimal })),
  /** Contents that it had before, and when it was voided, oldest first. */
  history: Type.Array(
    obj({
      kind: Type.Enum(['void', 'amend', 'backfill', 'late']),
      revision: count,
      reason: text(500),
      by: text(200),
      at: timestamp,
      time: nullable(timestamp),
      data: nullable(jsonObject),
    }),
  ),
  created_at: timestamp,
});

const quarantineIds = Type.Array(id('qua'), { minItems: 1, maxItems: 100 });
/** A customer for those whose subject names nobody, a meter for those that no meter counts. */
export const assignQuarantine = obj({
  events: quarantineIds,
  customer: Type.Optional(customerRef),
  meter: Type.Optional(key),
});
export const discardQuarantine = obj({ events: quarantineIds, reason });
export const quarantineOutcome = obj({
  object: Type.Literal('quarantine_outcome'),
  results: Type.Array(
    obj({
      id: id('qua'),
      status: Type.Enum(['counted', 'discarded', 'kept']),
      /** Why it stays. */
      reason: Type.Optional(text(500)),
    }),
  ),
});

export const eventStream = obj({
  id: id('str'),
  object: Type.Literal('event_stream'),
  /** Lines that were taken and will not be taken again; go on after them. Empty lines count. */
  lines_taken: count,
  counts: obj({ accepted: count, duplicate: count, quarantined: count, rejected: count }),
  /** The first twenty lines that did not become usage. */
  faults: Type.Array(obj({ line: count, status: Type.Enum(['quarantined', 'rejected']), reason: text(500) })),
  created_at: timestamp,
  taken_at: nullable(timestamp),
});

export const usageArchive = obj({
  id: id('arc'),
  object: Type.Literal('usage_archive'),
  from: timestamp,
  to: timestamp,
  /** A month of many events lies in several parts. */
  part: count,
  /** NDJSON in gzip, or Parquet; both say the same. */
  format: Type.Enum(['ndjson', 'parquet']),
  event_count: count,
  line_count: count,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  byte_size: count,
  /** Whether the events are still in the database as well. */
  status: Type.Enum(['kept', 'removed']),
  created_at: timestamp,
});
