import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  id,
  key,
  line,
  month,
  notNegativeAmount,
  nullable,
  obj,
  slug,
  text,
  timestamp,
  webAddress,
} from '../common.ts';

const account = line(60);

/** Sums of the books; debits equal credits in every currency. */
export const trialBalance = obj({
  object: Type.Literal('trial_balance'),
  as_of: timestamp,
  balanced: Type.Boolean(),
  accounts: Type.Array(
    obj({ account, currency, debit: notNegativeAmount, credit: notNegativeAmount, balance: amount }),
  ),
  totals: Type.Array(
    obj({ currency, debit: notNegativeAmount, credit: notNegativeAmount, difference: amount }),
  ),
});
export const ledgerTransaction = obj({
  id: id('lt'),
  object: Type.Literal('ledger_transaction'),
  source_kind: line(60),
  source_id: line(100),
  posting: line(60),
  currency,
  occurred_at: timestamp,
  entries: Type.Array(
    obj({
      account,
      side: Type.Enum(['debit', 'credit']),
      amount: notNegativeAmount,
      customer: nullable(id('cus')),
    }),
  ),
  created_at: timestamp,
});

/** How far a move of the clock has come. */
export const clockProgress = obj({
  from: timestamp,
  to: timestamp,
  /** Business time that has been reached. */
  at: timestamp,
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  steps: count,
  /** What was done, by kind. */
  done: Type.Record(Type.String(), count),
  /** Whether someone asked to stop on the way. */
  stopped: Type.Boolean(),
  /** One sentence if the move stopped on a fault. */
  fault: nullable(text(500)),
});
export const clock = obj({
  object: Type.Literal('clock'),
  now: timestamp,
  mode: Type.Enum(['real', 'frozen']),
  movable: Type.Boolean(),
  moving: nullable(clockProgress),
  /** The move before; null if there was none. */
  last_move: nullable(clockProgress),
});
export const advanceClock = obj({ to: timestamp });

const messageFields = {
  id: Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' }),
  object: Type.Literal('mailbox_message'),
  from: line(400),
  to: Type.Array(line(400)),
  subject: line(1000, 0),
  preview: text(500),
  attachments: Type.Array(obj({ index: count, name: line(300), content_type: line(200), byte_size: count })),
  created_at: timestamp,
};
export const mailboxRow = obj(messageFields);
export const mailboxMessage = obj({
  ...messageFields,
  text: nullable(text(2_000_000)),
  html: nullable(text(2_000_000)),
});

export const file = obj({
  id: id('file'),
  object: Type.Literal('file'),
  purpose: Type.Enum(['invoice_pdf', 'logo', 'upload', 'export', 'dispute_evidence', 'tax_certificate']),
  customer: nullable(id('cus')),
  name: line(255),
  content_type: line(200),
  byte_size: count,
  sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }),
  state: Type.Enum(['pending', 'clean', 'deleted']),
  created_at: timestamp,
});
export const uploadFields = obj({
  /** `dispute_evidence` is PDF, PNG or JPEG of at most 4.5 MB and names the customer. */
  purpose: Type.Enum(['logo', 'upload', 'dispute_evidence']),
  customer: Type.Optional(id('cus')),
});
export const fileLink = obj({ object: Type.Literal('file_link'), url: webAddress, expires_at: timestamp });

const movements = {
  new: amount,
  expansion: amount,
  contraction: amount,
  churn: amount,
  reactivation: amount,
};
/** Recurring revenue and money, in one currency. The last of the twelve months is the running one. */
export const revenue = obj({
  object: Type.Literal('revenue'),
  currency,
  currencies: Type.Array(currency),
  as_of: timestamp,
  mrr: amount,
  arr: amount,
  customers: count,
  active_subscriptions: count,
  trialing_subscriptions: count,
  past_due_subscriptions: count,
  cash_this_month: amount,
  refunds_this_month: amount,
  failed_payments_this_month: count,
  open_receivable: amount,
  months: Type.Array(
    obj({
      month,
      mrr_start: amount,
      ...movements,
      mrr_end: amount,
      cash: amount,
      active_subscriptions: count,
    }),
  ),
  plans: Type.Array(obj({ key, name: line(200), active_subscriptions: count, mrr: amount })),
});

/** How far the demo has come; it can be watched while it is made. */
export const demoStatus = obj({
  object: Type.Literal('demo_status'),
  state: Type.Enum(['off', 'waiting', 'seeding', 'ready', 'failed']),
  percent: Type.Integer({ minimum: 0, maximum: 100 }),
  fault: nullable(text(500)),
  started_at: nullable(timestamp),
  finished_at: nullable(timestamp),
  tenants: Type.Array(
    obj({
      slug,
      name: line(200),
      state: Type.Enum(['waiting', 'seeding', 'ready', 'failed']),
      percent: Type.Integer({ minimum: 0, maximum: 100 }),
      step: line(200, 0),
      now: nullable(timestamp),
      portal_url: webAddress,
    }),
  ),
});
