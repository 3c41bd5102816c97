import { Type } from 'typebox';
import {
  amount,
  count,
  country,
  currency,
  id,
  line,
  month,
  notNegativeAmount,
  nullable,
  obj,
  taxRateText,
  text,
  timestamp,
} from '../common.ts';
import { jurisdiction } from './tax.ts';

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

/** What is owed to whom of the tax of invoices that were issued, less what credit notes and voids took back. */
export const taxOwed = obj({
  object: Type.Literal('tax_owed'),
  time_zone: line(60),
  from: month,
  to: month,
  rows: Type.Array(
    obj({
      currency,
      name: line(100),
      rate: taxRateText,
      /** Who levies it, where a provider of taxes worked it out. */
      jurisdiction,
      /** What was sold at this rate, without tax, less what was voided, and by own rules less what notes took back. */
      net: amount,
      /** The tax of invoices of these months. */
      charged: amount,
      /** What notes and voids of these months took back of it, and of invoices before. */
      taken_back: notNegativeAmount,
      owed: amount,
    }),
  ),
});

/** Tax as it stands in the books: each account is a country or region with one rate. */
export const taxAccounts = obj({
  object: Type.Literal('tax_accounts'),
  time_zone: line(60),
  from: month,
  to: month,
  rows: Type.Array(
    obj({
      currency,
      account: line(60),
      country,
      /** ISO 3166-2 without the country; null for the country itself. */
      region: nullable(line(20)),
      percent: line(40),
      /** On which return: the one at home, that of a registration in the country, or that of the one-stop shop. */
      filed_by: Type.Enum(['home', 'registration', 'oss', 'elsewhere']),
      /** What was sold at this rate, without tax, less what was taken back. */
      net: amount,
      charged: amount,
      taken_back: amount,
      owed: amount,
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
