import { Type } from 'typebox';
import {
  amount,
  count,
  currency,
  id,
  line,
  month,
  notNegativeAmount,
  nullable,
  obj,
  text,
  timestamp,
} from '../common.ts';

/** A month of the seller's calendar that is over, with the books brought to its end. */
export const ledgerMonth = obj({
  object: Type.Literal('ledger_month'),
  month,
  /** Where the month after it begins. */
  ends_at: timestamp,
  closed_at: nullable(timestamp),
  closed_by: nullable(line(100)),
  /** What was invoiced and not yet earned at its end, and what was not expected to be paid any more. */
  ends: Type.Array(obj({ currency, deferred: amount, doubtful: amount })),
});

export const ledgerMonths = obj({
  object: Type.Literal('ledger_months'),
  /** Newest first. */
  months: Type.Array(ledgerMonth),
});

/** What one posting moved on one account, and what the account holds with it and all before it: debits less credits. */
export const accountEntry = obj({
  id: id('lt'),
  object: Type.Literal('account_entry'),
  posting: line(60),
  source_kind: line(60),
  source_id: line(100),
  occurred_at: timestamp,
  debit: notNegativeAmount,
  credit: notNegativeAmount,
  balance: amount,
});

/** How invoiced sales become earned. before + billed - earned = deferred; months ahead as things stand now. */
export const revenueWaterfall = obj({
  object: Type.Literal('revenue_waterfall'),
  time_zone: line(60),
  currencies: Type.Array(
    obj({
      currency,
      months: Type.Array(obj({ month, before: amount, billed: amount, earned: amount, deferred: amount })),
    }),
  ),
});

/** When the lines of an invoice are earned, without tax. */
export const revenueSchedule = obj({
  object: Type.Literal('revenue_schedule'),
  invoice: id('inv'),
  currency,
  time_zone: line(60),
  lines: Type.Array(
    obj({
      id: id('il'),
      position: count,
      description: text(500),
      net: amount,
      /** What credit notes or a void took back. */
      corrected: amount,
      period_start: timestamp,
      period_end: timestamp,
      months: Type.Array(obj({ month, earned: amount })),
    }),
  ),
});
