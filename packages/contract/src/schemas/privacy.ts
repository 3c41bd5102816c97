import { HINDRANCES } from '@billhook/core/privacy/erasure';
import { Type } from 'typebox';
import { count, country, id, line, nullable, obj, timestamp } from '../common.ts';

/** What rows are about, in words for people. */
export const erasureTopic = Type.Enum([
  'profile',
  'people',
  'messages',
  'payment_methods',
  'payment_traces',
  'usage',
  'rights',
  'files',
  'provider',
  'documents',
  'books',
  'contracts',
  'audit',
]);

/** A hundred years after the last that a document can be of. */
const lastDay = Type.String({
  format: 'date',
  pattern: '^(?:19[7-9][0-9]|2[01][0-9]{2})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])$',
  description: "A day in the seller's time zone.",
  examples: ['2036-12-31'],
});
const years = Type.Integer({ minimum: 0, maximum: 100 });

const retention = {
  /** Whole years after the year of issue, where the seller's country is not in the list. */
  default_years: years,
  countries: Type.Array(obj({ country, years }), { maxItems: 250 }),
  needs_second_person: Type.Boolean(),
};

/** For how long documents are kept, and whether one person may erase a customer. */
export const privacySettings = obj({ object: Type.Literal('privacy_settings'), ...retention });

export const legalHold = obj({
  object: Type.Literal('legal_hold'),
  customer: id('cus'),
  reason: line(500),
  placed_by: line(100),
  placed_at: timestamp,
});

export const erasure = obj({
  id: id('era'),
  object: Type.Literal('erasure'),
  customer: id('cus'),
  /** `waiting` is for a second person. */
  status: Type.Enum(['waiting', 'expired', 'queued', 'running', 'done', 'canceled']),
  reason: line(500),
  asked_by: line(100),
  /** Whether you asked for it yourself, and so cannot approve it. */
  is_own: Type.Boolean(),
  decided_by: nullable(line(100)),
  rows_total: count,
  rows_done: count,
  /** The last day on which documents must be kept; null where there is none. */
  kept_until: nullable(lastDay),
  /** Documents that were taken away, their years being over. */
  documents_taken: count,
  /** What it waits for, or why it was not carried out. */
  fault: nullable(line(2_000)),
  created_at: timestamp,
  decided_at: nullable(timestamp),
  finished_at: nullable(timestamp),
});

const topic = obj({ topic: erasureTopic, rows: count });

export const erasurePreview = obj({
  object: Type.Literal('erasure_preview'),
  customer: id('cus'),
  /** Everything that stands in the way; nothing where it can be begun. */
  hindrances: Type.Array(Type.Enum([...HINDRANCES])),
  goes: Type.Array(topic),
  stays: Type.Array(obj({ topic: erasureTopic, rows: count, reason: line(200) })),
  kept_until: nullable(lastDay),
  needs_second_person: Type.Boolean(),
  legal_hold: nullable(legalHold),
  /** The newest erasure of this customer. */
  erasure: nullable(erasure),
  /** Begins what was seen here, for a quarter of an hour; null where it cannot be begun. */
  token: nullable(line(400)),
});

export const putPrivacySettings = obj(retention);

export const requestErasure = obj({ token: line(400), reason: line(500) });
